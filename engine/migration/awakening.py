"""What a version adds beside the steps where an instance waits begins at the move: delays, events, reminders."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.instance.base import COMING, LIVE
from engine.instance.circuit import Circuit
from engine.instance.events import Boundary
from engine.instance.gateways import BoundarySplit, EventGateway, InclusiveGateway, ParallelGateway
from engine.instance.work import EventProcess


def awaken(circuit: Circuit) -> None:
    """Start what is new beside what waits, foresee what comes after it, and go on where nothing is missing any more."""
    workflow = circuit.workflow
    for part in [workflow, *workflow.subprocesses.values()]:
        if part.completed:
            continue
        _listen(part)
        for task in list(part.tasks.values()):
            if task._state == TaskState.COMPLETED and isinstance(task.task_spec, (BoundarySplit, EventGateway)):
                _beside(task)
        for task in [task for task in part.tasks.values() if task.has_state(LIVE)]:
            _foresee(task)
    for task in workflow.every_task():
        if task._state == TaskState.WAITING and isinstance(task.task_spec, (ParallelGateway, InclusiveGateway)):
            task.task_spec._update(task)
    circuit.advance()


def _listen(part: Any) -> None:
    root = part.task_tree
    present = {child.task_spec for child in root.children}
    for spec in part.spec.start.outputs:
        if isinstance(spec, EventProcess) and spec not in present:
            _begin(root, spec)


def _beside(task: Any) -> None:
    """Add the events that the new version draws beside those that wait; none when the wait is over."""
    waits = isinstance(task.task_spec, EventGateway)
    alive = [child for child in task.children if child.has_state(LIVE) and (waits or not isinstance(child.task_spec, Boundary))]
    present = {child.task_spec for child in task.children}
    for spec in task.task_spec.outputs if alive else ():
        if spec not in present and (waits or isinstance(spec, Boundary)):
            _begin(task, spec)


def _begin(parent: Any, spec: Any) -> None:
    made = parent._add_child(spec, TaskState.FUTURE)
    spec._update(made)


def _foresee(task: Any) -> None:
    spec = task.task_spec
    if isinstance(spec, Boundary):  # a repeated one has sent tokens out already: they are not what comes at its end
        ahead = {child.task_spec for child in task.children if child.has_state(COMING)}
        for output in spec.outputs:
            if output not in ahead:
                task._add_child(output, TaskState.FUTURE)
    elif not any(child.has_state(COMING) for child in task.children):
        spec._predict_hook(task)
