"""A day of the register closed, for the tests that only look at it."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from app.courrier import delais, registre, tenue
from app.web.context import parts
from tests.letters import imprimer
from tests.web import guichet


def closed(app: Flask) -> None:
    """A day of the register that is over and closed, its page and lines kept; a second body."""
    before = datetime.now(UTC) - timedelta(days=2)
    guichet.register(app, now=before, recu_le=before, confidentialite="interne")

    def close(session: Session) -> None:
        [made] = tenue.arreter(session, "A", delais.jour(before), par="odile", now=datetime.now(UTC))
        registre.ouvrir_organisme(session, "CCAS", "Centre communal d’action sociale", par="ines", now=before)
        made.page, made.fichier = (parts().coffre.put(kept).sha256 for kept in (imprimer.pdf("petition"), made.lignes.encode()))

    guichet.write(app, close)
