"""How the pages of a depot are put together, version after version: what is shown and registered is made from it by a worker."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.courrier import depot, texte
from app.courrier.depot import pieces
from app.courrier.errors import DejaFait
from app.courrier.lots.separation import de_separation
from app.courrier.ports import PageLue, Range
from app.courrier.tables import Composition, Depot, Piece, Remaniement, Texte

Page = tuple[str, int, int]
"""The sha256 of its file, its page from 1, degrees clockwise once it is upright."""

DECOUPABLES = ("application/pdf", "image/tiff", "image/jpeg", "image/png")
_SURE = 75.0
_DERIVEES = ("original", "cherchable", "pdfa")


def courante(session: Session, depot_id: int) -> Composition | None:
    """The version that counts; None for a depot that is still as it came."""
    versions = select(Composition).where(Composition.depot_id == depot_id).order_by(Composition.rang.desc()).limit(1)
    return session.scalars(versions).first()


def rang(session: Session, depot_id: int) -> int:
    """The number of the version that counts; 0 for a depot that is still as it came."""
    version = courante(session, depot_id)
    return version.rang if version else 0


def feuilles(session: Session, pris: Depot) -> tuple[Page, ...]:
    """The pages of a depot in order; none for what has no pages to be moved, as an e-mail."""
    version = courante(session, pris.id)
    if version is not None:
        return tuple((str(sha256), int(page), int(tourne)) for sha256, page, tourne in version.pages)
    originale = depot.original(session, pris.id)
    if originale is None or originale.mime not in DECOUPABLES:
        return ()
    return tuple((originale.sha256, page, 0) for page in range(1, originale.pages + 1))


def poser(
    session: Session, pris: Depot, pages: Sequence[Page], *, remaniement: Remaniement | None = None,
    retour: Composition | None = None,
) -> Composition:
    """A new version of the pages of a depot: to be made by a worker; without any page, the depot is `reparti`."""
    avant = courante(session, pris.id)
    _oublier(session, pris.id)
    posee = Composition(
        depot_id=pris.id, rang=avant.rang + 1 if avant else 1, pages=[list(page) for page in pages],
        remaniement_id=remaniement.id if remaniement else None, retour_id=retour.id if retour else None,
    )
    session.add(posee)
    pris.sha256, pris.motif, pris.reprise_le = empreinte(pages), "", None
    pris.essais = pris.remises = pris.page_lue = 0
    pris.etat = "a_lire" if pages else "reparti"
    if not pages:
        pris.pris_par = pris.pris_le = None
    session.flush()
    return posee


def garder(session: Session, pris: Depot) -> None:
    """Write down how a depot came, before its pages are touched for the first time."""
    if courante(session, pris.id) is None:
        pages = [list(page) for page in feuilles(session, pris)]
        session.add(Composition(depot_id=pris.id, rang=1, pages=pages))
        session.execute(
            update(Piece).where(Piece.depot_id == pris.id, Piece.genre == "original").values(genre="source"),
            execution_options={"synchronize_session": False},
        )
        session.flush()


def _oublier(session: Session, depot_id: int) -> None:
    """Let go of what was made of the version before: it can be made again. What came is a `source` and stays."""
    faites = [piece.id for piece in pieces(session, depot_id) if piece.genre in _DERIVEES]
    for table, cle in ((Texte, Texte.piece_id), (Piece, Piece.id)):
        session.execute(delete(table).where(cle.in_(faites)), execution_options={"synchronize_session": False})


def empreinte(pages: Sequence[Page]) -> str:
    """What stands for the bytes of a version until they are made: the same pages have the same."""
    return hashlib.sha256(json.dumps([list(page) for page in pages]).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class AFaire:
    """What a worker needs to make a version: its files with their pages as read, and where each page of the whole is from."""

    rang: int
    sources: Mapping[str, Sequence[PageLue]]
    pages: tuple[Page, ...]

    @property
    def entier(self) -> str:
        """The one file that the version is, whole and as it came; empty when it is not."""
        [sha256, *autres] = self.sources
        entieres = tuple((sha256, lue.numero, 0) for lue in self.sources[sha256])
        return sha256 if not autres and self.pages == entieres else ""

    @property
    def ordre(self) -> tuple[tuple[int, int, int], ...]:
        """The pages, files told by their rank in `sources`."""
        rangs = {sha256: rang for rang, sha256 in enumerate(self.sources)}
        return tuple((rangs[sha256], page, tourne) for sha256, page, tourne in self.pages)

    @property
    def connues(self) -> Mapping[int, PageLue]:
        """The pages that need not be read again, in their new place."""
        if self.entier:
            return {lue.numero: lue for lue in self.sources[self.entier]}
        lues = {sha256: {lue.numero: lue for lue in source} for sha256, source in self.sources.items()}
        venues = (
            (numero, _venue(lues[sha256].get(page), tourne, numero))
            for numero, (sha256, page, tourne) in enumerate(self.pages, 1)
        )
        return {numero: page for numero, page in venues if page is not None}

    def posees(self, pages: Sequence[PageLue]) -> tuple[PageLue, ...]:
        """Its pages once read: they stand as the clerk turned them, whatever the reader makes of it."""
        return tuple(pages) if self.entier else tuple(tourner(replace(page, tourne=0), -page.tourne) for page in pages)


def a_faire(session: Session, pris: Depot) -> AFaire | None:
    """What there is to put together before a depot can be read; None when it is as it came."""
    version = courante(session, pris.id)
    if version is None:
        return None
    pages = feuilles(session, pris)
    sources = {sha256: texte.lues(session, sha256) for sha256, _, _ in pages}
    return AFaire(rang=version.rang, sources=sources, pages=pages)


def faite(session: Session, depot_id: int, version: AFaire, rangee: Range, *, now: datetime) -> None:
    """The bytes of a version are made and kept; `DejaFait` when its pages have changed meanwhile."""
    pris = session.get_one(Depot, depot_id, populate_existing=True, with_for_update=True)
    actuelle = courante(session, depot_id)
    if actuelle is None or actuelle.rang != version.rang or pris.etat != "a_lire":
        raise DejaFait(quoi="L’assemblage de ces pages")
    if any(piece.genre == "original" for piece in pieces(session, depot_id)):
        return
    pris.sha256 = rangee.sha256
    nom = pris.origine if version.entier else f"{PurePath(pris.origine).stem}.pdf"
    piece = depot.piece(
        pris, coffre_range=rangee, nom=nom, mime="application/pdf", genre="original", par=pris.depose_par, now=now,
    )
    piece.pages = len(version.pages)
    session.add(piece)
    session.flush()


def _venue(lue: PageLue | None, tourne: int, numero: int) -> PageLue | None:
    """A page as it was read in its file, set in its new place; None when it is to be read again, turned as it now is."""
    if lue is None or (tourne and (lue.source == "image" or (lue.source == "ocr" and lue.confiance < _SURE))):
        return None
    feuille = de_separation(lue.code)
    doute, code = ("separation", "") if feuille else (lue.defaut, lue.code)
    return tourner(replace(lue, numero=numero, tourne=0, code=code, defaut=doute), tourne)


def tourner(lue: PageLue, degres: int) -> PageLue:
    """A page with its boxes turned clockwise."""
    for _ in range(degres % 360 // 90):
        mots = tuple((mot, 1 - y1, x0, 1 - y0, x1, sur) for mot, x0, y0, x1, y1, sur in lue.mots)
        lue = replace(lue, mots=mots, largeur=lue.hauteur, hauteur=lue.largeur, empreinte="")  # what it looked like lay otherwise
    return lue


def sources(session: Session, pris: Depot) -> list[Piece]:
    """The files that the pages of a depot came in, untouched: its own, that of its batch, those of what was joined to it."""
    empreintes = {sha256 for sha256, _, _ in feuilles(session, pris)}
    venues = select(Piece).where(Piece.sha256.in_(empreintes), Piece.genre.in_(("original", "source")))
    ouvertes = session.scalars(venues.where(Piece.courrier_id.is_(None)).order_by(Piece.id.desc()))
    par_empreinte = {piece.sha256: piece for piece in ouvertes}
    return sorted(par_empreinte.values(), key=lambda piece: piece.id)
