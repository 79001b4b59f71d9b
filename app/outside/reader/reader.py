"""The reader: each file is opened by a process of its own, so that a hostile one can only kill that."""

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from app.courrier.errors import Illisible
from app.courrier.ports import Boite, Copie, Lecture, PageLue
from app.outside.reader import frames
from app.outside.reader.limits import MIB, Limites
from app.outside.reader.office import Office
from app.outside.reader.sniffing import OFFICE, PDF, WORDS, sniff

_ROOT = Path(__file__).resolve().parents[3]
# The child gets nothing of the program's environment: no secret key, no address of the database.
_HANDED_DOWN = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
# One thread a page: twice the pages an hour of tesseract's own threads, measured on two cores.
_SINGLE_THREADED = {
    "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1",
}  # fmt: skip
_RECEIVED = 1 << 16
_COMPLAINT_KEPT = 2000
_LOG = logging.getLogger(__name__)
_NONE: Mapping[int, PageLue] = MappingProxyType({})
_KEPT = "L’original est gardé tel quel."


class Reader:
    """Reads files and draws their pages; everything it cannot read is an `Illisible` with its reason in French."""

    def __init__(
        self, limites: Limites | None = None, *, langues: Sequence[str] = ("fra",), office: Office | None = None
    ) -> None:
        """`limites`: what one file may ask of the machine; `langues`: of the letters, by tesseract's codes.

        `office` lays office files out; without it those that can be are read as words.
        """
        self._limites = limites or Limites()
        self._langues, self._office = "+".join(langues), office

    def sniff(self, data: bytes) -> str:
        """The MIME type told by content; `Illisible` when it is none of those read here."""
        return sniff(data)

    def read(
        self, data: bytes, *, progress: Callable[[PageLue, int], None] | None = None, connues: Mapping[int, PageLue] = _NONE
    ) -> Lecture:
        """All pages, attachments and headers; `progress` is told (page, pages in all) as they come.

        Pages already `connues`, of a reading that was cut short, are taken as they are and not looked at again.
        """
        kind = self._checked(data)
        data, mime = self._laid_out(data, kind)
        pages = dict(connues)
        attached: list[tuple[str, bytes]] = []
        headers: Mapping[str, str] = {}
        total = 0
        # Closed at once whatever `progress` does: the child must not outlive its reading.
        order = {"acte": "lire", "mime": mime, "langues": self._langues, "connues": sorted(connues)}
        with contextlib.closing(self._ask(data, order)) as answers:
            for head, body in answers:
                if head["genre"] == "total":
                    total = int(head["pages"])
                elif head["genre"] == "page":
                    page = frames.page_from_json(head["page"])
                    pages[page.numero] = page
                    if progress:
                        progress(page, total)
                elif head["genre"] == "jointe":
                    attached.append((str(head["nom"]), body))
                elif head["genre"] == "entetes":
                    headers = head["entetes"]
        in_order = tuple(pages[numero] for numero in sorted(pages))
        return Lecture(mime=kind, pages=in_order, jointes=tuple(attached), entetes=headers)

    def render(self, data: bytes, *, page: int, largeur: int, tourne: int = 0) -> bytes:
        """A JPEG of one page (from 1), `largeur` pixels wide at most; the words' boxes are fractions of it.

        `tourne`: degrees clockwise that bring it upright, as its reading told.
        """
        return dict(self.render_all(data, pages={page: tourne}, largeur=largeur))[page]

    def render_all(self, data: bytes, *, pages: Mapping[int, int], largeur: int) -> Iterator[tuple[int, bytes]]:
        """The same of several pages with one opening of the file: numbers with their turns; numbers with their JPEG."""
        size = {"largeur": max(16, min(largeur, 4096)), "pages": sorted(pages.items())}
        data, mime = self._laid_out(data, self._checked(data))
        with contextlib.closing(self._ask(data, {"acte": "rendre", "mime": mime, **size})) as answers:
            for head, body in answers:
                yield int(head["page"]), body

    def searchable(self, data: bytes, pages: Sequence[PageLue]) -> Copie:
        """A PDF of a scan with the words of its pages, as `read` gave them, under their pictures; PDF/A-2b where that can be."""
        data, mime = self._laid_out(data, self._checked(data))
        order, source = {"acte": "copier", "mime": mime}, BytesIO()
        frames.write(source, {"pages": [frames.page_to_json(page) for page in pages]}, data)
        [(head, body)] = self._ask(source.getvalue(), order)
        return Copie(contenu=body, reserve=str(head["reserve"]))

    def stamp(self, data: bytes, pages: Sequence[PageLue], *, cachet: bytes, boite: Boite) -> bytes:
        """A PDF of the same pages with `cachet`, a PDF of one page, laid over the first of them in `boite`."""
        data, mime = self._laid_out(data, self._checked(data))
        order, files = {"acte": "tamponner", "mime": mime, "boite": list(boite)}, BytesIO()
        bare = [frames.page_to_json(replace(page, texte="", mots=())) for page in pages]
        frames.write(files, {"pages": bare}, data)
        frames.write(files, {}, cachet)
        return b"".join(body for _, body in self._ask(files.getvalue(), order))

    def show(self, data: bytes) -> bytes:
        """A PDF of an e-mail as it is read: its text without code, its own pictures, nothing fetched from anywhere."""
        return b"".join(body for _, body in self._ask(data, {"acte": "montrer", "mime": self._checked(data)}))

    def _laid_out(self, data: bytes, mime: str) -> tuple[bytes, str]:
        """An office file as PDF when that can be; its words are read without where they can be, and it is refused else."""
        if mime not in OFFICE or self._office is None:
            return data, mime
        if mime in WORDS and not self._office.present:
            return data, mime
        return self._office.pdf(data, mime), PDF

    def assemble(self, sources: Sequence[tuple[bytes, Sequence[PageLue]]], feuilles: Sequence[tuple[int, int, int]]) -> bytes:
        """A PDF of pages of several files, each read before; see the port."""
        order, files = {"acte": "assembler", "mime": PDF, "feuilles": list(feuilles)}, BytesIO()
        for data, pages in sources:
            bare = [frames.page_to_json(replace(page, texte="", mots=())) for page in pages]
            frames.write(files, {"mime": self._checked(data), "pages": bare}, data)
        return b"".join(body for _, body in self._ask(files.getvalue(), order))

    def _checked(self, data: bytes) -> str:
        if len(data) > self._limites.octets:
            raise Illisible(
                motif=f"Le fichier pèse {len(data) / MIB:.0f} Mo, pour {self._limites.octets / MIB:.0f} Mo au plus."
                " Découpez-le, ou numérisez-le en noir et blanc."
            )
        return sniff(data)

    def _ask(self, data: bytes, order: Mapping[str, Any]) -> Generator[frames.Frame, None, None]:
        """Run the child on one order; its frames as they come, `Illisible` when it refuses, dies or dawdles."""
        with (
            tempfile.TemporaryDirectory(prefix="lecture-", ignore_cleanup_errors=True) as folder,
            tempfile.TemporaryFile() as source,
            tempfile.TemporaryFile() as complaints,
        ):
            source.write(data)
            source.seek(0)
            command = json.dumps({**order, "limites": asdict(self._limites)})
            child = subprocess.Popen(  # noqa: S603 - our own module, with an order we wrote
                [sys.executable, "-m", "app.outside.reader", command],
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=complaints,
                cwd=_ROOT,
                env=_environment(folder),
                start_new_session=True,
            )
            try:
                yield from self._answers(child, complaints)
            finally:
                _end(child)

    def _answers(self, child: subprocess.Popen[bytes], complaints: BinaryIO) -> Iterator[frames.Frame]:
        received = frames.Frames()
        for block in self._blocks(child):
            for head, body in received.feed(block):
                if head["genre"] == "refus":
                    raise Illisible(motif=head["motif"])
                if head["genre"] == "panne":
                    # The machine's fault, not the file's: it is read when there is room again.
                    raise OSError(head["errno"], os.strerror(head["errno"]))
                if head["genre"] == "fin":
                    return
                yield head, body
        code = child.wait()
        complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _COMPLAINT_KEPT))
        _LOG.warning("reader died with %d: %s", code, complaints.read().decode(errors="replace").strip())
        raise Illisible(motif=_cause_of_death(code))

    def _blocks(self, child: subprocess.Popen[bytes]) -> Iterator[bytes]:
        assert child.stdout is not None  # noqa: S101 - a pipe was asked for
        give_up = time.monotonic() + self._limites.duree
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while True:
                left = min(self._limites.silence, give_up - time.monotonic())
                if left <= 0 or not selector.select(left):
                    raise Illisible(motif=f"La lecture de ce fichier durait trop longtemps ; elle a été arrêtée. {_KEPT}")
                block = os.read(child.stdout.fileno(), _RECEIVED)
                if not block:
                    return
                yield block


def _environment(folder: str) -> dict[str, str]:
    handed_down = {name: os.environ[name] for name in _HANDED_DOWN if name in os.environ}
    return {**handed_down, **_SINGLE_THREADED, "TMPDIR": folder, "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1"}


def _end(child: subprocess.Popen[bytes]) -> None:
    """Leave no process behind, tesseract's included: they share the child's session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout:
        child.stdout.close()


def _cause_of_death(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"Ce fichier demande trop de calcul pour être lu. {_KEPT}"
    return f"Ce fichier est construit d’une façon qui arrête la lecture (abîmé, ou trop lourd). {_KEPT}"
