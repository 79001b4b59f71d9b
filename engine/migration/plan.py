"""The dry run: the instances of a circuit by where they stand, which can go to a version, which cannot and why."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import codec
from engine.instance.base import LIVE
from engine.instance.events import Boundary, StartEvent
from engine.instance.gateways import InclusiveGateway, ParallelGateway
from engine.instance.multiple import Loop, Several
from engine.instance.work import Inner
from engine.instance.workflow import Whole
from engine.migration import obstacles
from engine.migration.alignment import Alignment, element_of, kind, named, step_of
from engine.migration.grafting import graft
from engine.migration.ground import Ground
from engine.migration.obstacles import Obstacle
from engine.parsing import Blueprint
from engine.tables import Definition, Instance

_PASSING = (Boundary, StartEvent, Inner, ParallelGateway, InclusiveGateway)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A step where instances stand, and the one they would go to: "" when there is none; ids as saved.

    `options` are the steps of the new version of the same kind in the same scope, (id, name), that may be chosen instead.
    """

    step: str
    name: str
    target: str
    target_name: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The instances of one version that stand at the same places, and what keeps them there, if anything does."""

    version: int
    places: tuple[Place, ...]
    instances: tuple[int, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def possible(self) -> bool:
        """Whether they can be moved."""
        return not self.obstacles

    @property
    def name(self) -> str:
        """Where they stand, in words."""
        return ", ".join(dict.fromkeys(f"« {place.name} »" for place in self.places))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What moving the instances of a circuit to the version `to` would do; `mapping` as it was asked."""

    to: Definition
    mapping: Mapping[str, str]
    groups: tuple[Group, ...]

    @property
    def movable(self) -> tuple[int, ...]:
        """The instances that can be moved, oldest first."""
        return tuple(sorted(one for group in self.groups if group.possible for one in group.instances))


def plan(
    session: Session, to: Definition, mapping: Mapping[str, str], blueprint: Callable[[int, str], Blueprint], ground: Ground
) -> Plan:
    """Try the move of every running instance that is not on the version `to`; nothing is written."""
    query = (
        select(Instance.id, Instance.state, Definition.id, Definition.version, Definition.sha256)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(Definition.kind == to.kind, Definition.key == to.key, Definition.id != to.id, Instance.ended_at.is_(None))
        .order_by(Instance.id)
    )
    new = blueprint(to.id, to.sha256)
    aligned: dict[int, Alignment] = {}
    found: dict[tuple[int, tuple[Place, ...], tuple[Obstacle, ...]], list[int]] = {}
    for number, state, left, version, sha256 in session.execute(query.execution_options(yield_per=200)):
        if left not in aligned:
            aligned[left] = Alignment(blueprint(left, sha256), new, mapping)
        places, refused = _tried(state, aligned[left], ground)
        found.setdefault((version, places, refused), []).append(number)
    groups = [
        Group(version=version, places=places, instances=tuple(instances), obstacles=refused)
        for (version, places, refused), instances in found.items()
    ]
    return Plan(to=to, mapping=dict(mapping), groups=tuple(sorted(groups, key=lambda one: (-one.version, one.name))))


def _tried(state: bytes, alignment: Alignment, ground: Ground) -> tuple[tuple[Place, ...], tuple[Obstacle, ...]]:
    """Where one instance stands, and what keeps it there; one that cannot be read holds no other back."""
    try:
        workflow = codec.load(state, alignment.old, None)
        places = tuple(_places(workflow, alignment))
        refused = graft(workflow, alignment) or ground.hopeless(workflow)
    except Exception as error:  # a broken state, whatever broke it
        return (), (obstacles.unreadable(step="", name=type(error).__name__),)
    return places, tuple(sorted(refused, key=lambda one: (one.step, one.template)))


def _places(workflow: Whole, alignment: Alignment) -> Iterator[Place]:
    """Where tokens stand, each place once; joins only where nothing else waits."""
    living = [task for task in workflow.every_task() if task.has_state(LIVE) and element_of(task.task_spec)]
    standing = [task for task in living if not isinstance(task.task_spec, _PASSING) and not _elsewhere(task)]
    at_joins = [task for task in living if isinstance(task.task_spec, (ParallelGateway, InclusiveGateway))]
    places: dict[str, Place] = {}
    for task in standing or at_joins:
        place = _place(task, alignment)
        places.setdefault(place.step, place)
    yield from sorted(places.values(), key=lambda one: one.step)


def _elsewhere(task: Any) -> bool:
    """Whether another task says better where it stands: its step for one time of several, what is inside a sub-process."""
    spec = task.task_spec
    if isinstance(spec, (Several, Loop)):
        return isinstance(spec._wf_spec.task_specs[spec.task_spec], Inner)
    return task.parent is not None and isinstance(task.parent.task_spec, (Several, Loop)) and bool(task.triggered)


def _place(task: Any, alignment: Alignment) -> Place:
    spec = task.task_spec
    partner = alignment.partner(spec)
    scope = alignment.scope_after(spec)
    options = [one for one in scope.task_specs.values() if element_of(one) and kind(one) == kind(spec)] if scope else []
    return Place(
        step=step_of(spec.element), name=named(spec), target=step_of(partner.element) if partner else "",
        target_name=named(partner) if partner else "",
        options=tuple(dict.fromkeys((step_of(one.element), named(one)) for one in options if not one.name.endswith("[child]"))),
    )  # fmt: skip
