"""The clerk's acts on the pages of depots: cut, join, turn, put in order, leave out, undo; each a version, none a change."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import journal, organisation
from app.courrier.depot.tri import PRETS, abandonne
from app.courrier.errors import DejaFait, DejaPris, GesteRefuse, Introuvable
from app.courrier.lots import versions
from app.courrier.lots.composition import Page, courante, empreinte, feuilles, garder, poser
from app.courrier.lots.repartition import nom_de, plage_de
from app.courrier.tables import Depot, Remaniement

CHANGEES = "Ces pages ont changé entre-temps : regardez-les de nouveau avant de recommencer."
EN_LECTURE = "Ce dépôt est encore en lecture : ses pages s’ouvriront dès qu’il sera lu."
SANS_PAGES = "Ce dépôt n’a pas de pages à déplacer : c’est un courriel, ou un fichier qui n’a pas pu être lu."
PAS_CHOISIES = "Choisissez d’abord des pages de ce dépôt."
PLUS_RIEN = "Il ne resterait aucune page : écartez plutôt ce dépôt."
RIEN = "Il n’y a pas de geste à annuler sur ces pages."
PAS_LA = "On ne coupe qu’entre deux pages."
MEME = "Choisissez un autre dépôt que celui-ci."
SANS_CHANGEMENT = "Ces pages sont déjà dans cet ordre."


def tourner(
    session: Session, depot_id: int, *, rang: int, pages: Collection[int], degres: int, par: str, now: datetime
) -> Depot:
    """Turn pages (ranks from 1) clockwise by a number of quarters, in degrees."""
    pris, toutes = _ouvrir(session, depot_id, rang, par, now)
    _choisies(pages, toutes)
    tournees = [
        (sha256, page, (tourne + degres) % 360 if place in pages else tourne)
        for place, (sha256, page, tourne) in enumerate(toutes, 1)
    ]
    return _une(session, pris, "tourner", tournees, par, now, places=sorted(pages), degres=degres)


def oter(session: Session, depot_id: int, *, rang: int, pages: Collection[int], par: str, now: datetime) -> Depot:
    """Leave pages out of the letter; they stay in the file that came."""
    pris, toutes = _ouvrir(session, depot_id, rang, par, now)
    _choisies(pages, toutes)
    restent = [page for place, page in enumerate(toutes, 1) if place not in pages]
    if not restent:
        raise GesteRefuse(motif=PLUS_RIEN)
    return _une(session, pris, "oter", restent, par, now, places=sorted(pages))


def ordonner(session: Session, depot_id: int, *, rang: int, ordre: Sequence[int], par: str, now: datetime) -> Depot:
    """Put the pages in this order: for each place, the rank that its page has now."""
    pris, toutes = _ouvrir(session, depot_id, rang, par, now)
    if sorted(ordre) != list(range(1, len(toutes) + 1)):
        raise GesteRefuse(motif=CHANGEES)
    if list(ordre) == sorted(ordre):
        raise GesteRefuse(motif=SANS_CHANGEMENT)
    return _une(session, pris, "ordonner", [toutes[place - 1] for place in ordre], par, now, ordre=list(ordre))


def couper(session: Session, depot_id: int, *, rang: int, avant: int, par: str, now: datetime) -> Depot:
    """The pages from this rank on become a depot of their own, which is returned; the sheet's code stays with the first."""
    pris, toutes = _ouvrir(session, depot_id, rang, par, now)
    if not 1 < avant <= len(toutes):
        raise GesteRefuse(motif=PAS_LA)
    garder(session, pris)
    acte = _acte(session, "couper", par, now)
    suite = toutes[avant - 1 :]
    racine = session.get_one(Depot, pris.lot_id) if pris.lot_id else pris
    coupe = Depot(
        canal=pris.canal, origine=nom_de(racine.origine, plage_de([page for _, page, _ in suite])), sha256=empreinte(suite),
        recu_le=pris.recu_le, depose_par=par, etat="a_lire", propositions=[], differe=pris.differe, lot_id=racine.id,
        plage=f"remaniement {acte.id}",
    )
    session.add(coupe)
    session.flush()
    poser(session, coupe, suite, remaniement=acte)
    poser(session, pris, toutes[: avant - 1], remaniement=acte)
    _noter(session, pris, "couper", par, now, avant=avant, suite=coupe.id)
    return coupe


def joindre(session: Session, depot_id: int, *, rang: int, a: int, par: str, now: datetime) -> Depot:
    """The pages go behind those of another depot, which is returned; this one is `reparti`."""
    if a == depot_id:
        raise GesteRefuse(motif=MEME)
    for numero in sorted((depot_id, a)):
        _verrouiller(session, numero)
    devant, premieres = _ouvrir(session, a, None, par, now)
    pris, toutes = _ouvrir(session, depot_id, rang, par, now)
    for un in (devant, pris):
        garder(session, un)
    acte = _acte(session, "joindre", par, now)
    poser(session, devant, [*premieres, *toutes], remaniement=acte)
    poser(session, pris, [], remaniement=acte)
    _noter(session, pris, "joindre", par, now, a=a)
    return devant


def defaire(session: Session, depot_id: int, *, rang: int, par: str, now: datetime) -> list[Depot]:
    """Undo the last act on these pages, in every depot that it touched; those depots. An undone act is not undone again."""
    pris, _ = _ouvrir(session, depot_id, rang, par, now)
    acte = versions.dernier(session, depot_id)
    if acte is None:
        raise GesteRefuse(motif=RIEN)
    laissees = versions.touchees(session, acte)
    touches = [_libre(session, laissee.depot_id, par, now, repartis=True) for laissee in laissees]
    defait = _acte(session, "defaire", par, now)
    for touche, laissee in zip(touches, laissees, strict=True):
        avant = versions.avant(session, laissee)
        pages = [(str(sha256), int(page), int(tourne)) for sha256, page, tourne in avant.pages] if avant else []
        poser(session, touche, pages, remaniement=defait, retour=avant)
    _noter(session, pris, "defaire", par, now, acte_defait=acte.acte, depots=[touche.id for touche in touches])
    return touches


def _une(session: Session, pris: Depot, acte: str, pages: Sequence[Page], par: str, now: datetime, **details: object) -> Depot:
    """An act on the pages of one depot."""
    garder(session, pris)
    poser(session, pris, pages, remaniement=_acte(session, acte, par, now))
    _noter(session, pris, acte, par, now, **details)
    return pris


def _acte(session: Session, acte: str, par: str, now: datetime) -> Remaniement:
    fait = Remaniement(acte=acte, par=par, le=now)
    session.add(fait)
    session.flush()
    return fait


def _noter(session: Session, pris: Depot, acte: str, par: str, now: datetime, **details: object) -> None:
    journal.noter(session, acteur=par, acte=f"pages-{acte}", sujet=f"depot:{pris.id}", now=now, **details)


def _ouvrir(session: Session, depot_id: int, rang: int | None, par: str, now: datetime) -> tuple[Depot, tuple[Page, ...]]:
    """A depot that this clerk may act on, locked, with its pages; `rang`: of the version that they were looking at."""
    pris = _libre(session, depot_id, par, now)
    version = courante(session, depot_id)
    if rang is not None and rang != (version.rang if version else 0):
        raise GesteRefuse(motif=CHANGEES)
    if pris.etat == "a_lire" and version is None:
        raise GesteRefuse(motif=EN_LECTURE)
    pages = feuilles(session, pris)
    if not pages:
        raise GesteRefuse(motif=SANS_PAGES)
    return pris, pages


def _libre(session: Session, depot_id: int, par: str, now: datetime, *, repartis: bool = False) -> Depot:
    """A depot, locked; `DejaPris` when a colleague has it, `DejaFait` when it was registered or set aside."""
    pris = _verrouiller(session, depot_id)
    if pris.etat not in ("a_lire", *PRETS, *(["reparti"] if repartis else [])):
        raise DejaFait(quoi="Le tri de ce dépôt")
    if pris.pris_par not in (None, par) and not abandonne(pris, now):
        raise DejaPris(quoi="Ce dépôt", qui=organisation.nom(session, pris.pris_par or ""))
    return pris


def _verrouiller(session: Session, depot_id: int) -> Depot:
    pris = session.get(Depot, depot_id, populate_existing=True, with_for_update=True)
    if pris is None:
        raise Introuvable(quoi="Ce dépôt")
    return pris


def _choisies(pages: Collection[int], toutes: Sequence[Page]) -> None:
    if not pages or not set(pages) <= set(range(1, len(toutes) + 1)):
        raise GesteRefuse(motif=PAS_CHOISIES)
