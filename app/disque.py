"""A disk that takes nothing more: the machine's fault, never that of the letter at hand, which waits until there is room."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.courrier.tables import dues
from app.db import DBAPIError, Session, transaction

_PLEIN = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_DISK_FULL = "53100"
"""The SQLSTATE by which PostgreSQL says it."""

_PLACE = 64 << 20
"""Bytes that a disk must still take to be said to have room."""


def plein(faute: BaseException) -> bool:
    """Whether what failed is a disk without room, or that was made read-only; or fails because of one."""
    if faute.__cause__ is not None and plein(faute.__cause__):
        return True
    if isinstance(faute, DBAPIError):
        sqlite, postgres = (getattr(faute.orig, nom, None) for nom in ("sqlite_errorcode", "sqlstate"))
        return sqlite == sqlite3.SQLITE_FULL or postgres == _DISK_FULL
    return isinstance(faute, OSError) and faute.errno in _PLEIN


def de_nouveau_libre(faute: BaseException, *dossiers: Path) -> bool:
    """Whether there is room again once the work that filled the disk was given up: then it may be that work which filled it.

    Of the disk of another machine, PostgreSQL's, nothing is known but that it is full.
    """
    if isinstance(faute, DBAPIError) and getattr(faute.orig, "sqlstate", None):
        return False
    try:
        for dossier in filter(Path.is_dir, {Path(tempfile.gettempdir()), *dossiers}):
            with tempfile.TemporaryFile(dir=dossier) as essai:
                os.posix_fallocate(essai.fileno(), 0, _PLACE)
    except OSError:
        return False
    return True


def manquee(faute: Exception, table: type[dues.Due], cle: int, echouer: Callable[[Session], None], *, now: datetime) -> None:
    """Note that the work of a due row of `table` failed: a full disk makes it wait and counts no try, else `echouer` says why."""
    with transaction() as session:
        if plein(faute):
            dues.remettre(session, table, cle, now=now)
        else:
            echouer(session)
