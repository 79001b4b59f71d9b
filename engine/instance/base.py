"""What every step shares: it foresees one step only, and a fault stops its own token and nothing else."""

from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.exc import StatementError

from engine.errors import EngineError

FAULT = "incident"
COMING = TaskState.PREDICTED_MASK | TaskState.FUTURE
LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Unrecoverable(Exception):
    """The transaction itself is lost: no incident can be written in it, the cause goes up to the entrance."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """What the designer wrote on one element of the diagram; expressions are kept as text."""

    id: str
    saved: str  # its id in the file as saved, "" for what a completion added
    tag: str
    name: str = ""
    lane: str = ""
    documentation: str = ""
    camunda: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    gives: tuple[tuple[str, str], ...] = ()  # camunda:in, (target, expression)
    takes: tuple[tuple[str, str], ...] = ()  # camunda:out


def fail(task: Any, error: Exception) -> None:
    """Leave `task` where it stands with the cause of its fault, for a person to retry or skip."""
    if isinstance(error, Unrecoverable):
        raise error
    task.internal_data[FAULT] = said(error)[:2000]


def said(error: Exception) -> str:
    """A fault in one line, for those who set it right."""
    if isinstance(error, EngineError):
        return str(error)
    # The database's errors repeat the statement with its values, which are not for everyone who sets incidents right.
    text = str(error.orig) if isinstance(error, StatementError) else str(error)
    return f"{text.partition(chr(10))[0]} ({type(error).__name__})"


class Careful(BpmnTaskSpec):  # type: ignore[misc]  # SpiffWorkflow is not typed
    """A step of ours.

    SpiffWorkflow foresees every path to its end, which costs memory in powers of two with parallel branches and is
    written at each save; only the next step is foreseen here, joins look at the diagram instead.
    """

    element: Element

    def listening(self, my_task: Any) -> bool:  # noqa: ARG002
        """Whether it only waits beside a step or a process, and holds nothing back."""
        return False

    def _predict(self, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = TaskState.PREDICTED_MASK) -> None:  # noqa: ARG002
        if my_task.has_state(mask) and not my_task._children:
            self._predict_hook(my_task)

    def _update(self, my_task: Any) -> None:
        if FAULT in my_task.internal_data:
            return
        try:
            if not my_task._children and my_task.has_state(COMING | TaskState.WAITING):
                self._predict_hook(my_task)
            if self._update_hook(my_task):
                my_task._ready()
        except Exception as error:  # whatever a designer wrote may fail in any way
            my_task._set_state(TaskState.WAITING)
            fail(my_task, error)
