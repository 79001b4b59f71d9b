"""The clerks sort: take a depot, hand it back, set it aside with a reason, have it read again; two never hold the same."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.courrier import journal, organisation
from app.courrier.depot.arrivee import TAILLE, depot, pieces
from app.courrier.errors import CourrierError, DejaFait, DejaPris, GesteRefuse, SaisieRefusee
from app.courrier.tables import Depot

PRETS = ("a_enregistrer", "a_verifier")
"""States in which a depot awaits a clerk."""

ABANDON = timedelta(hours=2)
"""After this long a colleague may take over what a clerk left on the table."""

PAS_ASSEMBLEES = "Les pages de ce dépôt n’ont pas pu être assemblées : annulez le dernier geste, ou faites-le relire."
_SANS_SYNCHRO = {"synchronize_session": False}


def disponible(session: Session, depot: Depot, *, par: str, now: datetime) -> None:
    """Whether this clerk may take the depot now; `DejaPris`, `DejaFait` as `prendre`."""
    tenu = depot.pris_par not in (None, par) and depot.pris_le is not None and depot.pris_le > now - ABANDON
    if tenu or depot.etat not in PRETS:
        raise _refus(session, depot)


def prendre(session: Session, depot_id: int, *, par: str, now: datetime) -> Depot:
    """The clerk takes the depot; `DejaPris` tells who has it, `DejaFait` that it is no longer to be sorted."""
    prise = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat.in_(PRETS))
        .where(or_(Depot.pris_par.is_(None), Depot.pris_par == par, Depot.pris_le <= now - ABANDON))
        .values(pris_par=par, pris_le=now).returning(Depot.id),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    actuel = depot(session, depot_id)
    if prise is None:
        raise _refus(session, actuel)
    return actuel


def rendre(session: Session, depot_id: int, *, par: str) -> Depot:
    """The clerk hands the depot back; nothing happens when they do not have it."""
    session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.pris_par == par).values(pris_par=None, pris_le=None),
        execution_options=_SANS_SYNCHRO,
    )
    return depot(session, depot_id)


def ecarter(session: Session, depot_id: int, *, motif: str, par: str, now: datetime) -> Depot:
    """Set a depot aside (advertising, a blank scan, a double), with the reason; it is kept and can be read again."""
    raison = motif.strip()
    if not raison:
        raise SaisieRefusee({"motif": "Dites pourquoi ce dépôt est écarté."})
    ecarte = _changer(session, depot_id, par, ("a_lire", *PRETS), etat="ecarte", motif=raison, reprise_le=None)
    journal.noter(session, acteur=par, acte="ecarter", sujet=f"depot:{depot_id}", now=now, motif=raison)
    return ecarte


def ecartes(session: Session, *, limite: int = TAILLE) -> list[Depot]:
    """The depots that were set aside, the newest first: what a clerk may want back."""
    return list(session.scalars(select(Depot).where(Depot.etat == "ecarte").order_by(Depot.id.desc()).limit(limite)))


def reprendre(session: Session, depot_id: int, *, par: str, now: datetime) -> Depot:
    """Have a depot that could not be read, or that was set aside, read again from the start."""
    repris = _changer(
        session, depot_id, par, ("a_verifier", "ecarte"), etat="a_lire", motif="", essais=0, page_lue=0, reprise_le=None,
    )
    journal.noter(session, acteur=par, acte="relire", sujet=f"depot:{depot_id}", now=now)
    return repris


def rouvrir(session: Session, depot_id: int, courrier_id: int, *, par: str, now: datetime) -> Depot:
    """The courrier that a depot became is cancelled, or is not its own: it awaits a clerk again.

    `DejaFait` when the depot is another courrier's already.
    """
    rouvert = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat.in_(("enregistre", "joint")), Depot.courrier_id == courrier_id)
        .values(etat="a_enregistrer", courrier_id=None, pris_par=None, pris_le=None).returning(Depot.id),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    if rouvert is None:
        raise DejaFait(quoi="La remise de ce document aux dépôts")
    journal.noter(session, acteur=par, acte="rouvrir-depot", sujet=f"depot:{depot_id}", now=now, courrier=courrier_id)
    return depot(session, depot_id)


def enregistre(session: Session, depot_id: int, courrier_id: int, *, par: str) -> Depot:
    """The depot became a courrier: said once, by the clerk who holds it or when nobody does."""
    inscrit = _changer(session, depot_id, par, PRETS, etat="enregistre", courrier_id=courrier_id)
    genres = {piece.genre for piece in pieces(session, depot_id)}
    if "original" not in genres and (inscrit.lot_id or "source" in genres):
        raise GesteRefuse(motif=PAS_ASSEMBLEES)
    return inscrit


def joindre(session: Session, depot_id: int, courrier_id: int, *, par: str) -> Depot:
    """The depot is another copy of a courrier that is there already: said by the clerk who holds it or when nobody does."""
    return _changer(session, depot_id, par, PRETS, etat="joint", courrier_id=courrier_id)


def _changer(session: Session, depot_id: int, par: str, etats: tuple[str, ...], **valeurs: object) -> Depot:
    change = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat.in_(etats))
        .where(or_(Depot.pris_par.is_(None), Depot.pris_par == par))
        .values(pris_par=None, pris_le=None, **valeurs).returning(Depot.id),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    actuel = depot(session, depot_id)
    if change is None:
        raise _refus(session, actuel, etats)
    return actuel


def _refus(session: Session, depot: Depot, etats: tuple[str, ...] = PRETS) -> CourrierError:
    """Somebody got there first: who has it, or what was done with it."""
    if depot.etat in etats and depot.pris_par:
        return DejaPris(quoi="Ce dépôt", qui=organisation.nom(session, depot.pris_par))
    return DejaFait(quoi="Le tri de ce dépôt")
