"""One task, fetched through the agent's rights, and whether they may do it."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.courrier.errors import Introuvable
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Courrier
from engine import Task, TaskGroup


def a_ma_portee(moi: Moi) -> ColumnElement[bool]:
    """The tasks this agent may take or do."""
    place = exists().where(
        TaskGroup.task_id == Task.id, TaskGroup.closed_at.is_(None), TaskGroup.group_key.in_(sorted(moi.groupes))
    )
    return or_(Task.holder == moi.identifiant, Task.assignee == moi.identifiant, place)


def tache(session: Session, moi: Moi, task_id: int) -> tuple[Task, Courrier]:
    """A task fetched through the agent's rights, open or closed; `Introuvable`."""
    trouvee, courrier, _ = a_faire(session, moi, task_id)
    return trouvee, courrier


def a_faire(session: Session, moi: Moi, task_id: int) -> tuple[Task, Courrier, bool]:
    """The same, and whether this agent may do it, in one statement."""
    rang = session.execute(
        select(Task, Courrier, a_ma_portee(moi))
        .join(Courrier, Courrier.instance_id == Task.instance_id)
        .where(Task.id == task_id, visible(moi))
    ).first()
    if rang is None:
        raise Introuvable(quoi="Cette tâche")
    return rang[0], rang[1], bool(rang[2])


def peut_agir(session: Session, moi: Moi, tache: Task) -> bool:
    """Whether this agent may do this open task."""
    return bool(session.scalar(select(Task.id).where(Task.id == tache.id, Task.closed_at.is_(None), a_ma_portee(moi))))
