"""The clerks sort: take a depot, hand it back, set it aside with a reason, have it read again; two never hold the same."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.courrier import journal, organisation
from app.courrier.depot.arrivee import TAILLE, depot, pieces
from app.courrier.errors import CourrierError, DejaFait, DejaPris, GesteRefuse, SaisieRefusee
from app.courrier.tables import Depot

PRETS = ("a_enregistrer", "a_verifier")
"""States in which a depot awaits a clerk."""

ABANDON = timedelta(minutes=30)
"""After this long without a sign a colleague may take over what a clerk left on the table; a page in use gives signs."""

PAS_ASSEMBLEES = "Les pages de ce dépôt n’ont pas pu être assemblées : annulez le dernier geste, ou faites-le relire."
_SANS_SYNCHRO = {"synchronize_session": False}


def disponible(session: Session, depot: Depot, *, par: str, now: datetime) -> None:
    """Whether this clerk may take the depot now; `DejaPris`, `DejaFait` as `prendre`."""
    tenu = depot.pris_par not in (None, par) and not abandonne(depot, now)
    if tenu or depot.etat not in PRETS:
        raise _refus(session, depot)


def abandonne(depot: Depot, now: datetime) -> bool:
    """Whether who took the depot has given no sign for long enough."""
    return depot.signe_le is not None and depot.signe_le <= now - ABANDON


def prendre(session: Session, depot_id: int, *, par: str, now: datetime) -> Depot:
    """The clerk takes the depot, or says that they are still at it; `DejaPris` tells who has it, `DejaFait` that it is sorted."""
    prise = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat.in_(PRETS), _libre(par, now))
        .values(pris_par=par, pris_le=case((Depot.pris_par == par, Depot.pris_le), else_=now), signe_le=now).returning(Depot.id),
        execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    actuel = depot(session, depot_id)
    if prise is None:
        raise _refus(session, actuel)
    return actuel


def suivant(
    session: Session, *, par: str, now: datetime, apres: Depot | None = None, arriere: bool = False
) -> Depot | None:
    """Take the next depot to register: the one after `apres` in the list, then from its top; None when none is free.

    `arriere`: the one before, then from the bottom. What a colleague is taking at this moment is passed over, not waited for.
    """
    place = (Depot.differe, Depot.recu_le, Depot.id)
    libres = select(Depot).where(Depot.etat == "a_enregistrer", _libre(par, now))
    ordre: list[ColumnElement[Any]] = [colonne.desc() if arriere else colonne.asc() for colonne in place]
    if apres is not None:
        ici = (apres.differe, apres.recu_le, apres.id)
        devant = tuple_(*place) < ici if arriere else tuple_(*place) > ici
        libres, ordre = libres.where(Depot.id != apres.id), [case((devant, 0), else_=1), *ordre]
    verrou = libres.order_by(*ordre).limit(1).with_for_update(skip_locked=True)
    pris = session.scalars(verrou, execution_options={"populate_existing": True}).first()
    if pris is not None:
        pris.pris_par, pris.pris_le, pris.signe_le = par, now, now
        session.flush()
    return pris


def rendre(session: Session, depot_id: int, *, par: str, brouillon: Mapping[str, object] | None = None) -> Depot:
    """The clerk hands the depot back; nothing happens when a colleague has it. `brouillon`: what was typed for it, kept."""
    garde = {} if brouillon is None else {"brouillon": dict(brouillon)}
    session.execute(
        update(Depot).where(Depot.id == depot_id, or_(Depot.pris_par.is_(None), Depot.pris_par == par))
        .values(pris_par=None, pris_le=None, **garde),
        execution_options=_SANS_SYNCHRO,
    )
    return depot(session, depot_id)


def ecarter(session: Session, depot_id: int, *, motif: str, par: str, now: datetime) -> Depot:
    """Set a depot aside (advertising, a blank scan, a double), with the reason; it is kept and can be read again."""
    raison = motif.strip()
    if not raison:
        raise SaisieRefusee({"motif": "Dites pourquoi ce dépôt est écarté."})
    ecarte = _changer(session, depot_id, par, now, ("a_lire", *PRETS), etat="ecarte", motif=raison, reprise_le=None)
    journal.noter(session, acteur=par, acte="ecarter", sujet=f"depot:{depot_id}", now=now, motif=raison)
    return ecarte


def ecartes(session: Session, *, limite: int = TAILLE) -> list[Depot]:
    """The depots that were set aside, the newest first: what a clerk may want back."""
    return list(session.scalars(select(Depot).where(Depot.etat == "ecarte").order_by(Depot.id.desc()).limit(limite)))


def reprendre(session: Session, depot_id: int, *, par: str, now: datetime) -> Depot:
    """Have a depot that could not be read, or that was set aside, read again from the start."""
    repris = _changer(
        session, depot_id, par, now, ("a_verifier", "ecarte"), etat="a_lire", motif="", essais=0, remises=0,
        page_lue=0, reprise_le=None,
    )
    journal.noter(session, acteur=par, acte="relire", sujet=f"depot:{depot_id}", now=now)
    return repris


def devancer(session: Session, depot_id: int, *, par: str, now: datetime) -> Depot:
    """An old letter that waits behind the mail of the day is read with it; nothing happens when it does not wait any more."""
    devance = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat == "a_lire", Depot.differe.is_(True)).values(differe=False)
        .returning(Depot.id), execution_options=_SANS_SYNCHRO,
    ).scalar_one_or_none()
    if devance is not None:
        journal.noter(session, acteur=par, acte="devancer", sujet=f"depot:{depot_id}", now=now)
    return depot(session, depot_id)


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


def enregistre(session: Session, depot_id: int, courrier_id: int, *, par: str, now: datetime) -> Depot:
    """The depot became a courrier: said once, by the clerk who holds it or when nobody does."""
    inscrit = _changer(session, depot_id, par, now, PRETS, etat="enregistre", courrier_id=courrier_id, brouillon={})
    genres = {piece.genre for piece in pieces(session, depot_id)}
    if "original" not in genres and (inscrit.lot_id or "source" in genres):
        raise GesteRefuse(motif=PAS_ASSEMBLEES)
    return inscrit


def joindre(session: Session, depot_id: int, courrier_id: int, *, par: str, now: datetime) -> Depot:
    """The depot is another copy of a courrier that is there already: said by the clerk who holds it or when nobody does."""
    return _changer(session, depot_id, par, now, PRETS, etat="joint", courrier_id=courrier_id)


def _libre(par: str, now: datetime) -> ColumnElement[bool]:
    return or_(Depot.pris_par.is_(None), Depot.pris_par == par, Depot.signe_le <= now - ABANDON)


def _changer(
    session: Session, depot_id: int, par: str, now: datetime, etats: tuple[str, ...], **valeurs: object
) -> Depot:
    change = session.execute(
        update(Depot).where(Depot.id == depot_id, Depot.etat.in_(etats), _libre(par, now))
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
