"""Many courriers at once: one that walked the real way, copied in SQL with its circuit, its task, its timer, its rights."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, case, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from app.courrier.tables import Acces, Courrier
from engine.tables import Base, Instance, Task, TaskGroup, Timer
from tests.bench.town import BUREAU

SPACE = 10_000_000
"""Copies are numbered from here, so that a copy's rows have the same number in every table."""


def clone(session: Session, courrier_id: int, count: int, dues: Sequence[datetime], *, bureaux: int = 10) -> None:
    """Copy it `count` times, over `bureaux` bureaux in turn, due in turn at each of `dues`."""
    numbers = select(literal(1).label("i")).cte("nombres", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < count))
    i, number = numbers.c.i, numbers.c.i + SPACE
    subject = literal("courrier:") + cast(number, String)
    due = case({rank: literal(one, Task.due.type) for rank, one in enumerate(dues)}, value=i % len(dues))
    bureau = case((i % bureaux == 0, BUREAU), else_=literal("bureau-") + cast(i % bureaux, String))
    instance_id = session.scalars(select(Courrier.instance_id).where(Courrier.id == courrier_id)).one()
    of_task = select(Task.id).where(Task.instance_id == instance_id, Task.closed_at.is_(None))
    task_id = session.scalars(of_task).one()
    _copy(session, numbers, Instance, Instance.id == instance_id, {"id": number, "subject": subject})
    _copy(session, numbers, Courrier, Courrier.id == courrier_id,
          {"id": number, "numero": number, "chrono": literal("A-") + cast(number, String), "instance_id": number})  # fmt: skip
    _copy(session, numbers, Task, Task.id == task_id, {"id": number, "instance_id": number, "subject": subject, "due": due})
    _copy(session, numbers, TaskGroup, TaskGroup.task_id == task_id, {"task_id": number, "group_key": bureau, "due": due})
    _copy(session, numbers, Timer, Timer.instance_id == instance_id, {"id": number, "instance_id": number, "due_at": due})
    _copy(session, numbers, Acces, Acces.courrier_id == courrier_id,
          {"courrier_id": number, "groupe": func.replace(Acces.groupe, BUREAU, bureau)})  # fmt: skip


def _copy(
    session: Session, numbers: CTE, table: type[Base], seed: ColumnElement[bool], changed: dict[str, ColumnElement[Any]]
) -> None:
    columns = [column.name for column in table.__table__.columns]
    values = [changed.get(name, table.__table__.c[name]).label(name) for name in columns]
    copies = select(*values).select_from(table.__table__.join(numbers, literal(value=True))).where(seed)
    session.execute(insert(table.__table__).from_select(columns, copies))
    session.flush()
