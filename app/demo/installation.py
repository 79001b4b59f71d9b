"""Make the demo in an empty database, once; begun again from nothing when it was cut short."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete

from app import installation, travaux
from app.courrier.tables import figees
from app.db import db, transaction
from app.demo import canaux, etat, maison
from app.demo.histoire import Histoire
from app.wiring import Parts
from engine.tables import Base

AVANT = timedelta(weeks=10)
"""How long before the present the house was set up: before its first letter."""


def installer(parts: Parts, *, now: datetime, avance: Callable[[str], None], nombre: int | None = None) -> None:
    """Write the house and its past weeks, `avance` being told; `nombre`: how many courriers, else all; `BaseOccupee`."""
    if not etat.a_installer(db.session()):
        raise etat.BaseOccupee
    if etat.interrompue(db.session()):
        avance("La préparation précédente a été interrompue : elle recommence.")
        _vider()
    debut = now - AVANT
    with transaction() as session:
        etat.noter(session, "commencee", now=debut)
        maison.installer(session, domaine=parts.config.expediteur.rpartition("@")[2], now=debut)
        installation.deployer(session, parts, par="paul", now=debut)
        canaux.ouvrir_boite(session, parts, now=debut)
    avance("La maison est prête ; le courrier de ces dernières semaines arrive…")
    Histoire(parts, now=now, nombre=nombre).raconter(avance)
    while travaux.indexer(parts):
        pass
    with transaction() as session:
        etat.noter(session, "terminee", now=now)


def _vider() -> None:
    """Nobody has worked in a demo that was not finished: its rows may all go."""
    with transaction() as session, figees.levees(session):
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        session.expunge_all()
