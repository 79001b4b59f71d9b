"""SpiffWorkflow's tree of tasks, looked through flat: its own walk stops, silently, a thousand steps deep."""

import sys
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.instance.base import FAULT
from engine.instance.gateways import End, InclusiveGateway, ParallelGateway

_JOINS = (End, InclusiveGateway, ParallelGateway)


class Flat:
    """What a workflow and its sub-workflows have in common."""

    tasks: dict[Any, Any]
    task_tree: Any

    def get_tasks_iterator(self, first_task: Any = None, **kwargs: Any) -> BpmnTaskIterator:
        """As SpiffWorkflow's, to any depth."""
        return BpmnTaskIterator(first_task or self.task_tree, max_depth=sys.maxsize, **kwargs)

    def update_waiting_tasks(self) -> None:
        """Let joins look again at who has come; events wait for their own event.

        Of those that stand at one join, or at the end, one is enough: they wait for the same, and the one that passes takes
        the others along.
        """
        looked: set[str] = set()
        for task in [task for task in self.tasks.values() if task._state == TaskState.WAITING]:
            spec = task.task_spec
            if hasattr(spec, "event_definition") or (spec.name in looked and isinstance(spec, _JOINS)):
                continue
            looked.add(spec.name)
            spec._update(task)

    def _task_removed_notify(self, task: Any) -> None:
        """Let what a removed step waited for, and what it had inside, go with it."""
        top = task.workflow.top_workflow
        top.event_manager.remove_task(task)
        inside = top.subprocesses.pop(task.id, None)
        for one in [] if inside is None else list(inside.tasks.values()):
            self._task_removed_notify(one)
        super()._task_removed_notify(task)  # type: ignore[misc]  # of the workflow that this stands before

    def automatic(self) -> list[Any]:
        """The tokens that need nobody to go on."""
        return [
            task
            for task in self.tasks.values()
            if task._state == TaskState.READY and not task.task_spec.manual and FAULT not in task.internal_data
        ]


class Inside(Flat, BpmnSubWorkflow):  # type: ignore[misc]
    """The inside of a sub-process or of a called circuit."""


class Whole(Flat, BpmnWorkflow):  # type: ignore[misc]
    """One circuit, from its start; it keeps the specifications, which are shared, and never writes in them."""

    def __init__(self, spec: Any, subprocess_specs: Any, *, script_engine: Any, deserializing: bool = False) -> None:
        """`script_engine` is there from the first step: SpiffWorkflow's own runs Python."""
        self.history: dict[str, list[Any]] = {"done": [], "flows": []}
        super().__init__(spec, subprocess_specs, script_engine=script_engine, deserializing=deserializing)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Inside:
        """As SpiffWorkflow's, looked through flat."""
        inside = Inside(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = inside
        return inside

    def each(self) -> list[Any]:
        """This workflow and those inside it that live, innermost first."""
        living = [inside for inside in self.subprocesses.values() if not inside.completed]
        return [*sorted(living, key=lambda inside: -inside.depth), self]

    def every_task(self) -> list[Any]:
        """Every task, those of sub-workflows after their step's."""
        return [task for workflow in (self, *self.subprocesses.values()) for task in workflow.tasks.values()]
