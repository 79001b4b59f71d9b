"""A folder that scanners and shares fill: finished regular files only, moved aside once they are taken, never deleted."""

import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.courrier.errors import PriseImpossible, ReleveImpossible
from app.courrier.ports import Attente

TAKEN, REFUSED = "pris", "refus"
LARGEST = 256 << 20
_LONGEST = 255
_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".temp", ".swp", ".lock", "~")
_Stamp = tuple[int, int, int]


class Folder:
    """What waits in a folder; its own folders are not looked into."""

    position = ""

    def __init__(self, root: Path, *, rest: float) -> None:
        """`rest`: seconds without any change after which a file is finished."""
        self._root, self._rest = root, rest
        self._read: dict[str, _Stamp] = {}

    def attente(self, limite: int) -> list[Attente]:
        """The finished files, the oldest first."""
        found = sorted(self._finished(), key=lambda waiting: (waiting.arrivee_le, waiting.nom))
        return found[:limite]

    def _finished(self) -> Iterator[Attente]:
        try:
            entries = list(os.scandir(self._root))
        except OSError as fault:
            raise ReleveImpossible(motif=f"le dossier {self._root} ne s’ouvre pas ({_said(fault)})") from fault
        now = time.time()
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                seen = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # gone between the list and the look
            # A copy may carry a date of its own, past or future; when the disk last changed the file cannot be forged.
            changed = max(seen.st_ctime, seen.st_mtime if seen.st_mtime <= now else 0.0)
            if stat.S_ISREG(seen.st_mode) and now - changed >= self._rest:
                yield Attente(repere=entry.name, lieu=entry.name.encode("utf-8", "replace").decode(),
                              nom=entry.name.encode("utf-8", "replace").decode(), taille=seen.st_size,
                              arrivee_le=datetime.fromtimestamp(seen.st_ctime, UTC))

    def lire(self, attente: Attente) -> bytes:
        """The bytes; `PriseImpossible` when they cannot be had, or change while they are read."""
        if attente.taille == 0:
            raise PriseImpossible(motif="le fichier est vide")
        if attente.taille > LARGEST:
            raise PriseImpossible(motif=f"le fichier pèse plus de {LARGEST >> 20} Mo ; découpez-le")
        try:
            handle = os.open(self._root / attente.repere, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as source:
                before = _stamp(os.fstat(handle))
                data = source.read(LARGEST + 1)
                after = _stamp(os.fstat(handle))
        except OSError as fault:
            raise PriseImpossible(motif=f"le fichier ne se lit pas ({_said(fault)})") from fault
        if before != after or len(data) != before[1]:
            raise PriseImpossible(motif="le fichier changeait encore", definitif=False)
        self._read[attente.repere] = after
        return data

    def pris(self, attente: Attente) -> None:
        """Move it to `pris/`, unless another has come under its name meanwhile: that one waits for its turn."""
        source = self._root / attente.repere
        try:
            if _stamp(source.lstat()) == self._read.get(attente.repere):
                self._move(source, TAKEN)
        except OSError as fault:
            raise ReleveImpossible(motif=f"« {attente.nom} » ne se déplace pas dans {TAKEN}/ ({_said(fault)})") from fault

    def refuser(self, attente: Attente, motif: str) -> None:
        """Move it to `refus/`, with a note beside it that says why."""
        try:
            moved = self._move(self._root / attente.repere, REFUSED)
            note = moved.with_name(_named(moved.name, ".raison.txt"))
            note.write_text(f"{attente.nom} n’a pas été pris : {motif}.\n", "utf-8")
        except OSError as fault:
            raise ReleveImpossible(motif=f"« {attente.nom} » ne se déplace pas dans {REFUSED}/ ({_said(fault)})") from fault

    def _move(self, source: Path, into: str) -> Path:
        """Rename within the same disk, under a name that nothing has yet, then have the disk keep both folders."""
        folder = self._root / into
        folder.mkdir(exist_ok=True)
        target, number = folder / source.name, 1
        while target.exists() or target.is_symlink():
            number += 1
            target = folder / _named(source.stem, f" ({number}){source.suffix}")
        source.rename(target)
        for changed in (folder, self._root):
            _sync(changed)
        return target


def _named(stem: str, ending: str) -> str:
    """A name that the disk takes, its ending whole."""
    return os.fsdecode(os.fsencode(stem)[: _LONGEST - len(os.fsencode(ending))]) + ending


def _stamp(seen: os.stat_result) -> _Stamp:
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _said(fault: OSError) -> str:
    return {13: "accès refusé", 1: "accès refusé", 2: "il n’y est plus", 28: "le disque est plein", 30: "disque en lecture seule",
            40: "c’est un lien"}.get(fault.errno or 0, "erreur du disque")
