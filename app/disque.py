"""A disk that takes nothing more: the machine's fault, never that of the letter at hand, which waits until there is room."""

import errno
import sqlite3

from app.db import DBAPIError

_PLEIN = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_DISK_FULL = "53100"
"""The SQLSTATE by which PostgreSQL says it."""


def plein(faute: BaseException) -> bool:
    """Whether what failed is a disk without room, or that was made read-only."""
    if isinstance(faute, DBAPIError):
        sqlite, postgres = (getattr(faute.orig, nom, None) for nom in ("sqlite_errorcode", "sqlstate"))
        return sqlite == sqlite3.SQLITE_FULL or postgres == _DISK_FULL
    return isinstance(faute, OSError) and faute.errno in _PLEIN
