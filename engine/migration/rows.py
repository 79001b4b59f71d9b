"""The rows of an instance that changes version: told anew in the words of the new one, and as they were when it goes back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import store
from engine.asking import is_asked
from engine.instance.base import FAULT, Element
from engine.instance.circuit import Circuit
from engine.opening import Desk, Opening
from engine.stepping import Stepper
from engine.tables import Incident, Instance, Task, TaskGroup, Timer

TOLD = ("step", "name", "lane", "act", "form", "choices", "correlation")
"""What a version says of a task; who holds it, its draft, its échéance are the task's own."""
ACTORS = ("assignee", "candidateGroups", "candidateUsers")


def told(session: Session, instance: Instance) -> dict[str, Any]:
    """What `restore` needs: the open tasks as they are, and which timers and incidents wait."""
    tasks = {
        str(task.id): {name: getattr(task, name) for name in (*TOLD, "assignee")}
        | {"groups": sorted(_groups(session, task))}
        for task in _open(session, instance)
    }
    return {"tasks": tasks, "timers": _waiting(session, instance), "incidents": _incidents(session, instance)}


def _open(session: Session, instance: Instance) -> list[Task]:
    query = select(Task).where(Task.instance_id == instance.id, Task.closed_at.is_(None)).order_by(Task.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _groups(session: Session, task: Task) -> set[str]:
    return set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == task.id)))


def _waiting(session: Session, instance: Instance) -> list[int]:
    query = select(Timer.id).where(Timer.instance_id == instance.id, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    return sorted(session.scalars(query))


def _incidents(session: Session, instance: Instance) -> list[int]:
    query = select(Incident.id).where(Incident.instance_id == instance.id, Incident.closed_at.is_(None))
    return sorted(session.scalars(query))


def retell(session: Session, stepper: Stepper, instance: Instance, circuit: Circuit, before: Mapping[str, Element]) -> None:
    """Let the open tasks that go on say what the new version says of their step; who may do them only if it says another."""
    desk = Desk(session, stepper.host, instance.subject, circuit)
    opened, renamed = circuit.opened(), {}
    tasks = {task.token: task for task in _open(session, instance)}
    for token in [token for token in opened if token in before and token in tasks]:
        one, task, data = opened[token], tasks[token], opened[token].task.internal_data
        fault, others = data.get(FAULT), not _same_actors(before[token], one.element)
        if others:
            data.pop(FAULT, None)
        opening = desk.opening(one, stepper.now)
        renamed[task.step] = str(opening.columns["step"])
        for name in TOLD:
            setattr(task, name, opening.columns[name])
        if others:
            task.assignee = opening.columns["assignee"]  # type: ignore[assignment]
            _regroup(session, task, opening)
        elif fault is None:  # what could be said of its actors when it opened still holds
            data.pop(FAULT, None)
    for task in tasks.values():
        if is_asked(task):
            task.step = renamed.get(task.step, task.step)
    session.flush()


def _same_actors(before: Element, after: Element) -> bool:
    return before.lane == after.lane and all(before.camunda.get(name) == after.camunda.get(name) for name in ACTORS)


def _regroup(session: Session, task: Task, opening: Opening) -> None:
    """Who may take it now; who holds it still may."""
    wanted = {key[:100] for key in opening.groups} | ({f"@{task.holder}"} if task.holder else set())
    _set_groups(session, task, wanted)


def _set_groups(session: Session, task: Task, wanted: Iterable[str]) -> None:
    wanted = set(wanted)
    rows = {row.group_key: row for row in session.scalars(select(TaskGroup).where(TaskGroup.task_id == task.id))}
    for key, row in rows.items():
        if key in wanted:
            row.closed_at = None
        else:
            session.delete(row)
    session.add_all(TaskGroup(task_id=task.id, group_key=key, due=task.due) for key in sorted(wanted - set(rows)))


def restore(session: Session, instance: Instance, kept: Mapping[str, Any], *, by: str, now: datetime) -> list[Task]:
    """Make the rows say what `told` said; the tasks that the move had opened are closed, and given back."""
    was = kept["tasks"]
    made = [task for task in _open(session, instance) if str(task.id) not in was and not is_asked(task)]
    closed = store.take_away(session, instance, [task.token for task in made], by=by, now=now, outcome="cancelled")
    for task in session.scalars(select(Task).where(Task.id.in_([int(number) for number in was]))):
        _restore_task(session, task, was[str(task.id)])
    session.flush()
    _restore_waits(session, instance, kept, by=by, now=now)
    return closed


def _restore_waits(session: Session, instance: Instance, kept: Mapping[str, Any], *, by: str, now: datetime) -> None:
    asked = select(Task.token).where(Task.instance_id == instance.id, Task.main.is_not(None))
    timers = update(Timer).where(Timer.token.not_in(asked), Timer.fired_at.is_(None))
    new = _since(_waiting(session, instance), kept["timers"])
    _write(session, timers.where(Timer.id.in_(new)), cancelled_at=now)
    _write(session, timers.where(Timer.id.in_(kept["timers"])), cancelled_at=None)
    new = _since(_incidents(session, instance), kept["incidents"])
    _write(session, update(Incident).where(Incident.id.in_(new)), closed_at=now, closed_by=by, resolution="set-right")
    _write(session, update(Incident).where(Incident.id.in_(kept["incidents"])), closed_at=None, closed_by=None, resolution=None)


def _restore_task(session: Session, task: Task, said: Mapping[str, Any]) -> None:
    """An opinion answered since stays answered; a step that the move took away is open again."""
    if is_asked(task) and task.closed_at is not None:
        return
    for name in (*TOLD, "assignee"):
        setattr(task, name, said[name])
    task.closed_at, task.closed_by, task.outcome, task.result = None, None, None, {}
    _set_groups(session, task, {*said["groups"], *([f"@{task.holder}"] if task.holder else [])})


def _since(now: list[int], before: list[int]) -> list[int]:
    return [one for one in now if one not in before]


def _write(session: Session, statement: Any, **values: object) -> None:
    session.execute(statement.values(**values).execution_options(synchronize_session="fetch"))
