"""Opinions and visas asked while a task is open: tasks of the same instance that the drawing does not have.

Their tokens are not the circuit's: its state knows nothing of them, and a migration leaves them where they are.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import store
from engine.errors import AlreadyAsked, AwaitsVisa, CannotAsk
from engine.host import Step
from engine.tables import Instance, Task, TaskGroup, Timer

PREFIX = "demande-"
KINDS = {"avis": "avis", "visa": "viser"}
"""What may be asked, and the act (and form) that answers it; a visa holds the task it is asked about until it is given."""


def is_asked(task: Task) -> bool:
    """Whether `task` was asked about another, which the drawing has."""
    return task.main is not None


def ask(
    session: Session, main: Task, *, kind: str, groups: tuple[str, ...], question: str, name: str, due: datetime | None,
    by: str, now: datetime,
) -> Task:  # fmt: skip
    """Open the task that answers `question` about `main`, whose instance is locked."""
    if is_asked(main) or kind not in KINDS or not groups or not question.strip():
        raise CannotAsk
    _refuse_twice(session, main, kind, groups, question)
    asked = Task(
        instance_id=main.instance_id, subject=main.subject, token=f"{PREFIX}{uuid4().hex}", step=main.step, name=name[:200],
        lane=main.lane, act=KINDS[kind], form=KINDS[kind], choices={}, due=due, priority=main.priority, draft={},
        opened_at=now, result={}, main=main.id, question=question.strip(), asked_by=by, awaits={},
    )  # fmt: skip
    session.add(asked)
    session.flush()
    session.add_all(TaskGroup(task_id=asked.id, group_key=group[:100], due=due) for group in dict.fromkeys(groups))
    if due is not None:
        session.add(Timer(instance_id=main.instance_id, token=asked.token, step=main.step, name=name[:200], due_at=due))
    main.awaits = {**main.awaits, str(asked.id): kind}
    session.flush()
    return asked


def _refuse_twice(session: Session, main: Task, kind: str, groups: tuple[str, ...], question: str) -> None:
    same = [int(task_id) for task_id, other in main.awaits.items() if other == kind]
    for task in session.scalars(select(Task).where(Task.id.in_(same), Task.question == question.strip())):
        keys = set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == task.id)))
        if keys >= {group[:100] for group in groups}:
            raise AlreadyAsked


def refuse_held(task: Task) -> None:
    """AwaitsVisa when a visa asked about `task` is not given yet."""
    if "visa" in task.awaits.values():
        raise AwaitsVisa


def settle(session: Session, held: store.Held, asked: Task) -> Step:
    """What follows when `asked`, whose row has been closed, is answered or given up: its task awaits it no more."""
    main = session.get_one(Task, asked.main, populate_existing=True)
    main.awaits = {task_id: kind for task_id, kind in main.awaits.items() if task_id != str(asked.id)}
    _quieten(session, [asked], asked.closed_at)
    session.flush()
    return Step(instance=held.instance, closed=(asked,))


def withdraw(session: Session, instance: Instance, closed: Iterable[Task], *, by: str, now: datetime) -> list[Task]:
    """Close what was asked about tasks that are now closed: nobody waits for it any more."""
    mains = [task for task in closed if task.awaits]
    ids = [int(task_id) for task in mains for task_id in task.awaits]
    if not ids:
        return []
    for main in mains:
        main.awaits = {}
    asked = list(session.scalars(select(Task).where(Task.id.in_(ids))))
    _quieten(session, asked, now)
    return store.take_away(session, instance, [task.token for task in asked], by=by, now=now, outcome="taken-away")


def _quieten(session: Session, asked: list[Task], now: datetime | None) -> None:
    waiting = (Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    tokens = [task.token for task in asked]
    statement = update(Timer).where(Timer.instance_id == asked[0].instance_id, Timer.token.in_(tokens), *waiting)
    session.execute(statement.values(cancelled_at=now).execution_options(synchronize_session=False))


def late(session: Session, instance: Instance, token: str) -> Step:
    """What the clock has found: an answer that is due and is not there; the trade reminds who was asked."""
    query = select(Task).where(Task.instance_id == instance.id, Task.token == token, Task.closed_at.is_(None))
    return Step(instance=instance, late=tuple(session.scalars(query)))
