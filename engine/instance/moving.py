"""Moves that the drawing does not have: a token goes back to a step it has done, where the circuit stays sound.

Nothing done is undone in the tree: what was left is cancelled, and the step is entered once more from what led to it.
SpiffWorkflow's own resets would forget the way done, its timers and what joins had counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.errors import (
    AlreadyJoined,
    NeverDone,
    NothingAfter,
    OnABorder,
    OneOfSeveral,
    OthersAtWork,
    TooLate,
    Unsound,
)
from engine.instance.circuit import Circuit
from engine.instance.events import Boundary, Catching
from engine.instance.gateways import JOINED, BoundarySplit, End, EventGateway, standing
from engine.instance.multiple import Loop, Several
from engine.instance.tokens import element_of
from engine.instance.work import UserTask


@dataclass(frozen=True, kw_only=True)
class Way:
    """A step done by somebody on the way to another, that the circuit can be sent back to."""

    step: str
    name: str


def ways_back(circuit: Circuit, token: str) -> tuple[Way, ...]:
    """The steps that `token` can soundly go back to, the nearest first."""
    task = circuit.task(token)
    found: dict[str, Way] = {}
    for one in _before(circuit, task):
        step = _step(one)
        if step not in found and step != _step(task) and _by_people(one) and _refusal(circuit, task, one) is None:
            found[step] = Way(step=step, name=_name(one))
    return tuple(found.values())


def send_back(circuit: Circuit, token: str, step: str) -> None:
    """Leave the step `token`, enter `step` once more as its last sound passage was entered, and go on; Unsound."""
    task = circuit.task(token)
    refusals = []
    for one in _before(circuit, task):
        if _step(one) == step and _by_people(one):
            refusal = _refusal(circuit, task, one)
            if refusal is None:
                _leave(_level(circuit, task, one))
                _enter(one)
                circuit.advance()
                return
            refusals.append(refusal)
    raise refusals[0] if refusals else NeverDone(step=step, name=_name(task))


def followers(circuit: Circuit, token: str) -> list[str]:
    """The tokens that wait for people because the step `token` was done; Unsound when it cannot be taken back."""
    try:
        done = circuit.task(token)
    except KeyError:
        raise Unsound from None
    if _repeated(done):
        raise OneOfSeveral(name=_name(done))
    below = [task for task in _whole(circuit, done) if task is not done]
    for task in below:
        if task._state == TaskState.COMPLETED and _happened(task):
            raise TooLate(name=_name(done), after=f"« {_name(task)} »")
    if circuit.ended or not any(_stands(task) for task in below):
        raise NothingAfter(name=_name(done))
    _check_joins(done)
    tokens = {task.id.hex for task in below}
    return [open_token for open_token in circuit.opened() if open_token in tokens]


def take_back(circuit: Circuit, token: str) -> None:
    """Take away all that came of the step `token`, which `followers` has admitted, and open it once more."""
    done = circuit.task(token)
    done.cancel()
    _enter(done)
    circuit.advance()


def _before(circuit: Circuit, task: Any) -> Iterator[Any]:
    """The tasks on the way to `task`, nearest first, out of the sub-processes it is in."""
    while task is not None:
        task = task.parent or circuit.script.host_of(task)
        if task is not None:
            yield task


def _refusal(circuit: Circuit, task: Any, target: Any) -> Unsound | None:
    """What keeps `task` from going back to `target`, which is before it; None when nothing does."""
    try:
        if isinstance(task.task_spec, Boundary):
            raise OnABorder(name=_name(task))
        level = task
        while level.workflow is not target.workflow:
            _check_single(level)
            _check_alone(level, level.workflow.tasks.values(), target)
            level = circuit.script.host_of(level)
        _check_single(level)
        _check_alone(level, _below(target), target)
        _check_joins(target)
    except Unsound as refusal:
        return refusal
    return None


def _check_single(task: Any) -> None:
    if _repeated(task):
        raise OneOfSeveral(name=_name(task))


def _check_alone(task: Any, among: Iterable[Any], target: Any) -> None:
    own = _fellows(task)
    others = [one for one in among if _stands(one) and one not in own]
    if others:
        names = ", ".join(dict.fromkeys(f"« {_name(one)} »" for one in others))
        raise OthersAtWork(step=_name(target), names=names)


def _check_joins(target: Any) -> None:
    """A join that took tokens of both sides of `target` cannot be passed twice."""
    below = {task.id for task in _below(target)}
    for task in target.workflow.tasks.values():
        taken = [UUID(hex=one) in below for one in task.internal_data.get(JOINED, ())]
        if taken and (not all(taken) if task.id in below else any(taken)):
            raise AlreadyJoined(step=_name(target))


def _level(circuit: Circuit, task: Any, target: Any) -> Any:
    """`task`, or the sub-process it is in that is beside `target`."""
    while task.workflow is not target.workflow:
        task = circuit.script.host_of(task)
    return task


def _leave(task: Any) -> None:
    """Take the token away with what waited on its border or beside it."""
    parent = task.parent
    beside = parent.children if parent is not None and isinstance(parent.task_spec, (BoundarySplit, EventGateway)) else [task]
    for one in beside:
        if one.has_state(TaskState.NOT_FINISHED_MASK):
            one.cancel()


def _enter(target: Any) -> None:
    """Open the step of `target` again, with its border, under what led to it."""
    above = target.parent
    if isinstance(above.task_spec, BoundarySplit):
        above = above.parent
    specs = target.workflow.spec.task_specs
    # By its name: a border long passed may have been forgotten with the way done.
    entry = specs.get(f"{target.task_spec.name}.BoundaryEventSplit", target.task_spec)
    child = above._add_child(entry, TaskState.FUTURE)
    child.task_spec._update(child)


def _below(task: Any) -> Iterator[Any]:
    todo = [task]
    while todo:
        task = todo.pop()
        yield task
        todo += task.children


def _whole(circuit: Circuit, task: Any) -> Iterator[Any]:
    """`task`, what came of it, and the insides of its sub-processes."""
    for one in _below(task):
        yield one
        inside = circuit.workflow.subprocesses.get(one.id)
        if inside is not None:
            yield from _whole(circuit, inside.task_tree)


def _stands(task: Any) -> bool:
    return standing(task) and not isinstance(task.task_spec, End)


def _fellows(task: Any) -> list[Any]:
    """`task` and the other events that an event gateway opened with it."""
    parent = task.parent
    return parent.children if parent is not None and isinstance(parent.task_spec, EventGateway) else [task]


def _repeated(task: Any) -> bool:
    return task.parent is not None and isinstance(task.parent.task_spec, (Several, Loop)) and (
        task.parent.task_spec.task_spec == task.task_spec.name
    )


def _by_people(task: Any) -> bool:
    """Whether `task` is a step that somebody has done, or several have."""
    spec = task.task_spec
    if isinstance(spec, (Several, Loop)):
        spec = spec._wf_spec.task_specs[spec.task_spec]
    return isinstance(spec, UserTask) and task._state == TaskState.COMPLETED and not _repeated(task)


def _happened(task: Any) -> bool:
    """Whether a person, a message or a time was there: what cannot be said not to have been."""
    definition = getattr(task.task_spec, "event_definition", None)
    caught = isinstance(task.task_spec, Catching) and not isinstance(definition, NoneEventDefinition)
    return isinstance(task.task_spec, UserTask) or caught


def _step(task: Any) -> str:
    element = element_of(task)
    return element.saved or element.id


def _name(task: Any) -> str:
    element = element_of(task)
    return element.name or element.id
