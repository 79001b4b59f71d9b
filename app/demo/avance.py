"""A reader that begins early: what is prepared is read by threads while the story is told."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from app.courrier.ports import Boite, Copie, Lecteur, Lecture, PageLue


class LecteurEnAvance:
    """The real reader, whose readings of files already known were begun beforehand."""

    def __init__(self, lecteur: Lecteur, *, fils: int = 2) -> None:
        """`fils`: how many files are read at once; each in a process of its own."""
        self._lecteur = lecteur
        self._fils = ThreadPoolExecutor(fils, thread_name_prefix="lecture")
        self._commencees: dict[str, Future[Lecture]] = {}

    def commencer(self, data: bytes) -> None:
        """Begin to read this file."""
        self._commencees[_empreinte(data)] = self._fils.submit(self._lecteur.read, data)

    def finir(self) -> None:
        """Let go of the threads."""
        self._fils.shutdown(cancel_futures=True)

    def sniff(self, data: bytes) -> str:
        """The type told by content."""
        return self._lecteur.sniff(data)

    def read(
        self, data: bytes, *, progress: Callable[[PageLue, int], None] | None = None, connues: Mapping[int, PageLue] = {}
    ) -> Lecture:
        """What was read beforehand, else what is read now."""
        commencee = self._commencees.pop(_empreinte(data), None)
        return commencee.result() if commencee else self._lecteur.read(data, progress=progress, connues=connues)

    def render(self, data: bytes, *, page: int, largeur: int, tourne: int = 0) -> bytes:
        """A JPEG of a page."""
        return self._lecteur.render(data, page=page, largeur=largeur, tourne=tourne)

    def render_all(self, data: bytes, *, pages: Mapping[int, int], largeur: int) -> Iterator[tuple[int, bytes]]:
        """A JPEG of each of several pages."""
        return self._lecteur.render_all(data, pages=pages, largeur=largeur)

    def show(self, data: bytes) -> bytes:
        """An e-mail as pages."""
        return self._lecteur.show(data)

    def searchable(self, data: bytes, pages: Sequence[PageLue]) -> Copie:
        """A PDF with the words under its pictures."""
        return self._lecteur.searchable(data, pages)

    def stamp(self, data: bytes, pages: Sequence[PageLue], *, cachet: bytes, boite: Boite) -> bytes:
        """A PDF with another laid over its first page."""
        return self._lecteur.stamp(data, pages, cachet=cachet, boite=boite)

    def assemble(self, sources: Sequence[tuple[bytes, Sequence[PageLue]]], feuilles: Sequence[tuple[int, int, int]]) -> bytes:
        """A PDF of pages of several files."""
        return self._lecteur.assemble(sources, feuilles)


def _empreinte(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
