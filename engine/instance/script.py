"""Stands in for SpiffWorkflow's script engine: our expressions, our services, our clock; no Python is ever run."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import ErrorEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent

from engine import expressions
from engine.errors import EngineError, ServiceFailed
from engine.expressions import Range, YearsMonths
from engine.instance import times
from engine.instance.base import Element
from engine.instance.events import Boundary, Message, Timer
from engine.instance.multiple import ANSWER, Several, counters

Names = Mapping[str, object]
_LARGEST = 2**63 - 1


class NotYesOrNo(EngineError):
    """La condition « {source} » ne donne ni vrai ni faux : {value}."""


class Refused(EngineError):
    """Ce circuit contient un script, ce qui n’est pas admis."""


def plain(value: object) -> Any:
    """`value` as JSON keeps it: dates and durations as ISO 8601 text, whole numbers as int, others as float."""
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _text(value)
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
        return float(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, YearsMonths):
        return str(value)
    if isinstance(value, Range):
        return {"de": plain(value.start), "a": plain(value.end)}
    return str(value)


def _text(value: str) -> str:
    """Text that every database and JSON can hold: no NUL, no half of a surrogate pair."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


class Script:
    """One step's view of the world, given to the workflow for the time of a transaction."""

    def __init__(
        self,
        *,
        now: datetime,
        by: str,
        view: Callable[[], Names],
        functions: Callable[[], Mapping[str, Callable[..., object]]],
        serve: Callable[[Element, Element | None, dict[str, object], dict[str, object]], Names],
        decide: Callable[[str, Names], object],
        default_delay: timedelta,
    ) -> None:
        """`view` and `functions` are asked once, and only when an expression needs them."""
        self.now, self.by = now, by
        self._view, self._functions = view, functions
        self._serve, self._decide = serve, decide
        self.default_delay = default_delay

    @cached_property
    def view(self) -> Names:
        """The read-only names."""
        return self._view()

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The functions that expressions may call."""
        return self._functions()

    def host_of(self, task: Any) -> Any:
        """The step whose inside `task` is in; None in the circuit itself."""
        return self.host_of_inside(task.workflow)

    @staticmethod
    def host_of_inside(workflow: Any) -> Any:
        """The step that `workflow` is the inside of; None for the circuit itself."""
        step = workflow.parent_task_id
        return None if step is None else workflow.top_workflow.get_task_from_id(step)

    def _scopes(self, task: Any) -> list[dict[str, Any]]:
        """The data that `task` sees, nearest first: each time of a repeated sub-process has its own."""
        scopes = []
        host = self.host_of(task)
        while host is not None:
            if host.parent is not None and isinstance(host.parent.task_spec, Several):
                scopes.append(task.workflow.data)
            task, host = host, self.host_of(host)
        return [*scopes, task.workflow.data]

    def scope(self, task: Any) -> dict[str, Any]:
        """The data that `task` writes in: the instance's, or its own time of a repeated sub-process."""
        return self._scopes(task)[0]

    def data(self, task: Any) -> dict[str, object]:
        """Everything that `task` may read in the instance."""
        names: dict[str, object] = {}
        for scope in reversed(self._scopes(task)):
            names |= scope
        names |= task.data
        return names | counters(task)

    def write(self, task: Any, values: Names) -> None:
        """Keep `values` in the data of `task`'s scope."""
        self.scope(task).update(plain(values))

    def value(self, task: Any, source: str, more: Names | None = None) -> object:
        """What `source` gives, in the expressions' own types."""
        # Chained, not merged: the view may be costly, and is only asked for names that the data do not have.
        names = ChainMap(dict(more or {}), self.data(task), self.view)  # type: ignore[arg-type]  # only read
        # Parsed without the names at hand, as it was when the circuit was checked: what was understood then is what runs.
        return expressions.evaluate(expressions.parse(source), names, self.functions)

    def text_or_value(self, task: Any, text: str, more: Names | None = None) -> object:
        """`text` itself, or what it gives when it is wrapped as `${…}` or begins with `=`."""
        stripped = text.strip()
        wrapped = stripped[:2] in ("${", "#{") or stripped.startswith("=")
        return self.value(task, stripped, more) if wrapped else text

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:  # noqa: ARG002
        """What SpiffWorkflow asks: conditions, lists and numbers."""
        return plain(self.value(task, expression))

    def condition(self, task: Any, source: str) -> bool:
        """Whether `source` holds; unknown does not."""
        value = self.value(task, source)
        if value is not None and not isinstance(value, bool):
            raise NotYesOrNo(source=source, value=plain(value))
        return bool(value)

    def execute(self, *_: Any) -> None:
        """Never."""
        raise Refused

    def due(self, task: Any, timer: Timer) -> times.Due:
        """When `timer` is due, counted from now."""
        if not timer.expression:
            return times.Due(at=times.moment(self.default_delay, now=self.now))
        text = timer.expression
        value = text if times.literal(text) else self.value(task, text)
        value = str(value) if isinstance(value, YearsMonths) else value
        if value is None:
            raise times.NotATime(text=text)
        if timer.kind == "cycle":
            return times.cycle(value, now=self.now)
        read = times.moment if timer.kind == "date" else times.delay
        return times.Due(at=read(value, now=self.now))

    def thrown(self, task: Any, message: Message) -> None:
        """A message sent within the circuit."""
        task.workflow.top_workflow.event_manager.catch(BpmnEvent(message, payload={}), internal=False)

    def give(self, task: Any) -> None:
        """Camunda's `in` mappings of a called circuit, which shares the instance's data."""
        self._copy(task, task.task_spec.element.gives)

    def take(self, task: Any) -> None:
        """Camunda's `out` mappings."""
        self._copy(task, task.task_spec.element.takes)

    def _copy(self, task: Any, mappings: tuple[tuple[str, str], ...]) -> None:
        for target, source in mappings:
            self.write(task, {target: self.value(task, source)})

    def serve(self, task: Any) -> bool:
        """Run the service of `task` and keep what it gives; False when it failed as its designer foresaw."""
        element = task.task_spec.element
        inputs = {name: self.text_or_value(task, text) for name, text in {**element.fields, **element.inputs}.items()}
        try:
            given = self._serve(element, beside(task), plain(inputs), self.data(task))
        except ServiceFailed:
            if self._foreseen(task):
                return False
            raise
        self.keep(task, given)
        return True

    def _foreseen(self, task: Any) -> bool:
        """Whether the designer drew what happens when this service fails, as an error on its border."""
        for border in task.parent.children if task.parent is not None else ():
            definition = getattr(border.task_spec, "event_definition", None)
            if isinstance(definition, ErrorEventDefinition) and border is not task:
                border.internal_data["event_fired"] = True
                border.task_spec._update(border)
                return True
        return False

    def decide(self, task: Any) -> None:
        """Ask the decision table of `task` and keep its answer as its designer said."""
        camunda = task.task_spec.element.camunda
        inputs = {name: self.text_or_value(task, text) for name, text in task.task_spec.element.inputs.items()}
        answer = self._decide(camunda.get("decisionRef", ""), {**self.view, **self.data(task), **inputs})
        answer = _mapped(answer, camunda.get("mapDecisionResult", ""))
        name = camunda.get("resultVariable")
        if name:
            answer = {name: answer}
        elif not isinstance(answer, Mapping):
            answer = {camunda.get("decisionRef", ""): answer}
        self.keep(task, answer)

    def keep(self, task: Any, values: Names) -> None:
        """Merge what a step gives, apply its outputParameters, and count it as the answer of this time."""
        values = plain(values)
        self.write(task, values)
        for name, text in task.task_spec.element.outputs.items():
            self.write(task, {name: self.text_or_value(task, text)})
        if task.parent is not None and isinstance(task.parent.task_spec, Several):
            task.data[ANSWER] = values


def beside(task: Any) -> Element | None:
    """The step on whose border the way of `task` began, if it did."""
    while task is not None and not isinstance(task.task_spec, Boundary):
        task = task.parent
    steps = [other.task_spec for other in task.parent.children] if task is not None else []
    return next((spec.element for spec in steps if hasattr(spec, "element") and not isinstance(spec, Boundary)), None)


def _mapped(answer: object, how: str) -> object:
    if how in ("singleEntry", "collectEntries"):
        rows = answer if isinstance(answer, list) else [answer]
        entries = [next(iter(row.values()), None) if isinstance(row, Mapping) else row for row in rows]
        return entries if how == "collectEntries" else next(iter(entries), None)
    if how == "singleResult" and isinstance(answer, list):
        return answer[0] if answer else {}
    if how == "resultList" and not isinstance(answer, list):
        return [answer]
    return answer

