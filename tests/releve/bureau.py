"""What the tests of collection do at the town hall: add a box, collect it, look at what came of it."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app import releve
from app.courrier import collecte
from app.courrier.tables import Boite, Depot, Piece
from app.db import db, transaction
from app.releve import Bilan
from app.web.context import parts
from tests.support.dovecot import PASSWORD, Dovecot


def add(app: Flask, nom: str = "Accueil", **said: object) -> int:
    """A box, by its administrator; its number."""
    with app.app_context(), transaction() as session:
        saisie = collecte.Saisie(nom=nom, **said)  # type: ignore[arg-type]
        return collecte.creer(session, saisie, cachette=parts().cachette, par="ines", now=datetime.now(UTC)).id


def mailbox(app: Flask, server: Dovecot, user: str, **said: object) -> int:
    """A box on the test's server."""
    given: dict[str, object] = {"adresse": server.address, "utilisateur": user, "mot_de_passe": PASSWORD, "destination": "Pris"}
    return add(app, user, **{**given, **said})


def collect(app: Flask, number: int, *, later: timedelta = timedelta()) -> Bilan:
    """Collect it once."""
    with app.app_context():
        done = releve.relever(parts(), number, clock=lambda: datetime.now(UTC) + later)
        db.session.remove()
    assert done is not None
    return done


def depots(app: Flask) -> list[tuple[Depot, bytes]]:
    """All that came, with the bytes of each original, oldest first."""
    with app.app_context():
        originals = select(Depot, Piece.sha256).join(Piece, Piece.depot_id == Depot.id).where(Piece.genre == "original")
        rows = db.session().execute(originals.order_by(Depot.id))
        return [(depot, parts().coffre.get(sha256)) for depot, sha256 in rows]


def box(app: Flask, number: int) -> Boite:
    """The row as it is now."""
    with app.app_context():
        return collecte.boite(db.session(), number)
