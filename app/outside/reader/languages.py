"""The languages that tesseract can read on this machine."""

import subprocess
from collections.abc import Sequence


def missing(langues: Sequence[str]) -> tuple[str, ...]:
    """Those of `langues` whose data is not installed; all of them when tesseract itself is not."""
    try:
        told = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True, timeout=30).stdout  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return tuple(langues)
    return tuple(langue for langue in langues if langue not in told.split())
