"""Wait for what another thread or process does."""

import time
from collections.abc import Callable


def until(done: Callable[[], object], *, seconds: float = 60) -> None:
    """Return when `done()` is true; fail when it never was. The time is a patience, never a measure."""
    give_up = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.05)
