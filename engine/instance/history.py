"""The way done: which elements and flows a circuit has gone through, kept short when it has turned round for long."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.instance.gateways import BoundaryJoin, BoundarySplit
from engine.instance.workflow import Whole
from engine.parsing import Blueprint

_GONE = TaskState.PREDICTED_MASK | TaskState.FUTURE


def done(tasks: list[Any]) -> Iterator[str]:
    """The elements whose step has been completed, ids as saved, in order, each time."""
    for task in tasks:
        element = getattr(task.task_spec, "element", None)
        if element is not None and element.saved and task._state == TaskState.COMPLETED:
            yield element.saved


def taken(tasks: list[Any], blueprint: Blueprint) -> Iterator[str]:
    """The flows gone along, ids as in the runnable diagram."""
    for task in tasks:
        parent = task.parent
        if parent is None or parent._state != TaskState.COMPLETED:
            continue
        went = task._state == TaskState.CANCELLED and hasattr(task.task_spec, "_inputs") and len(task.task_spec._inputs) > 1
        if went or task.has_state(TaskState.COMPLETED | TaskState.READY | TaskState.STARTED | TaskState.WAITING):
            flow = blueprint.flows.get((parent.task_spec.name, task.task_spec.name))
            if flow:
                yield flow


def trim(workflow: Whole, blueprint: Blueprint) -> None:
    """Forget the tasks that nothing alive can look back at; what they did stays in the workflow's history.

    Without it each turn of a loop costs more than the one before, and SpiffWorkflow's recursions reach Python's limit.
    """
    for part in workflow.each():
        anchor = _anchor(part)
        if anchor is None or anchor is part.task_tree:
            continue
        kept = {task.id for task in _below(anchor)} | {part.task_tree.id}
        gone = [task for task in part.tasks.values() if task.id not in kept]
        if _drawn_here(part):
            _remember(workflow.history, [*gone, anchor], blueprint)
        for task in gone:
            del part.tasks[task.id]
            _forget_inside(workflow, task, blueprint)
        part.task_tree._children = [anchor.id]
        anchor._parent = part.task_tree.id


def _drawn_here(part: Any) -> bool:
    """Whether `part` is the circuit or one of its sub-processes: a circuit that it calls is another diagram."""
    if part.parent_task_id is None:
        return True
    step = part.top_workflow.get_task_from_id(part.parent_task_id)
    return bool(step.task_spec.spec.startswith("/"))


def own(workflow: Whole) -> list[Any]:
    """The tasks of the circuit and of its sub-processes, without those of the circuits it calls."""
    parts = [workflow, *filter(_drawn_here, workflow.subprocesses.values())]
    return [task for part in parts for task in part.tasks.values()]


def _forget_inside(workflow: Whole, step: Any, blueprint: Blueprint) -> None:
    """Let the inside of a forgotten step go with it."""
    inside = workflow.subprocesses.pop(step.id, None)
    if inside is None:
        return
    tasks = list(inside.tasks.values())
    if step.task_spec.spec.startswith("/"):
        _remember(workflow.history, tasks, blueprint)
    for task in tasks:
        _forget_inside(workflow, task, blueprint)


def _remember(history: dict[str, list[Any]], gone: list[Any], blueprint: Blueprint) -> None:
    history["done"] = list(dict.fromkeys([*history["done"], *done(gone)]))
    history["flows"] = list(dict.fromkeys([*history["flows"], *taken(gone, blueprint)]))


def _below(task: Any) -> Iterator[Any]:
    todo = [task]
    while todo:
        task = todo.pop()
        yield task
        todo += task.children


def _anchor(part: Any) -> Any:
    """The deepest completed task that every living token comes after, outside any step still watched by its border."""
    alive = [task for task in part.tasks.values() if task.has_state(TaskState.NOT_FINISHED_MASK)]
    waiting = {task.task_spec for task in alive if task._state == TaskState.WAITING and len(task.task_spec._inputs) > 1}
    alive += [task for task in part.tasks.values() if task.task_spec in waiting]
    if not alive:
        return None
    common = _ancestry(alive[0])
    for task in alive[1:]:
        others = set(map(id, _ancestry(task)))
        common = [one for one in common if id(one) in others]
    anchor = None
    for task in reversed(common):
        if isinstance(task.task_spec, BoundarySplit) and not _closed(task):
            return anchor
        if task._state == TaskState.COMPLETED and not isinstance(task.task_spec, (BoundarySplit, BoundaryJoin)):
            anchor = task
    return anchor


def _closed(split: Any) -> bool:
    """Whether the step that `split` started is over, with all that was on its border."""
    return not any(child.has_state(TaskState.NOT_FINISHED_MASK) for child in split.children)


def _ancestry(task: Any) -> list[Any]:
    line = []
    while task is not None:
        line.append(task)
        task = task.parent
    return line
