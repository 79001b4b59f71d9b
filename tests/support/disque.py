"""A disk without room: whatever is asked of a part that stands on it fails as the machine says it."""

import errno
from typing import Any


def full(*_given: object, **_more: object) -> Any:
    """What a full disk answers."""
    raise OSError(errno.ENOSPC, "No space left on device")


class Full:
    """A part of the program whose every act needs room."""

    put = send = pdf = read = staticmethod(full)
