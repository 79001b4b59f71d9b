"""What a task's page offers its reader beside the act itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier.deviations.commun import peut_deroger
from app.courrier.deviations.demandes import destinataires
from app.courrier.deviations.etapes import INDISPENSABLES
from app.courrier.habilitations import Moi
from app.courrier.tables import Courrier
from engine import Engine, Form, Task, Way


@dataclass(frozen=True, kw_only=True)
class Gestes:
    """What the reader may do beside a task's own act; `decisions` are the form's fields that say which way follows."""

    demander: Sequence[tuple[str, str]] = ()
    renvoyer: tuple[Way, ...] = ()
    passer: bool = False
    retirer: bool = False
    decisions: Form | None = None

    @property
    def aucun(self) -> bool:
        """Whether there is nothing."""
        return not (self.demander or self.renvoyer or self.passer or self.retirer)


def gestes(session: Session, engine: Engine, moi: Moi, tache: Task, courrier: Courrier, *, peut: bool, now: datetime) -> Gestes:
    """What is open to this agent on this task; `peut`: they may do its act."""
    if tache.closed_at is not None:
        return Gestes()
    deroge = peut_deroger(session, moi, courrier)
    if tache.main is not None:
        return Gestes(retirer=deroge or tache.asked_by == moi.identifiant)
    passer = deroge and tache.act not in INDISPENSABLES
    return Gestes(
        demander=destinataires(session, moi) if peut else (), passer=passer,
        renvoyer=engine.ways_back(session, tache.id, now=now) if peut or deroge else (),
        decisions=engine.form(session, tache, values={}, now=now) if passer else None,
    )  # fmt: skip
