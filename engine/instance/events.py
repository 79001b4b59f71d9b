"""Events: what a token waits for, what it throws, and timers that fire only when the clock says which one is due."""

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    EndEventMixin,
    IntermediateCatchEventMixin,
    IntermediateThrowEventMixin,
    StartEventMixin,
)
from SpiffWorkflow.util.task import TaskState

from engine.instance import times
from engine.instance.base import Careful
from engine.instance.gateways import BoundaryJoin, EventGateway


class Timer(EventDefinition):  # type: ignore[misc]
    """A time to wait for; `kind` is date, duration or cycle. It never looks at the machine's clock."""

    def __init__(self, name: str, expression: str, kind: str) -> None:
        """`expression`: ISO 8601 text or an expression that gives a time."""
        super().__init__(name=name, description="Timer")
        self.expression = expression
        self.kind = kind

    def has_fired(self, my_task: Any) -> bool:
        """Whether the clock has fired it; the first call fixes when it is due."""
        data = my_task.internal_data
        if "due" not in data and not data.get("event_fired"):
            due = my_task.workflow.script_engine.due(my_task, self)
            data["due"] = due.at.isoformat()
            if due.left:
                data["left"], data["every"] = due.left, due.every
        return bool(data.get("event_fired", False))

    def fire(self, my_task: Any) -> None:
        """Let it go off now; a repeated one on a border sends a token out and stays."""
        data = my_task.internal_data
        script = my_task.workflow.script_engine
        if data.get("left") and isinstance(my_task.task_spec, Boundary) and not my_task.task_spec.cancel_activity:
            this = times.Due(at=times.moment(data["due"], now=script.now), left=data["left"], every=data["every"])
            later = times.following(this, now=script.now)
            if later is not None:
                data["due"], data["left"] = later.at.isoformat(), later.left
                my_task.task_spec.send(my_task)
                return
        data["event_fired"] = True
        my_task.task_spec._update(my_task)

    def reset(self, my_task: Any) -> None:
        """Forget this firing."""
        for key in ("due", "left", "every"):
            my_task.internal_data.pop(key, None)
        super().reset(my_task)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class Message(MessageEventDefinition):  # type: ignore[misc]
    """A message waited for by its name; its payload joins the instance's data."""

    def update_internal_data(self, my_task: Any, event: Any) -> None:
        """Keep the payload until the step goes on."""
        my_task.internal_data["message"] = dict(event.payload or {})

    def update_task_data(self, my_task: Any) -> None:
        """Give the payload to the instance."""
        my_task.workflow.script_engine.write(my_task, my_task.internal_data.pop("message", {}))

    def throw(self, my_task: Any) -> None:
        """A message thrown is caught by the same instance, or goes out with the service that sends it."""
        my_task.workflow.script_engine.thrown(my_task, self)


class Catching(Careful):
    """A step that waits for an event; behind an event gateway the first to come takes the others away."""

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)
        if isinstance(my_task.parent.task_spec, EventGateway):
            for other in my_task.parent.children:
                if other is not my_task:
                    other.cancel()

    def _predict_hook(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs, TaskState.FUTURE if my_task.has_state(TaskState.DEFINITE_MASK) else my_task.state)


class Catch(Catching, IntermediateCatchEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An intermediate catch event or a receive task."""


class Throw(Careful, IntermediateThrowEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An intermediate throw event or a send task."""


class EndEvent(Careful, EndEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An end event, of any kind."""


class StartEvent(Catching, StartEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """A start event; in an event sub-process it is what the sub-process waits for."""

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        host = my_task.workflow.script_engine.host_of(my_task)
        if host is not None and not isinstance(self.event_definition, NoneEventDefinition):
            host.task_spec.started(host)


class Boundary(Catching, BoundaryEventMixin, BpmnSpecMixin):  # type: ignore[misc]
    """An event on the border of a step; interrupting ones take the step away."""

    def listening(self, my_task: Any) -> bool:
        """It waits beside its step."""
        return bool(my_task._state == TaskState.WAITING)

    def _update(self, my_task: Any) -> None:
        # SpiffWorkflow lets a border event wait from the moment it is foreseen; it waits once its step is there.
        if not my_task.has_state(TaskState.PREDICTED_MASK):
            super()._update(my_task)

    def send(self, my_task: Any) -> None:
        """Send one more token out without ending the wait."""
        for output in self.outputs:
            if isinstance(output, BoundaryJoin):
                continue
            child = my_task._add_child(output, TaskState.FUTURE)
            child.task_spec._update(child)


def waits_on_condition(task: Any) -> bool:
    """Whether `task` waits for data to change."""
    definition = getattr(task.task_spec, "event_definition", None)
    return task._state == TaskState.WAITING and isinstance(definition, ConditionalEventDefinition)
