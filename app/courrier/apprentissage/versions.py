"""Versions of the learned model: asked for by the clock, learned by a worker on a lease, one of them in service."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.apprentissage.exemples import combien, dernier_id
from app.courrier.apprentissage.modele import CONFIRMES, Mesure, Modele, ecrire, empreinte, lire
from app.courrier.errors import DejaFait, Introuvable
from app.courrier.tables import ModeleAppris
from app.courrier.tables.absents import inserer_absents
from engine import Phrase

BAIL = timedelta(minutes=15)
ESSAIS = 3
RYTHME = timedelta(hours=20)
"""A new version a night at most."""
NOUVEAUX = 20
"""Confirmations since the last version, below which there is nothing new to learn."""
GARDEES = 10
"""Versions whose weights are kept, so that one may come back to them."""

_SANS_SYNCHRO = {"synchronize_session": False}
_lus: dict[str, Modele] = {}


def du(session: Session, *, now: datetime, minimum: int = CONFIRMES, nouveaux: int = NOUVEAUX) -> bool:
    """Whether enough was confirmed since the last version for a new one; only reads."""
    derniere = _derniere(session)
    if derniere and (derniere.etat == "a_apprendre" or derniere.demande_le > now - RYTHME):
        return False
    return combien(session, derniere.dernier_id if derniere else 0) >= nouveaux and combien(session) >= minimum


def prevoir(session: Session, *, now: datetime) -> int:
    """A new version is due: its number. Another clock may have had the same thought, and asked for the same one."""
    derniere = _derniere(session)
    numero = derniere.version + 1 if derniere else 1
    inserer_absents(session, ModeleAppris, [
        {"version": numero, "etat": "a_apprendre", "demande_le": now, "essais": 0, "courriers": 0, "dernier_id": 0,
         "mesures": {}, "empreinte": "", "en_service": False}
    ])  # fmt: skip
    return numero


def _derniere(session: Session) -> ModeleAppris | None:
    return session.scalar(select(ModeleAppris).order_by(ModeleAppris.version.desc()).limit(1))


def a_apprendre(session: Session, *, now: datetime) -> list[int]:
    """The versions that wait for a worker."""
    return list(session.scalars(select(ModeleAppris.version).where(ModeleAppris.etat == "a_apprendre", _libre(now))))


def reserver(session: Session, version: int, *, now: datetime, bail: timedelta = BAIL) -> bool:
    """Claim a version to learn it; false when another has it, when it is learned, or when it failed too often."""
    essais = session.execute(
        update(ModeleAppris).where(ModeleAppris.version == version, ModeleAppris.etat == "a_apprendre", _libre(now))
        .values(reprise_le=now + bail, essais=ModeleAppris.essais + 1).returning(ModeleAppris.essais),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    if essais is not None and essais > ESSAIS:
        _clore(session, version, etat="echec")
        return False
    return essais is not None


def appris(
    session: Session, version: int, modele: Modele, mesures: Mapping[str, Mesure], *, courriers: int, now: datetime
) -> None:
    """A version is learned; it goes into service unless somebody went back to an older one, or there was too little to learn."""
    ligne = session.get_one(ModeleAppris, version, with_for_update=True, populate_existing=True)
    if ligne.etat != "a_apprendre":
        return
    donnees = ecrire(modele)
    ligne.etat, ligne.appris_le, ligne.reprise_le = "pret" if modele.champs else "insuffisant", now, None
    ligne.courriers, ligne.dernier_id = courriers, dernier_id(session)
    ligne.mesures = {champ: asdict(mesure) for champ, mesure in mesures.items()}
    if modele.champs:
        precedente = session.scalar(
            select(func.max(ModeleAppris.version)).where(ModeleAppris.etat == "pret", ModeleAppris.version < version)
        )
        service = session.scalar(select(ModeleAppris.version).where(ModeleAppris.en_service))
        ligne.donnees, ligne.empreinte = donnees, empreinte(donnees)
        session.flush()
        if service == precedente:
            _servir(session, version)
    session.flush()
    journal.noter(session, acteur="systeme", acte="apprendre", sujet=f"modele:{version}", now=now, courriers=courriers,
                  empreinte=ligne.empreinte, etat=ligne.etat)  # fmt: skip
    _alleger(session)


def servir(session: Session, version: int, *, par: str, now: datetime) -> None:
    """Put a version into service by hand: `Introuvable`, `DejaFait`. An older one stays until the newest is put back."""
    ligne = session.get(ModeleAppris, version)
    if ligne is None or ligne.etat != "pret" or not ligne.empreinte:
        raise Introuvable(quoi=Phrase("La version {version} du modèle", version=version))
    gardee = session.scalar(select(ModeleAppris.donnees.is_not(None)).where(ModeleAppris.version == version))
    if not gardee:
        raise Introuvable(quoi=Phrase("Ce que la version {version} avait appris", version=version))
    if ligne.en_service:
        raise DejaFait(quoi=Phrase("La mise en service de la version {version}", version=version))
    avant = session.scalar(select(ModeleAppris.version).where(ModeleAppris.en_service))
    _servir(session, version)
    journal.noter(session, acteur=par, acte="changer-modele", sujet=f"modele:{version}", now=now, avant=avant)


def en_service(session: Session) -> tuple[int, Modele] | None:
    """The model that proposes and its version, read once a process; nothing before the first; `ModeleAbime`."""
    trouve = session.execute(
        select(ModeleAppris.version, ModeleAppris.empreinte).where(ModeleAppris.en_service)
    ).first()  # fmt: skip
    if trouve is None:
        return None
    version, cle = trouve
    if cle not in _lus:
        donnees = session.scalar(select(ModeleAppris.donnees).where(ModeleAppris.version == version))
        modele = lire(donnees or b"", cle)
        _lus.clear()
        _lus[cle] = modele
    return version, _lus[cle]


def historique(session: Session, *, limite: int = 20) -> list[ModeleAppris]:
    """The last versions, newest first, without their weights."""
    return list(session.scalars(select(ModeleAppris).order_by(ModeleAppris.version.desc()).limit(limite)))


def _servir(session: Session, version: int) -> None:
    session.execute(
        update(ModeleAppris).values(en_service=ModeleAppris.version == version),
        execution_options={"synchronize_session": "fetch"},
    )


def _clore(session: Session, version: int, *, etat: str) -> None:
    session.execute(
        update(ModeleAppris).where(ModeleAppris.version == version).values(etat=etat, reprise_le=None),
        execution_options=_SANS_SYNCHRO,
    )


def _alleger(session: Session) -> None:
    """Let go the weights of versions that nobody will come back to; what was measured of them stays."""
    gardees = (
        select(ModeleAppris.version).where(ModeleAppris.donnees.is_not(None))
        .order_by(ModeleAppris.version.desc()).limit(GARDEES)
    )
    session.execute(
        update(ModeleAppris).where(ModeleAppris.version.not_in(gardees.scalar_subquery()), ModeleAppris.en_service.is_(False))
        .values(donnees=None),
        execution_options=_SANS_SYNCHRO,
    )


def _libre(now: datetime) -> ColumnElement[bool]:
    return or_(ModeleAppris.reprise_le.is_(None), ModeleAppris.reprise_le <= now)
