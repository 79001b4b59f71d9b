"""An instance's state as compact bytes: what changes, never the diagram; every order is kept, nothing is guessed."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.instance.workflow import Inside, Whole
from engine.parsing import Blueprint

VERSION = b"V1"
_TAG = "\x00"  # the one key of a value that JSON does not have; `script.plain` lets it into no data


def dump(workflow: Whole) -> bytes:
    """The state of `workflow`: its tasks in the order in which they were made, its data, those of its sub-workflows."""
    inside = {sub.parent_task_id.hex: _workflow(sub) for sub in workflow.subprocesses.values()}
    whole = [_workflow(workflow), inside, workflow.history]
    return VERSION + orjson.dumps(whole, default=_tagged, option=orjson.OPT_PASSTHROUGH_DATETIME)


def load(state: bytes, blueprint: Blueprint, script: Any) -> Whole:
    """The workflow that `dump` kept, on the shared specifications of `blueprint`."""
    if state[:2] != VERSION:
        raise ValueError(f"unknown state version {state[:2]!r}")
    raw = orjson.loads(state[2:])
    whole, inside, history = _untagged(raw) if _TAG.encode() in state or b"\\u0000" in state else raw
    workflow = Whole(blueprint.spec, blueprint.inner, script_engine=script, deserializing=True)
    workflow.history = history
    _fill(workflow, whole)
    _fill_inside(workflow, workflow, inside)
    # Found by walking the tree, put back in the order in which they began: it is the order of what waits for people.
    found = workflow.subprocesses
    workflow.subprocesses = {step: found[step] for step in (UUID(hex=key) for key in inside) if step in found}
    return workflow


def _workflow(workflow: Any) -> list[Any]:
    ranks = {identifier: rank for rank, identifier in enumerate(workflow.tasks)}
    specs: dict[str, int] = {}
    tasks: list[Any] = []
    children: dict[UUID, list[UUID]] = {identifier: [] for identifier in workflow.tasks}
    for task in workflow.tasks.values():
        spec = specs.setdefault(task.task_spec.name, len(specs))
        parent = -1 if task._parent is None else ranks[task._parent]
        kept = [task.id.hex, spec, parent, task._state, task.last_state_change]
        if task.triggered or task.internal_data or task.data:
            kept.append(int(task.triggered))
            kept.append(task.internal_data)
            kept.append(task.data)
        tasks.append(kept)
        if task._parent is not None:
            children[task._parent].append(task.id)
    # Children are nearly always in the order in which they were made; where not, their order is written.
    moved = {
        ranks[task.id]: [ranks[child] for child in task._children]
        for task in workflow.tasks.values()
        if task._children != children[task.id]
    }
    last = workflow.last_task
    flags = int(workflow.success) | int(workflow.completed) << 1
    return [
        list(specs), tasks, list(moved.items()), workflow.data, flags,
        -1 if last is None else ranks.get(last.id, -1), ranks[workflow.task_tree.id], workflow.correlations,
    ]


def _fill(workflow: Any, kept: list[Any]) -> None:
    names, tasks, moved, data, flags, last, root, correlations = kept
    specs = [workflow.spec.task_specs[name] for name in names]
    made: list[Task] = []
    events = workflow.top_workflow.event_manager
    for identifier, spec, parent, state, changed, *more in tasks:
        task = _task(workflow, specs[spec], UUID(hex=identifier), made[parent] if parent >= 0 else None)
        task._state = state
        task.last_state_change = changed
        if more:
            task.triggered, task.internal_data, task.data = bool(more[0]), more[1], more[2]
        made.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            events.add_task(task)
    for rank, order in moved:
        made[rank]._children = [made[child].id for child in order]
    workflow.task_tree = made[root]
    workflow.data = data
    workflow.success, workflow.completed = bool(flags & 1), bool(flags & 2)
    workflow.last_task = made[last] if last >= 0 else None
    workflow.correlations = correlations


def _task(workflow: Any, spec: Any, identifier: UUID, parent: Task | None) -> Task:
    task = Task.__new__(Task)  # its constructor tells the parent and reads the clock
    task.id, task.workflow, task.task_spec = identifier, workflow, spec
    task._parent, task._children = None if parent is None else parent.id, []
    task.triggered, task.thread_id = False, 0
    task.data, task.internal_data = {}, {}
    workflow.tasks[identifier] = task
    if parent is not None:
        parent._children.append(identifier)
    return task


def _fill_inside(top: Whole, workflow: Any, inside: dict[str, Any]) -> None:
    for task in list(workflow.tasks.values()):
        if not isinstance(task.task_spec, SubWorkflowTask) or task.id.hex not in inside:
            continue
        sub = Inside(top.subprocess_specs[task.task_spec.spec], task.id, top, deserializing=True)
        top.subprocesses[task.id] = sub
        _fill(sub, inside[task.id.hex])
        sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        _fill_inside(top, sub, inside)


def _tagged(value: object) -> object:
    for kind, write in _WRITE.items():
        if isinstance(value, kind):
            return {_TAG: [kind.__name__, write(value)]}
    raise TypeError(f"cannot be kept: {type(value).__name__}")


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and _TAG in value:
            kind, text = value[_TAG]
            return _READ[kind](text)
        return {key: _untagged(one) for key, one in value.items()}
    return [_untagged(one) for one in value] if isinstance(value, list) else value


_WRITE: dict[type, Any] = {
    datetime: datetime.isoformat,
    date: date.isoformat,
    timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    Decimal: str,
}
_READ: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "Decimal": Decimal,
}
