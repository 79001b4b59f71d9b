"""How much of the machine one file may ask for before its reading is given up."""

import errno
import os
import tempfile
from dataclasses import dataclass, field

MIB = 1 << 20
MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What a disk without room answers: the machine's fault, never that of the file."""


@dataclass(frozen=True, kw_only=True)
class Limites:
    """Bounds of one reading: memory in bytes, times in seconds, pictures in pixels; `ouvriers` read pages at once."""

    octets: int = 256 * MIB
    memoire: int = 2048 * MIB
    cpu_par_page: int = 60
    silence: float = 400.0
    duree: float = 7200.0
    ocr_par_page: int = 60
    pages: int = 2000
    caracteres_par_page: int = 200_000
    caracteres: int = 20_000_000
    pixels: int = 40_000_000
    courriel_octets: int = 40 * MIB
    courriel_parties: int = 500
    courriel_profondeur: int = 20
    ouvriers: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))


def need_room(size: int = MIB, folder: str | None = None) -> None:
    """Raise the disk's own OSError when it does not take `size` bytes: a program that could not write fails without saying so."""
    with tempfile.TemporaryFile(dir=folder) as trial:
        os.posix_fallocate(trial.fileno(), 0, size)
