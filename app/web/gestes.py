"""What a task's page shows beside its act: what was asked about it and answered, what else its reader may do."""

from typing import Any

from app.courrier import deviations
from app.courrier.tables import Courrier
from app.db import db
from app.web.context import moi, now, parts
from engine import Task


def vue(tache: Task, courrier: Courrier, *, peut: bool) -> dict[str, Any]:
    """The names that its templates need; `peut`: the reader may do the act."""
    session = db.session()
    return {
        "demandes": deviations.demandes(session, tache), "principale": session.get(Task, tache.main) if tache.main else None,
        "gestes": deviations.gestes(session, parts().engine, moi(), tache, courrier, peut=peut, now=now()),
        "jours_reponse": deviations.JOURS, "renvoyee": deviations.renvoi(session, tache),
    }  # fmt: skip
