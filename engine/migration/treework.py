"""Small surgery on SpiffWorkflow's tree of tasks: parents always come before their children, as the codec writes them."""

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.instance.base import LIVE
from engine.instance.events import Boundary
from engine.instance.gateways import BoundaryJoin, BoundarySplit
from engine.migration.alignment import SPLIT


def drop(task: Any) -> None:
    """Take a task away with all that comes after it."""
    for child in list(task.children):
        drop(child)
    forget_inside(task)
    _unlink(task)


def dissolve(task: Any) -> None:
    """Take a task away; those after it now come after the step that it came after."""
    home = task.parent
    while isinstance(home.task_spec, BoundarySplit):  # which takes what is under it for its step or its border
        home = home.parent
    for child in list(task.children):
        child.parent = home
        home._children.append(child.id)
    task._children = []
    _unlink(task)


def _unlink(task: Any) -> None:
    workflow = task.workflow
    if task.parent is not None:
        task.parent._children.remove(task.id)
    del workflow.tasks[task.id]
    workflow.top_workflow.event_manager.tasks.pop(task.id, None)
    if workflow.last_task is task:
        workflow.last_task = None


def forget_inside(task: Any) -> None:
    """Let the inside of a step go, and the insides within it."""
    inside = task.workflow.top_workflow.subprocesses.pop(task.id, None)
    if inside is not None:
        for one in list(inside.tasks.values()):
            forget_inside(one)
            task.workflow.top_workflow.event_manager.tasks.pop(one.id, None)


def insert_above(task: Any, spec: Any, state: int) -> Any:
    """A new task between `task` and its parent."""
    workflow, parent = task.workflow, task.parent
    made = Task(workflow, spec, None, state=state)
    made._parent = parent.id
    made.last_state_change = task.last_state_change
    parent._children[parent._children.index(task.id)] = made.id
    made._children, task._parent = [task.id], made.id
    order = [(identifier, one) for identifier, one in workflow.tasks.items() if identifier != made.id]
    rank = next(rank for rank, (identifier, _) in enumerate(order) if identifier == task.id)
    order.insert(rank, (made.id, made))
    workflow.tasks.clear()
    workflow.tasks.update(order)
    return made


def raise_splits(part: Any) -> None:
    """Give each living step whose border has events in the new version what starts them with it."""
    for task in list(part.tasks.values()):
        split = part.spec.task_specs.get(f"{task.task_spec.name}{SPLIT}")
        beside = isinstance(task.task_spec, (Boundary, BoundaryJoin))
        if split is not None and task.has_state(LIVE) and not beside and task.parent.task_spec is not split:
            insert_above(task, split, TaskState.COMPLETED)


def way_in(part: Any, task: Any, origin: Any) -> Any:
    """The step before the join `task` by which a branch that has done `origin` comes now; None when it cannot be told."""
    join = task.task_spec
    taken = {one.parent.task_spec.name for one in part.tasks.values() if one.task_spec is join and one is not task and one.parent}
    open_ways = [name for name in dict.fromkeys(join._inputs) if name not in taken]
    if origin is not None:
        open_ways = [name for name in open_ways if name in _reached(origin, join)]
    return part.spec.task_specs[open_ways[0]] if len(open_ways) == 1 else None


def _reached(origin: Any, join: Any) -> set[str]:
    seen: set[str] = set()
    todo = [origin]
    while todo:
        spec = todo.pop()
        if spec.name not in seen and spec is not join:
            seen.add(spec.name)
            todo += spec.outputs
    return seen
