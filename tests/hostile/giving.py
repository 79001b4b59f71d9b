"""Hostile files given to the reader, a few at once: each is kept first, then read, copied, shown and drawn as any other."""

import hashlib
import queue
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from app.courrier.errors import Illisible
from app.outside.reader import Limites, Reader
from app.outside.reader.sniffing import EML, LETTERS
from app.outside.vault import Vault
from tests.hostile.samples import Sample

LIMITES = Limites(memoire=1 << 30, cpu_par_page=20, silence=60, duree=120, ocr_par_page=15, ouvriers=1, pages=200)
# What a reading may take beyond its limit: a process is started and ended.
MARGIN = 15.0
SOUND = ("read", "refused")
KINDS = (*SOUND, "unworded", "dawdled", "dead")
# A sentence or more, closed, without a word of Python's or of a library's.
_SENTENCE = re.compile(r"[A-ZÀÉ].*[.)]", re.DOTALL)
_LIBRARY = re.compile(r"Error|Exception|Traceback|None|0x[0-9a-f]+|errno", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class End:
    """What became of a file: read, refused with its reason, refused in other words than a clerk's, too late, or not borne."""

    name: str
    kind: str
    reason: str
    seconds: float
    sha256: str


def give(samples: Iterator[Sample], vault: Vault, *, workers: int, limites: Limites = LIMITES) -> Iterator[End]:
    """The end of each file as it comes; never more than `workers` of them are open, or in memory."""
    reader, turn = Reader(limites), threading.Lock()
    ends: queue.SimpleQueue[End | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            while True:
                with turn:
                    sample = next(samples, None)
                if sample is None:
                    return
                ends.put(_end(reader, vault, sample, limites))
        finally:
            ends.put(None)

    crew = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    for worker in crew:
        worker.start()
    for _ in crew:
        yield from iter(ends.get, None)


def kept(vault: Vault, sha256: str) -> bool:
    """Tell whether the vault gives back the bytes of this digest, taken before they were put there."""
    return vault.has(sha256) and hashlib.sha256(vault.get(sha256)).hexdigest() == sha256


def _end(reader: Reader, vault: Vault, sample: Sample, limites: Limites) -> End:
    name, data = sample
    # Some samples are made anew each time they are asked for, never twice the same: what was given is known by its digest.
    sha256 = hashlib.sha256(data).hexdigest()
    vault.put(data)
    began = time.monotonic()
    kind, reason = _verdict(reader, data)
    seconds = time.monotonic() - began
    # Four openings at most: read, copied or shown, drawn.
    if seconds > 3 * (limites.duree + MARGIN):
        kind, reason = "dawdled", f"{seconds:.0f} s"
    return End(name=name, kind=kind, reason=reason, seconds=seconds, sha256=sha256)


def _verdict(reader: Reader, data: bytes) -> tuple[str, str]:
    try:
        _through(reader, data)
    except Illisible as refusal:
        said = str(refusal)
        return ("refused" if _SENTENCE.fullmatch(said) and not _LIBRARY.search(said) else "unworded"), said
    except Exception as fault:
        return "dead", repr(fault)
    return "read", ""


def _through(reader: Reader, data: bytes) -> None:
    """All that is done to a file that arrives."""
    reading = reader.read(data)
    if reading.mime == EML:
        reader.show(data)
    elif any(page.source == "ocr" for page in reading.pages):
        reader.searchable(data, reading.pages)
    if reading.mime not in LETTERS and any(page.source != "texte" for page in reading.pages):
        reader.render(data, page=reading.pages[0].numero, largeur=300, tourne=reading.pages[0].tourne)
