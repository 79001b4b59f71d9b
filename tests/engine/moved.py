"""What the tests of migration do: an instance taken to a step, moved, and finished."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Instance, Task, TaskGroup, Timer, store
from tests.engine.office import NOW, Office, border, service, user
from tests.engine.zoo import line

SOON = NOW + timedelta(days=1)
REMIND = f'{service("relancer", "relancer")}<bpmn:endEvent id="fin_rappel"/>'
REMINDED = "rappel -> relancer\nrelancer -> fin_rappel"


def visa(delay: str = "P3D", *, name: str = "Viser", more: str = "", before: str = "") -> bytes:
    """A circuit of three steps, the second reminded."""
    viser = user("viser", more).replace('name="Viser"', f'name="{name}"')
    return line(
        user("lire"), before, viser, border("rappel", "viser", delay), REMIND, user("signer"),
        names=["lire", *(["relire"] if before else []), "viser", "signer"], more=REMINDED,
    )  # fmt: skip


def at(session: Session, office: Office, source: bytes, *steps: str, **data: object) -> Instance:
    """An instance of `source` after these steps."""
    office.deploy(session, source)
    instance = office.start(session, **data).instance
    for step in steps:
        office.do(session, task(session, instance, step))
    session.commit()
    return instance


def task(session: Session, instance: Instance, step: str) -> Task:
    """The open task of a step."""
    return session.scalars(
        select(Task).where(Task.instance_id == instance.id, Task.step == step, Task.closed_at.is_(None)).order_by(Task.id)
    ).all()[0]


def steps(session: Session, instance: Instance) -> list[str]:
    """The steps open now."""
    return list(session.scalars(
        select(Task.step).where(Task.instance_id == instance.id, Task.closed_at.is_(None)).order_by(Task.id)))  # fmt: skip


def waiting(session: Session, instance: Instance) -> dict[str, object]:
    """When each timer is due, by element."""
    rows = session.scalars(select(Timer).where(
        Timer.instance_id == instance.id, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None)))  # fmt: skip
    return {row.step: row.due_at for row in rows}


def move(session: Session, office: Office, instance: Instance, to: int, **more: dict[str, str]) -> None:
    """Take an instance to a version, and keep it."""
    office.engine.migrate(session, instance.id, to=to, by="chloe", now=SOON, **more)
    session.commit()
    session.expire_all()


def finish(session: Session, office: Office, instance: Instance) -> None:
    """Do every task until the end."""
    for _ in range(20):
        opened = steps(session, instance)
        if not opened:
            break
        office.do(session, task(session, instance, opened[0]), by="omar")
    assert session.get_one(Instance, instance.id).status == "completed"


def groups(session: Session, held: Task) -> set[str]:
    """Who may take a task."""
    return set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == held.id)))


def renamed(source: bytes, before: str, after: str) -> bytes:
    """The same drawing with another id for one element."""
    for ending in ('id="{}"', 'Ref="{}"'):
        source = source.replace(ending.format(before).encode(), ending.format(after).encode())
    return source


def data(session: Session, office: Office, instance: Instance) -> dict[str, Any]:
    """The instance's data."""
    return office.engine._stepper(session, now=NOW, by="omar").load(store.look(session, instance.id)).data
