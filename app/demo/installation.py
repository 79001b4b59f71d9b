"""Make the demo in an empty database, once; begun again from nothing when it was cut short."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import travaux
from app.config import ROOT
from app.courrier import journal, reponse
from app.db import db, transaction
from app.demo import etat, maison
from app.demo.histoire import Histoire
from app.wiring import Parts
from engine.tables import Base

AVANT = timedelta(weeks=10)
"""How long before the present the house was set up: before its first letter."""

_GENRES = {".form": "form", ".dmn": "dmn", ".bpmn": "bpmn"}
"""In the order of deployment: a circuit names its forms and tables."""


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
        reponse.semer(session)
        _deployer(session, parts, now=debut)
    avance("La maison est prête ; le courrier de ces dernières semaines arrive…")
    Histoire(parts, now=now, nombre=nombre).raconter(avance)
    while travaux.indexer(parts):
        pass
    with transaction() as session:
        etat.noter(session, "terminee", now=now)


def _deployer(session: Session, parts: Parts, *, now: datetime) -> None:
    for suffixe, genre in _GENRES.items():
        for fichier in sorted((ROOT / ("forms" if genre == "form" else "processes")).glob(f"*{suffixe}")):
            fait = parts.engine.deploy(session, fichier.read_bytes(), by="paul", now=now, kind=genre, key=fichier.stem)
            if fait.definition is None:
                raise ValueError(f"{fichier.name}: {[constat.message for constat in fait.findings]}")
            journal.noter(session, acteur="paul", acte="deployer", sujet=f"circuit:{fichier.stem}", now=now, version=1)


def _vider() -> None:
    """Nobody has worked in a demo that was not finished: its rows may all go."""
    with transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        session.expunge_all()
