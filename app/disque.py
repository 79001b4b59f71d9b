"""A disk that takes nothing more: the machine's fault, never that of the letter at hand, which waits until there is room."""

import errno
import sqlite3

from app.db import DBAPIError

_PLEIN = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def plein(faute: BaseException) -> bool:
    """Whether what failed is a disk without room, or that was made read-only."""
    if isinstance(faute, DBAPIError):
        return getattr(faute.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(faute, OSError) and faute.errno in _PLEIN
