"""Where an instance stands: the way done, what is open now, what may still come, on the diagram as saved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.instance import history
from engine.instance.circuit import Circuit
from engine.instance.events import Boundary
from engine.tables import Definition, Incident, Instance, Task, TaskGroup

_ID = re.compile(rb"""\sid\s*=\s*["']([^"']+)["']""")
LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One user task of the instance, done or open; `groups` are who may take it, or could.

    `main` is the task about which it was asked, when it is an opinion or a visa that the drawing does not have.
    """

    task: int
    step: str
    name: str
    lane: str
    act: str
    opened_at: datetime
    due: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None
    holder: str | None
    assignee: str | None
    groups: tuple[str, ...]
    main: int | None = None


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A user task that may still come; `due` is the delay as drawn («P3D», «${jours_ouvres(3)}»), "" when there is none."""

    step: str
    name: str
    lane: str
    due: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What «Où en est ce courrier ?» shows; element and flow ids are those of `source`, the file as saved."""

    instance: Instance
    definition: Definition
    done: tuple[str, ...]
    active: tuple[str, ...]
    planned: tuple[str, ...]
    planned_steps: tuple[Planned, ...]
    flows: tuple[str, ...]
    steps: tuple[Passage, ...]
    incidents: tuple[Incident, ...]
    names: dict[str, str]  # label by element id
    properties: dict[str, dict[str, str]]  # camunda:property by element id, of the elements that have some

    @property
    def source(self) -> bytes:
        """The diagram, byte for byte."""
        return self.definition.source


def progress(session: Session, instance: Instance, circuit: Circuit) -> Progress:
    """The progress of an instance that was read without locking it."""
    workflow = circuit.workflow
    own = history.own(workflow)
    done = dict.fromkeys([*workflow.history["done"], *history.done(own)])
    active = dict.fromkeys(_active(own)) if not workflow.completed else {}
    definition = session.get_one(Definition, instance.definition_id)
    drawn = {name.decode() for name in _ID.findall(definition.source)}
    drawn_elements = [one for spec in _specs(circuit) for one in _elements(spec)]
    flows = dict.fromkeys([*workflow.history["flows"], *history.taken(own, circuit.blueprint)])
    planned = tuple(dict.fromkeys(_planned(own, {*done, *active}))) if instance.ended_at is None else ()
    return Progress(
        instance=instance,
        definition=definition,
        done=tuple(name for name in done if name not in active),
        active=tuple(active),
        planned=planned,
        planned_steps=tuple(_planned_steps(circuit, planned)),
        flows=tuple(flow for flow in flows if flow in drawn),
        steps=tuple(_steps(session, instance)),
        incidents=tuple(session.scalars(select(Incident).where(Incident.instance_id == instance.id).order_by(Incident.id))),
        names={one.saved: one.name for one in drawn_elements if one.saved and one.name},
        properties={one.saved: dict(one.properties) for one in drawn_elements if one.saved and one.properties},
    )


def _specs(circuit: Circuit) -> Iterator[Any]:
    yield circuit.blueprint.spec
    yield from (spec for name, spec in circuit.blueprint.inner.items() if name.startswith("/"))


def _elements(spec: Any) -> Iterator[Any]:
    for one in spec.task_specs.values():
        element = getattr(one, "element", None)
        if element is not None:
            yield element


def _active(tasks: list[Any]) -> Iterator[str]:
    for task in tasks:
        element = getattr(task.task_spec, "element", None)
        live = task.has_state(LIVE) and not isinstance(task.task_spec, Boundary) and not task.task_spec.listening(task)
        if live and element is not None and element.saved:
            yield element.saved


def _planned(tasks: list[Any], known: set[str]) -> Iterator[str]:
    """What the diagram still leads to from where it stands, nearest first."""
    todo = [task.task_spec for task in tasks if task.has_state(LIVE)]
    seen = {id(spec) for spec in todo}
    while todo:
        spec = todo.pop(0)
        element = getattr(spec, "element", None)
        if element and element.saved and element.saved not in known:
            yield element.saved
        for after in spec.outputs:
            if id(after) not in seen:
                seen.add(id(after))
                todo.append(after)


def _planned_steps(circuit: Circuit, planned: tuple[str, ...]) -> Iterator[Planned]:
    users = {one.saved: one for spec in _specs(circuit) for one in _elements(spec) if one.tag == "userTask"}
    for step in planned:
        if one := users.get(step):
            yield Planned(step=step, name=one.name or step, lane=one.lane, due=one.camunda.get("dueDate", "").strip())


def _steps(session: Session, instance: Instance) -> Iterator[Passage]:
    tasks = list(session.scalars(select(Task).where(Task.instance_id == instance.id).order_by(Task.opened_at, Task.id)))
    groups: dict[int, list[str]] = {}
    query = select(TaskGroup.task_id, TaskGroup.group_key).where(TaskGroup.task_id.in_([task.id for task in tasks]))
    for task_id, key in session.execute(query.order_by(TaskGroup.task_id, TaskGroup.group_key)):
        groups.setdefault(task_id, []).append(key)
    for task in tasks:
        yield Passage(
            task=task.id, step=task.step, name=task.name, lane=task.lane, act=task.act, opened_at=task.opened_at,
            due=task.due, closed_at=task.closed_at, closed_by=task.closed_by, outcome=task.outcome, holder=task.holder,
            assignee=task.assignee, groups=tuple(groups.get(task.id, ())), main=task.main,
        )  # fmt: skip
