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
    again: frozenset[str]  # steps done before the courrier was sent back above them: they are to be done again
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
    steps = tuple(_steps(session, instance))
    planned = tuple(dict.fromkeys(_planned(own, {*done, *active}))) if instance.ended_at is None else ()
    return Progress(
        instance=instance,
        definition=definition,
        done=tuple(name for name in done if name not in active),
        active=tuple(active),
        planned=planned,
        planned_steps=tuple(_planned_steps(circuit, planned)),
        again=frozenset(_again(circuit, own, steps)) if instance.ended_at is None else frozenset(),
        flows=tuple(flow for flow in flows if flow in drawn),
        steps=steps,
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
    return (saved for saved in _ahead([task.task_spec for task in tasks if task.has_state(LIVE)]) if saved not in known)


def _ahead(todo: list[Any], stops: frozenset[str] = frozenset()) -> Iterator[str]:
    """The elements that these specs are and lead to, nearest first; the way is not followed through `stops`."""
    seen = {id(spec) for spec in todo}
    while todo:
        spec = todo.pop(0)
        element = getattr(spec, "element", None)
        if element and element.saved in stops:
            continue
        if element and element.saved:
            yield element.saved
        for after in spec.outputs:
            if id(after) not in seen:
                seen.add(id(after))
                todo.append(after)


def _again(circuit: Circuit, own: list[Any], steps: tuple[Passage, ...]) -> Iterator[str]:
    """The closed steps still on the way that a step above them was entered anew since: a branch beside them undoes nothing."""
    passages: dict[str, list[Passage]] = {}
    for passage in steps:
        if passage.main is None:
            passages.setdefault(passage.step, []).append(passage)
    entered = [its for its in passages.values() if its[0].opened_at < its[-1].opened_at]
    still = set(_planned(own, set())) if entered else set()
    for its in entered:
        first, anew = its[0], its[-1]
        above = frozenset(step for step, others in passages.items() if others[0].opened_at < first.opened_at)
        here = [one for spec in _specs(circuit) for one in spec.task_specs.values() if _is(one, first.step)]
        for step in {*_ahead(here, above)} & still & passages.keys() - {first.step}:
            if all(other.closed_at and other.closed_at <= anew.opened_at for other in passages[step]):
                yield step


def _is(spec: Any, saved: str) -> bool:
    element = getattr(spec, "element", None)
    return element is not None and bool(element.saved == saved)


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
