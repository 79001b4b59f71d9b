"""What was attached to what was read: kept, read in its turn, as deep as files are put within files."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from app.courrier import depot, texte
from app.courrier.depot import Jointe
from app.courrier.errors import Illisible
from app.courrier.ports import Lecture, PageLue
from app.courrier.tables import Piece
from app.db import db
from app.wiring import Parts

logger = logging.getLogger(__name__)
COURRIEL = "message/rfc822"
NOMBRE, PROFONDEUR = 200, 4
"""Attached files that become pieces, and how deep they are looked for; the original holds them all."""


@dataclass(frozen=True, kw_only=True)
class Suivi:
    """How a reading tells that it is still at it, so that nobody else takes it over.

    `tenir`: before a step that is silent until its end. `pages`: by the digest of a file, what is told of each of its pages as it
    is read, and how many there are.
    """

    tenir: Callable[[], None]
    pages: Callable[[str], Callable[[PageLue, int], None]]


def toutes(parts: Parts, lecture: Lecture, suivi: Suivi) -> list[Jointe]:
    """All that came with a file, in the vault, with its text when it could be read."""
    return list(islice(_dedans(parts, lecture, PROFONDEUR, suivi), NOMBRE))


def vue(parts: Parts, nom: str, contenu: bytes, lecture: Lecture, suivi: Suivi) -> list[Jointe]:
    """The pages on which an e-mail is read and annotated; none when it cannot be set: its text is shown then."""
    if lecture.mime != COURRIEL:
        return []
    suivi.tenir()
    try:
        pages = parts.coffre.put(parts.lecteur.show(contenu))
    except Illisible as refus:
        logger.warning("%s : %s", nom, refus)
        return []
    lues = lue(parts, pages.sha256, suivi)
    if lues is None:
        return []
    return [Jointe(nom=f"{PurePath(nom).stem}.pdf", coffre_range=pages, mime=lues.mime, lecture=lues,
                   genre="vue")]  # fmt: skip


def cherchable(parts: Parts, nom: str, contenu: bytes, lecture: Lecture, suivi: Suivi) -> list[Jointe]:
    """The searchable copy of a scan, beside the original that nothing touches; none of what was not a scan."""
    if not any(page.source == "ocr" for page in lecture.pages):
        return []
    suivi.tenir()
    try:
        copie = parts.lecteur.searchable(contenu, lecture.pages)
    except Illisible as refus:
        logger.warning("%s : %s", nom, refus)
        return []
    if copie.reserve:
        logger.info("%s : la copie cherchable n’est pas PDF/A : %s", nom, copie.reserve)
    return [Jointe(nom=f"{PurePath(nom).stem} (cherchable).pdf", coffre_range=parts.coffre.put(copie.contenu),
                   mime="application/pdf", genre="cherchable" if copie.reserve else "pdfa")]  # fmt: skip


def deposees(parts: Parts, depot_id: int, suivi: Suivi) -> dict[int, Lecture]:
    """What was read of the files that were dropped with a letter, by the number of their piece, and not read before."""
    attendues = [(une.id, une.sha256) for une in depot.pieces(db.session(), depot_id) if une.genre == "annexe" and not une.pages]
    lues = ((piece_id, lue(parts, sha256, suivi)) for piece_id, sha256 in attendues)
    return {piece_id: lecture for piece_id, lecture in lues if lecture}


def copies(parts: Parts, lues: Mapping[int, Lecture], suivi: Suivi) -> Iterator[Jointe]:
    """The searchable copies of those that are scans."""
    for piece_id, lecture in lues.items():
        annexe = db.session().get_one(Piece, piece_id)
        yield from cherchable(parts, annexe.nom, parts.coffre.get(annexe.sha256), lecture, suivi)


def lue(parts: Parts, sha256: str, suivi: Suivi) -> Lecture | None:
    """What a file of the vault says; one that cannot be read is kept all the same."""
    suivi.tenir()
    connues = texte.connues(db.session(), sha256)
    try:
        return parts.lecteur.read(parts.coffre.get(sha256), progress=suivi.pages(sha256), connues=connues)
    except Illisible:
        return None


def _dedans(parts: Parts, lecture: Lecture, profondeur: int, suivi: Suivi) -> Iterator[Jointe]:
    """What was attached, and what was attached to that: a message passed on brings its own files."""
    for nom, contenu in lecture.jointes:
        tenue, *copie = _garder(parts, nom, contenu, suivi)
        yield tenue
        yield from copie
        if tenue.lecture and profondeur:
            yield from _dedans(parts, tenue.lecture, profondeur - 1, suivi)


def _garder(parts: Parts, nom: str, contenu: bytes, suivi: Suivi) -> list[Jointe]:
    """Keep an attached file, with its searchable copy; what cannot be read is kept all the same."""
    rangee = parts.coffre.put(contenu)
    lecture = lue(parts, rangee.sha256, suivi)
    if lecture is None:
        return [Jointe(nom=nom, coffre_range=rangee, mime="application/octet-stream")]
    tenue = Jointe(nom=nom, coffre_range=rangee, mime=lecture.mime, lecture=lecture)
    return [tenue, *cherchable(parts, nom, contenu, lecture, suivi)]
