"""Instances and their rows, under the instance's row lock: rows always say what the saved state says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, Update, bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.errors import TaskClosed, TaskHeld, UnknownInstance, UnknownTask
from engine.instance.base import Element
from engine.instance.times import PARIS
from engine.instance.tokens import Fault
from engine.opening import Opening
from engine.tables import Definition, Incident, Instance, Task, TaskGroup, Timer

# The hot path's statements, made once: SQLAlchemy spends longer on making one than SQLite on running it.
_TASKS, _GROUPS, _TIMERS, _INSTANCES = (cast(Table, one.__table__) for one in (Task, TaskGroup, Timer, Instance))

_KEPT = "engine.held"


def _writing(statement: Update, *names: str) -> Update:
    return statement.values({name: bindparam(name) for name in names})


_CLOSE = _writing(
    update(_TASKS).where(_TASKS.c.id == bindparam("_id"), _TASKS.c.closed_at.is_(None)),
    "closed_at", "closed_by", "outcome", "result", "draft",
)  # fmt: skip
_CLOSE_FREE = _CLOSE.where(_TASKS.c.holder.is_(None) | (_TASKS.c.holder == bindparam("_by")))
_CLOSE_GROUPS = _writing(
    update(_GROUPS).where(_GROUPS.c.task_id.in_(bindparam("_ids", expanding=True)), _GROUPS.c.closed_at.is_(None)),
    "closed_at",
)
_CANCEL_TIMERS = _writing(
    update(_TIMERS).where(
        _TIMERS.c.instance_id == bindparam("_instance"), _TIMERS.c.token.in_(bindparam("_tokens", expanding=True)),
        _TIMERS.c.fired_at.is_(None), _TIMERS.c.cancelled_at.is_(None),
    ),
    "cancelled_at",
)  # fmt: skip
_SAVE = _writing(
    update(_INSTANCES).where(_INSTANCES.c.id == bindparam("_id"), _INSTANCES.c.step == bindparam("_step")),
    "state", "status", "step", "ended_at",
)  # fmt: skip

_NEW_GROUPS, _NEW_TIMERS = insert(_GROUPS), insert(_TIMERS)


def _changed(session: Session, statement: Update, values: Mapping[str, Any]) -> int:
    """How many rows `statement` changed; `values` names columns to write, and with `_` what it looks for."""
    return session.connection().execute(statement, values).rowcount


@dataclass(frozen=True, kw_only=True)
class Held:
    """An instance that was read, and that this transaction alone may change once locked; `sha256` is its definition's."""

    instance: Instance
    sha256: str


def hold(session: Session, instance_id: int) -> Held:
    """Lock and read an instance, UnknownInstance; on SQLite the write transaction is exclusive by itself."""
    row = session.execute(_locked(select(Instance, Definition.sha256)).where(Instance.id == instance_id)).one_or_none()
    if row is None:
        raise UnknownInstance(instance=instance_id)
    return Held(instance=row[0], sha256=row[1])


def look(session: Session, instance_id: int) -> Held:
    """Read an instance without locking it, for who changes nothing; UnknownInstance. One that is locked is not read again."""
    for held, *_ in _kept(session).values():
        if held.instance.id == instance_id:
            return held
    row = session.execute(_LOOK, {"instance": instance_id}).one_or_none()
    if row is None:
        raise UnknownInstance(instance=instance_id)
    return Held(instance=row[0], sha256=row[1])


def hold_task(session: Session, task_id: int) -> tuple[Held, Task]:
    """Lock the instance of a task, and read the task; UnknownTask. What this transaction locked is not read again."""
    kept = _kept(session).get(task_id) or _lock(session, _HOLD_TASK, {"task": task_id})
    if kept is None:
        raise UnknownTask(task=task_id)
    return kept[0], kept[1]


def locking(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query that `hold_with` runs, made once: `query`, whose first column is `Task`, with its instance, both locked."""
    # PostgreSQL reads again, once it has waited, what it locks and nothing else.
    asked = query.join(Instance, Instance.id == Task.instance_id).add_columns(Instance, Definition.sha256)
    return cast(Select[*tuple[Any, ...]], _locked(asked, Instance, Task))


def hold_with(session: Session, query: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Lock a task and its instance; the row that the query given to `locking` reads, None when there is none."""
    kept = _lock(session, query, values)
    if kept is None:
        return None
    _held, task, more = kept
    if session.get_nested_transaction() is None:  # a savepoint given up would give up the lock
        _kept(session)[task.id] = kept
    return (task, *more)


def _kept(session: Session) -> dict[int, tuple[Held, Task, tuple[Any, ...]]]:
    """What was locked by `hold_with` since this transaction began, by task."""
    transaction, kept = session.info.get(_KEPT, (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        kept = {}
        session.info[_KEPT] = (session.get_transaction(), kept)
    return cast(dict[int, tuple[Held, Task, tuple[Any, ...]]], kept)


def _lock(
    session: Session, query: Select[*tuple[Any, ...]], values: Mapping[str, Any]
) -> tuple[Held, Task, tuple[Any, ...]] | None:
    row = session.execute(query, dict(values)).one_or_none()
    if row is None:
        return None
    task, *more, instance, sha256 = row
    return Held(instance=instance, sha256=sha256), task, tuple(more)


def _locked(query: Any, *rows: Any) -> Any:
    joined = query.join(Definition, Definition.id == Instance.definition_id)
    return joined.with_for_update(of=rows or Instance).execution_options(populate_existing=True)


_HOLD_TASK = locking(select(Task).where(Task.id == bindparam("task")))
_LOOK = (
    select(Instance, Definition.sha256).join(Definition, Definition.id == Instance.definition_id)
    .where(Instance.id == bindparam("instance"))
)  # fmt: skip
_OPEN = insert(Task).returning(Task, sort_by_parameter_order=True)


def refuse(task: Task, by: str) -> None:
    """Raise what keeps `by` from acting on `task`, if anything does."""
    if task.closed_at is not None:
        raise TaskClosed(by=task.closed_by or "le circuit", when=told(task.closed_at))
    if task.holder is not None and task.holder != by:
        raise TaskHeld(holder=task.holder)


def told(moment: datetime) -> str:
    """A moment in words, in the town hall's time."""
    return moment.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M")


def close(
    session: Session, task: Task, *, by: str, now: datetime, outcome: str, result: Mapping[str, Any], whoever: bool = False
) -> None:
    """Close an open task; one closed or taken meanwhile is refused. `whoever`: even when somebody holds it."""
    values = {"closed_at": now, "closed_by": by, "outcome": outcome, "result": dict(result), "draft": {}}
    statement = _CLOSE if whoever else _CLOSE_FREE
    if _changed(session, statement, {**values, "_id": task.id} | ({} if whoever else {"_by": by})) != 1:
        session.refresh(task)
        refuse(task, by)
        raise TaskClosed(by=by, when=told(now))
    _settle(task, values)
    close_groups(session, [task.id], now)


def close_groups(session: Session, task_ids: Iterable[int], now: datetime) -> None:
    """Take tasks out of the lists of those who could take them."""
    _changed(session, _CLOSE_GROUPS, {"closed_at": now, "_ids": list(task_ids)})


def take_away(
    session: Session, instance: Instance, tokens: Iterable[str], *, by: str, now: datetime, outcome: str,
    result: Mapping[str, Any] | None = None,
) -> list[Task]:  # fmt: skip
    """Close the tasks that the circuit itself took away."""
    tasks = list(session.scalars(select(Task).where(Task.instance_id == instance.id, Task.token.in_(list(tokens)))))
    values = {"closed_at": now, "closed_by": by, "outcome": outcome, "result": dict(result or {})}
    ids = [task.id for task in tasks if task.closed_at is None]
    if ids:
        session.execute(update(Task).where(Task.id.in_(ids)).values(values).execution_options(synchronize_session=False))
        close_groups(session, ids, now)
    closed = [task for task in tasks if task.id in ids]
    for task in closed:
        _settle(task, values)
    return closed


def open_tasks(session: Session, instance: Instance, openings: list[Opening]) -> list[Task]:
    """Write the rows of steps that have just opened."""
    if not openings:
        return []
    rows = [{"instance_id": instance.id, **opening.columns} for opening in openings]
    made = list(session.scalars(_OPEN, rows))
    groups = [
        {"task_id": task.id, "group_key": key[:100], "due": task.due}
        for task, opening in zip(made, openings, strict=True)
        for key in opening.groups
    ]
    if groups:
        session.connection().execute(_NEW_GROUPS, groups)
    return made


def save_timers(
    session: Session,
    instance: Instance,
    before: Mapping[str, tuple[datetime, Element]],
    after: Mapping[str, tuple[datetime, Element]],
    now: datetime,
) -> None:
    """Make the timer rows say what waits."""
    gone = [token for token, (due, _) in before.items() if token not in after or after[token][0] != due]
    if gone:
        _changed(session, _CANCEL_TIMERS, {"cancelled_at": now, "_instance": instance.id, "_tokens": gone})
    new = [token for token, (due, _) in after.items() if token not in before or before[token][0] != due]
    if new:
        rows = [
            {
                "instance_id": instance.id, "token": token, "due_at": after[token][0],
                "step": (after[token][1].saved or after[token][1].id)[:100], "name": after[token][1].name[:200],
            }
            for token in new
        ]  # fmt: skip
        session.connection().execute(_NEW_TIMERS, rows)


def open_incidents(session: Session, instance: Instance, faults: Iterable[Fault], now: datetime) -> list[Incident]:
    """Write the rows of tokens that cannot go on."""
    made = [
        Incident(
            instance_id=instance.id, subject=instance.subject, token=fault.token, cause=fault.cause, opened_at=now,
            step=(fault.element.saved or fault.element.id)[:100], name=fault.element.name[:200],
        )
        for fault in faults
    ]  # fmt: skip
    if made:
        session.add_all(made)
        session.flush()
    return made


def settle_incidents(session: Session, instance: Instance, tokens: Iterable[str], *, by: str, now: datetime) -> None:
    """Close the incidents of tokens that went on, or were taken away, by another way than retrying them."""
    statement = update(Incident).where(
        Incident.instance_id == instance.id, Incident.token.in_(list(tokens)), Incident.closed_at.is_(None)
    )
    session.execute(statement.values(closed_at=now, closed_by=by, resolution="set-right"))


def save_state(session: Session, instance: Instance, *, state: bytes, status: str, now: datetime) -> None:
    """Write the new state over the old one."""
    ended = now if status in ("completed", "cancelled") else None
    values = {"state": state, "status": status, "step": instance.step + 1, "ended_at": ended}
    if _changed(session, _SAVE, {**values, "_id": instance.id, "_step": instance.step}) != 1:
        raise RuntimeError(f"instance {instance.id} changed under its lock")
    _settle(instance, values)


def _settle(row: Any, values: Mapping[str, Any]) -> None:
    """Let the object say what its row says, without another reading."""
    for name, value in values.items():
        set_committed_value(row, name, value)
