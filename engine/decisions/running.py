"""One evaluation of a requirement graph: each decision once, each seeing only what it requires."""

from collections.abc import Mapping

from engine.decisions.itemtypes import admit, result_of, takes
from engine.decisions.model import Key, Part
from engine.errors import DecisionError
from engine.expressions.nodes import Closure, Define
from engine.expressions.scope import HostScope, Machine
from engine.expressions.types import coerce
from engine.expressions.values import Function

_UNDER_WAY = object()


class Run:
    """The values of one evaluation; `given` replaces elements whose values a service was called with."""

    def __init__(
        self, parts: Mapping[Key, Part], machine: Machine, host: HostScope, given: Mapping[Key, object] | None = None
    ) -> None:
        """`host`: the names that the caller passed."""
        self._parts = parts
        self._machine = machine
        self._host = host
        self._values: dict[Key, object] = dict(given or {})

    def value(self, key: Key) -> object:
        """The value of an element; raises DecisionError when it depends on itself."""
        if key not in self._values:
            part = self._parts[key]
            self._values[key] = _UNDER_WAY
            with self._machine.budget.nested():
                self._values[key] = self._fresh(part)
        if self._values[key] is _UNDER_WAY:
            raise DecisionError(decision=self._parts[key].name, reason="elle dépend d’elle-même")
        return self._values[key]

    def _fresh(self, part: Part) -> object:
        """The value of an element not asked for yet."""
        self._machine.types, self._machine.kinds = part.types, part.kinds
        if part.kind == "inputData":
            return admit(self._host.find(part.variable)[1], part.type, part.types)
        if part.kind == "decisionService":
            return Service(part, self._parts, self._host)
        if part.kind == "businessKnowledgeModel":
            return self._knowledge(part)
        if part.logic is None:
            return None
        scope = self._host.within(self._required(part))
        self._machine.types, self._machine.kinds = part.types, part.kinds
        value = part.logic.run(scope)
        return value if part.type is None else coerce(value, part.type, part.types)

    def _required(self, part: Part) -> dict[str, object]:
        """The names that an element sees; imported ones under their model's name."""
        names: dict[str, object] = {}
        for required in part.requires:
            variable = self._parts[required.key].variable
            if not required.prefix:
                names[variable] = self.value(required.key)
                continue
            imported = names.setdefault(required.prefix, {})
            if isinstance(imported, dict):
                imported[variable] = self.value(required.key)
        return names

    def _knowledge(self, part: Part) -> object:
        """The function of a business knowledge model, which may call itself."""
        if part.logic is None:
            return None
        if not isinstance(part.logic, Define):
            return part.logic.run(self._host)
        names: dict[str, object] = {}
        scope = self._host.within(names)
        result = result_of(part.type) or part.logic.result
        made = Closure(part.logic.parameters, part.logic.types, part.logic.body, scope, result)
        self._values[part.key] = names[part.variable] = made
        names.update(self._required(part))
        return made


class Service(Function):
    """A decision service as a function."""

    def __init__(self, part: Part, parts: Mapping[Key, Part], host: HostScope) -> None:
        """`parts`: all the elements it may need."""
        self._part = part
        self._parts = parts
        self._host = host
        self.parameters = tuple(parts[key].variable for key in part.parameters if key in parts)

    def call(self, machine: Machine, placed: list[object], named: dict[str, object]) -> object:
        """The output decision's value, or a context of them when there are several."""
        given = named if named else dict(zip(self.parameters, placed, strict=False))
        if len(placed or named) != len(self.parameters) or set(given) != set(self.parameters):
            return None
        values: dict[Key, object] = {}
        held = takes(self._part.type)
        for key in self._part.parameters:
            part = self._parts[key]
            values[key] = given[part.variable]
            for wanted in (part.type, held.get(part.variable)):
                values[key] = values[key] if wanted is None else coerce(values[key], wanted, part.types)
        run = Run(self._parts, machine, self._host, values)
        answers = {self._parts[key].variable: run.value(key) for key in self._part.outputs if key in self._parts}
        answer: object = answers if len(answers) != 1 else next(iter(answers.values()))
        result = result_of(self._part.type)
        return answer if result is None else coerce(answer, result, self._part.types)
