"""What the database holds of the demo: nothing yet, a beginning that was cut short, all of it; the journal tells."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import CourrierError
from app.courrier.tables import Agent, LigneJournal

_SUJET = "base:demonstration"


class BaseOccupee(CourrierError):
    """Cette base n’est pas vide : la démonstration n’y touche pas. Donnez-lui une base neuve (DATABASE_URL)."""


def a_installer(session: Session) -> bool:
    """Whether this database awaits the demo: it is empty, or the demo was begun in it and cut short."""
    return not session.scalar(select(func.count()).select_from(Agent)) or interrompue(session)


def interrompue(session: Session) -> bool:
    """The journal opens with the demo's first line and has not its last."""
    premiere = session.scalar(select(LigneJournal.sujet).where(LigneJournal.numero == 1))
    return premiere == _SUJET and session.scalar(select(func.count()).where(LigneJournal.sujet == _SUJET)) == 1


def noter(session: Session, etape: str, *, now: datetime) -> None:
    """Write in the journal that the demo begins or ends."""
    journal.noter(session, acteur="systeme", acte="demonstration", sujet=_SUJET, now=now, etape=etape)
