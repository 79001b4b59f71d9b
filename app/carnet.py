"""What the clock does for the sheets of correspondants: keys by today's rules, and files of sheets that nobody wrote let go."""

from datetime import datetime

from app.courrier.correspondants import cles, imports
from app.db import transaction


def rattraper() -> int:
    """Give their keys to sheets that have none of today's rules, until none is left; how many got them."""
    faites = 0
    while True:
        with transaction() as session:
            lot = cles.rattraper(session)
        faites += lot
        if not lot:
            return faites


def oublier(now: datetime) -> None:
    """Let go the files of sheets that were left unwritten for a week."""
    with transaction() as session:
        imports.oublier(session, now=now)
