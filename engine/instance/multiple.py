"""Steps done several times: visas asked of several people at once or one after the other, every answer kept."""

from typing import Any

from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.mixins import (
    BpmnSpecMixin,
    ParallelMultiInstanceTaskMixin,
    SequentialMultiInstanceTaskMixin,
    StandardLoopTaskMixin,
)
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.instance.base import Careful

ANSWER = "resultat"
MAX_TIMES = 200


class NotAList(EngineError):
    """« {source} » ne donne pas une liste (ou un nombre de fois) : {value}."""


class TooMany(EngineError):
    """« {source} » demande {count} exemplaires de l’étape ; {limit} au plus sont admis."""


class Items(TaskDataReference):  # type: ignore[misc]
    """The list gone through, fixed when the step starts."""

    def get(self, my_task: Any) -> Any:
        """The list."""
        return my_task.internal_data["items"]

    def exists(self, my_task: Any) -> bool:
        """Whether the step has started."""
        return "items" in my_task.internal_data


class Answers(TaskDataReference):  # type: ignore[misc]
    """The answers of all, in the data that the whole instance shares."""

    def get(self, my_task: Any) -> Any:
        """The answers until now."""
        return my_task.workflow.script_engine.scope(my_task).get(self.bpmn_id)

    def set(self, my_task: Any, value: Any) -> None:
        """Replace them."""
        my_task.workflow.script_engine.scope(my_task)[self.bpmn_id] = value

    def exists(self, my_task: Any) -> bool:
        """Whether there are any."""
        return self.bpmn_id in my_task.workflow.script_engine.scope(my_task)


class Answer(TaskDataReference):  # type: ignore[misc]
    """One answer; a step that gives none counts as an empty one."""

    def get(self, my_task: Any) -> Any:
        """What the step gave."""
        return my_task.data.get(ANSWER)

    def exists(self, my_task: Any) -> bool:
        """Always for one of the times; never for their whole, whose data it must not be in."""
        return not isinstance(my_task.task_spec, Several)


class Several(Careful):
    """What parallel and sequential have in common."""

    def __init__(
        self, wf_spec: Any, bpmn_id: str, *, source: str, element: str | None, condition: str | None, **kwargs: Any
    ) -> None:
        """`source`: an expression giving a list, or a number of times; `element`: the name of the current one."""
        super().__init__(
            wf_spec, bpmn_id, task_spec="", data_input=Items("items"), data_output=Answers(f"{bpmn_id}_resultats"),
            input_item=TaskDataReference(element) if element else None, output_item=Answer(ANSWER), condition=condition, **kwargs,
        )
        self.source = source

    def _update_hook(self, my_task: Any) -> Any:
        for child in self._started(my_task):
            my_task.workflow._remove_task(child.id)  # those of a try that failed half way
        script = my_task.workflow.script_engine
        my_task.internal_data["items"] = _items(self.source, script.evaluate(my_task, self.source))
        self.data_output.set(my_task, [])
        if self.input_item is not None:
            my_task.data.pop(self.input_item.bpmn_id, None)
        my_task.data.pop(ANSWER, None)
        return super()._update_hook(my_task)

    def _started(self, my_task: Any) -> list[Any]:
        return [child for child in my_task.children if child.task_spec.name == self.task_spec]

    def init_data_output_with_input_data(self, my_task: Any, input_data: Any) -> None:
        """Nothing: the answers start empty at each passage."""

    def _predict_hook(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs, TaskState.FUTURE if my_task.has_state(TaskState.DEFINITE_MASK) else my_task.state)


class Parallel(Several, ParallelMultiInstanceTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """All at the same time."""


class Sequential(Several, SequentialMultiInstanceTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """One after the other."""


class Loop(Careful, StandardLoopTaskMixin, BpmnSpecMixin):  # type: ignore[misc]
    """Again, while its condition holds."""


def _items(source: str, value: object) -> list[object]:
    if isinstance(value, int) and not isinstance(value, bool):
        value = range(1, max(value, 0) + 1)
    elif isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, (list, tuple, range)):
        raise NotAList(source=source, value=value)
    if len(value) > MAX_TIMES:
        raise TooMany(source=source, count=len(value), limit=MAX_TIMES)
    return list(value)


def counters(my_task: Any) -> dict[str, object]:
    """Camunda's counts for a completion condition, when `my_task` is one time of several."""
    parent = my_task.parent
    if parent is None or not isinstance(parent.task_spec, Several) or my_task.task_spec.name != parent.task_spec.task_spec:
        return {}
    done = len(parent.internal_data.get("merged", []))
    total = len(parent.internal_data["items"])
    started = sum(child.task_spec.name == parent.task_spec.task_spec for child in parent.children)
    return {"nrOfInstances": total, "nrOfCompletedInstances": done, "nrOfActiveInstances": started - done}
