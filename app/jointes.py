"""What was attached to what was read: kept, read in its turn, as deep as files are put within files."""

import logging
from collections.abc import Callable, Iterator, Mapping
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
Suivi = Callable[[str], Callable[[PageLue, int], None]]
"""By the digest of a file: what is told of each of its pages as it is read, and how many there are."""
NOMBRE, PROFONDEUR = 200, 4
"""Attached files that become pieces, and how deep they are looked for; the original holds them all."""


def toutes(parts: Parts, lecture: Lecture) -> list[Jointe]:
    """All that came with a file, in the vault, with its text when it could be read."""
    return list(islice(_dedans(parts, lecture, PROFONDEUR), NOMBRE))


def vue(parts: Parts, nom: str, contenu: bytes, lecture: Lecture) -> list[Jointe]:
    """The pages on which an e-mail is read and annotated; none when it cannot be set: its text is shown then."""
    if lecture.mime != COURRIEL:
        return []
    try:
        pages = parts.lecteur.show(contenu)
        lues = parts.lecteur.read(pages)
    except Illisible as refus:
        logger.warning("%s : %s", nom, refus)
        return []
    return [Jointe(nom=f"{PurePath(nom).stem}.pdf", coffre_range=parts.coffre.put(pages), mime=lues.mime, lecture=lues,
                   genre="vue")]  # fmt: skip


def cherchable(parts: Parts, nom: str, contenu: bytes, lecture: Lecture) -> list[Jointe]:
    """The searchable copy of a scan, beside the original that nothing touches; none of what was not a scan."""
    if not any(page.source == "ocr" for page in lecture.pages):
        return []
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
    lues = ((piece_id, lue(parts, sha256, suivi(sha256))) for piece_id, sha256 in attendues)
    return {piece_id: lecture for piece_id, lecture in lues if lecture}


def copies(parts: Parts, lues: Mapping[int, Lecture]) -> Iterator[Jointe]:
    """The searchable copies of those that are scans."""
    for piece_id, lecture in lues.items():
        annexe = db.session().get_one(Piece, piece_id)
        yield from cherchable(parts, annexe.nom, parts.coffre.get(annexe.sha256), lecture)


def lue(parts: Parts, sha256: str, progress: Callable[[PageLue, int], None]) -> Lecture | None:
    """What a file of the vault says; one that cannot be read is kept all the same."""
    try:
        return parts.lecteur.read(parts.coffre.get(sha256), progress=progress, connues=texte.connues(db.session(), sha256))
    except Illisible:
        return None


def _dedans(parts: Parts, lecture: Lecture, profondeur: int) -> Iterator[Jointe]:
    """What was attached, and what was attached to that: a message passed on brings its own files."""
    for nom, contenu in lecture.jointes:
        lue, *copie = _garder(parts, nom, contenu)
        yield lue
        yield from copie
        if lue.lecture and profondeur:
            yield from _dedans(parts, lue.lecture, profondeur - 1)


def _garder(parts: Parts, nom: str, contenu: bytes) -> list[Jointe]:
    """Keep an attached file, with its searchable copy; what cannot be read is kept all the same."""
    rangee = parts.coffre.put(contenu)
    try:
        lecture = parts.lecteur.read(contenu, connues=texte.connues(db.session(), rangee.sha256))
    except Illisible:
        return [Jointe(nom=nom, coffre_range=rangee, mime="application/octet-stream")]
    lue = Jointe(nom=nom, coffre_range=rangee, mime=lecture.mime, lecture=lecture)
    return [lue, *cherchable(parts, nom, contenu, lecture)]
