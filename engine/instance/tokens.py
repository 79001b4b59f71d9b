"""What a token is to the world: a step that waits for a person, a message that may come, a fault."""

from dataclasses import dataclass
from typing import Any, Literal

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import CancelEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.instance import events
from engine.instance.base import Careful, Element
from engine.instance.work import UserTask

Kind = Literal["user", "message"]


@dataclass(frozen=True, kw_only=True)
class Open:
    """A token that waits for a person: a user task, or a message that may be confirmed by hand."""

    token: str
    kind: Kind
    element: Element
    fault: str = ""
    task: Any


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A token that cannot go on, with its cause."""

    token: str
    element: Element
    cause: str


def kind_of(task: Any) -> Kind | None:
    """How `task` waits for a person; None when it does not."""
    if isinstance(task.task_spec, UserTask):
        return "user" if task._state == TaskState.READY else None
    definition = getattr(task.task_spec, "event_definition", None)
    waits = task._state == TaskState.WAITING and definition is not None
    by_itself = isinstance(definition, (events.Timer, CodeEventDefinition, CancelEventDefinition))
    return "message" if waits and not by_itself and not events.waits_on_condition(task) else None


def element_of(task: Any) -> Element:
    """What the designer wrote for the step of `task`; an empty element for what only the library knows."""
    spec: Careful = task.task_spec
    return getattr(spec, "element", None) or Element(id=spec.name, saved="", tag="")
