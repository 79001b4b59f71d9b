"""What was attached to what was read: kept, read in its turn, as deep as files are put within files."""

import logging
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath

from app.courrier import texte
from app.courrier.depot import Jointe
from app.courrier.errors import Illisible
from app.courrier.ports import Lecture
from app.db import db
from app.wiring import Parts

logger = logging.getLogger(__name__)
COURRIEL = "message/rfc822"
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
    return [Jointe(nom=f"{PurePath(nom).stem} (cherchable).pdf", coffre_range=parts.coffre.put(copie), mime="application/pdf",
                   genre="cherchable")]  # fmt: skip


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
