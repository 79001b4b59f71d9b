"""The statutory clock of a courrier: its lines, never changed, and where they say that it stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import delais
from app.courrier.tables import Courrier, LigneHorloge, Nature


def noter(session: Session, courrier: Courrier, geste: str, *, moment: datetime, par: str, motif: str = "") -> None:
    """Add a line to a courrier's clock, and copy the échéance that results to where it is queried.

    `geste`: debut, suspension, reprise or fin. With the calendar of this moment: a day that is closed later moves
    échéances only as their clock goes on after a halt.
    """
    session.add(LigneHorloge(courrier_id=courrier.id, geste=geste, moment=moment, par=par, motif=motif.strip()[:300]))
    session.flush()
    if geste != "fin" or courrier.echeance is None:  # closing gives no new échéance, unless the clock stood still
        courrier.echeance = lire(session, courrier).echeance


def lignes(session: Session, courrier: Courrier) -> Sequence[LigneHorloge]:
    """The lines of a courrier's clock, first to last; none for an answer, whose clock is that of what it answers."""
    siennes = select(LigneHorloge).where(LigneHorloge.courrier_id == courrier.id)
    return session.scalars(siennes.order_by(LigneHorloge.id)).all()


def lire(session: Session, courrier: Courrier) -> delais.Horloge:
    """Where the clock stands by its lines."""
    nature = session.get_one(Nature, courrier.nature_id)
    return delais.horloge(lignes(session, courrier), nature, delais.fermes(session))
