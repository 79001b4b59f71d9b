"""One collection of a box: claimed on a lease, each thing committed before its source hears of it, then how it ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.courrier import depot, journal
from app.courrier.collecte.identite import Identite
from app.courrier.ports import Attente, Range
from app.courrier.tables import Boite, Depot, Reception
from app.courrier.tables.absents import inserer_si_absent
from engine import Phrase

BAIL = timedelta(minutes=5)
CADENCE = timedelta(minutes=1)
CADENCE_FICHIERS = timedelta(seconds=10)
_ATTENTE_MAX = timedelta(hours=1)
IMPREVU = str(Phrase(
    "une erreur imprévue s’est produite de notre côté ; l’administrateur du serveur en trouvera la cause dans ses traces"))
SANS_PLACE = str(Phrase("le disque du serveur est plein ; rien n’est perdu, la relève reprendra dès qu’il aura de la place"))
_PAR = "horloge"
_SANS_SYNCHRO = {"synchronize_session": False}


def a_relever(session: Session, *, fichiers: bool, now: datetime) -> list[int]:
    """The boxes whose collection is due and that no clock is at; ids, the one that waits longest first."""
    genre = Boite.adresse.startswith("file:")
    dues = select(Boite.id).where(genre if fichiers else ~genre, Boite.etat == "active", Boite.prochaine_le <= now, _libre(now))
    return list(session.scalars(dues.order_by(Boite.prochaine_le, Boite.id)))


def reserver(session: Session, boite_id: int, *, now: datetime) -> Boite | None:
    """Claim a box until `now + BAIL`; None when another is at it."""
    prise = session.execute(
        update(Boite).where(Boite.id == boite_id, _libre(now)).values(reprise_le=now + BAIL).returning(Boite.id),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    return None if prise is None else session.get_one(Boite, boite_id, populate_existing=True)


def prendre(
    session: Session, boite: Boite, attente: Attente, identite: Identite, *, coffre_range: Range, mime: str, canal: str,
    now: datetime,
) -> Depot | None:
    """File one thing found; None when it was taken before: its bytes are in the vault, the lease is renewed in both cases."""
    session.execute(
        update(Boite).where(Boite.id == boite.id).values(reprise_le=now + BAIL), execution_options=_SANS_SYNCHRO,
    )
    # A mail server's clock may be ahead of ours: nothing is received tomorrow.
    arrivee_le = min(attente.arrivee_le, now)
    neuve = inserer_si_absent(
        session, Reception, cle=identite.cle, boite_id=boite.id, message_id=identite.message_id, lieu=attente.lieu[:300],
        arrivee_le=arrivee_le, relevee_le=now,
    )
    if not neuve:
        return None
    preuve = {"boite": boite.nom, "lieu": attente.lieu, "message_id": identite.message_id, "arrivee_le": arrivee_le.isoformat()}
    arrive = depot.deposer(
        session, coffre_range=coffre_range, nom=identite.nom, mime=mime, canal=canal, par=_PAR, now=now, recu_le=arrivee_le,
        preuve={cle: valeur for cle, valeur in preuve.items() if valeur},
    )
    session.execute(
        update(Reception).where(Reception.cle == identite.cle).values(depot_id=arrive.id), execution_options=_SANS_SYNCHRO,
    )
    session.execute(update(Boite).where(Boite.id == boite.id).values(pris=Boite.pris + 1), execution_options=_SANS_SYNCHRO)
    return arrive


def relevee(session: Session, boite_id: int, *, position: str, pris: int, refuses: tuple[str, ...], now: datetime) -> None:
    """The collection came to its end; `refuses` says in words what had to be left."""
    boite = session.get_one(Boite, boite_id, populate_existing=True)
    # What is refused and stays where it was is refused again at each collection: it is said once.
    if pris or (refuses and boite.erreur != " ".join(refuses)):
        journal.noter(session, acteur=_PAR, acte="relever", sujet=f"boite:{boite_id}", now=now, boite=boite.nom, pris=pris,
                      refuses=list(refuses))  # fmt: skip
    boite.position, boite.relevee_le, boite.echecs, boite.erreur = position, now, 0, " ".join(refuses)
    _suite(boite, now)
    session.flush()


def echouee(
    session: Session, boite_id: int, motif: str, *, now: datetime, position: str | None = None, refuses: tuple[str, ...] = ()
) -> None:
    """The collection failed, for this reason in the user's words; tried again later and later, an hour at most.

    `position`: how far it had come, when it was open; `refuses`: what it had left before, which may not be come back to.
    """
    boite = session.get_one(Boite, boite_id, populate_existing=True)
    if refuses or motif != boite.erreur:
        journal.noter(session, acteur=_PAR, acte="releve-echouee", sujet=f"boite:{boite_id}", now=now, boite=boite.nom,
                      motif=motif, refuses=list(refuses))  # fmt: skip
    boite.erreur, boite.echecs = motif, boite.echecs + 1
    boite.position = boite.position if position is None else position
    _suite(boite, now)
    session.flush()


def demander(session: Session, boite: Boite, *, now: datetime) -> None:
    """Have a box collected at the clock's next round."""
    boite.prochaine_le = now
    session.flush()


def _suite(boite: Boite, now: datetime) -> None:
    cadence = CADENCE_FICHIERS if boite.adresse.startswith("file:") else CADENCE
    boite.prochaine_le = now + min(cadence * 2 ** min(boite.echecs, 10), _ATTENTE_MAX)
    boite.reprise_le = None


def _libre(now: datetime) -> Any:
    return or_(Boite.reprise_le.is_(None), Boite.reprise_le <= now)
