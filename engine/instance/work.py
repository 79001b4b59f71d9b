"""The steps that do something: user tasks, services, decisions, sub-processes and called circuits."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import (
    BpmnSpecMixin,
    CallActivityMixin,
    SubWorkflowTaskMixin,
    TransactionSubprocessMixin,
    UserTaskMixin,
)
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.instance.base import Careful
from engine.instance.events import StartEvent


class UserTask(Careful, UserTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """Waits for a person."""


class PassThrough(Careful, BpmnSpecMixin):  # type: ignore[misc]
    """A step without any work of its own."""


class ServiceTask(Careful, BpmnSpecMixin):  # type: ignore[misc]
    """Calls the service registered under its topic."""

    def _run_hook(self, my_task: Any) -> bool | None:
        # None leaves it started: the error drawn on its border then takes it away.
        return my_task.workflow.script_engine.serve(my_task) or None


class DecisionTask(Careful, BpmnSpecMixin):  # type: ignore[misc]
    """Asks a decision table."""

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.decide(my_task)
        return True


class MissingCircuit(EngineError):
    """Le circuit appelé « {key} » n’est pas déployé."""


class Inner(Careful):
    """A step made of another process; SpiffWorkflow's refusal of a broken inside is a fault of this step alone."""

    def _update_hook(self, my_task: Any) -> Any:
        top = my_task.workflow.top_workflow
        if self.spec not in top.subprocess_specs:
            raise MissingCircuit(key=self.spec.strip("/"))
        if top.subprocesses.get(my_task.id) is None:
            my_task.workflow.script_engine.give(my_task)
        return super()._update_hook(my_task)

    def _on_complete_hook(self, my_task: Any) -> None:
        my_task.workflow.script_engine.take(my_task)
        super()._on_complete_hook(my_task)


class SubProcess(Inner, SubWorkflowTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An embedded sub-process."""


class Transaction(Inner, TransactionSubprocessMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A transaction: as a sub-process that may be cancelled from within."""


class CalledCircuit(Inner, CallActivityMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A circuit of the library, in the version pinned at deployment."""


class EventProcess(SubProcess):
    """A sub-process that an event starts: it listens from the beginning and holds nothing back until then."""

    interrupting = True

    def listening(self, my_task: Any) -> bool:
        """Whether its start event still waits."""
        inside = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        return inside is not None and not any(
            isinstance(task.task_spec, StartEvent) and task._state == TaskState.COMPLETED for task in inside.tasks.values()
        )

    def started(self, my_task: Any) -> None:
        """Take the rest of the process away when the event interrupts."""
        if not self.interrupting:
            return
        for task in list(my_task.workflow.tasks.values()):
            still = task.id in my_task.workflow.tasks and task.has_state(TaskState.NOT_FINISHED_MASK)
            if still and not self.under(task, my_task):
                task.cancel()

    @staticmethod
    def under(task: Any, my_task: Any) -> bool:
        """Whether `task` comes after `my_task`."""
        while task is not None and task is not my_task:
            task = task.parent
        return task is my_task
