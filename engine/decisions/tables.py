"""Decision tables: which rules match, and what each hit policy makes of their outputs."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.decisions.itemtypes import admit, passes
from engine.errors import DecisionError
from engine.expressions.builtins.statistics import maximum, minimum, total
from engine.expressions.compare import equal
from engine.expressions.nodes import Node
from engine.expressions.operations import Test, Tests
from engine.expressions.scope import Machine, Scope
from engine.expressions.types import Type


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A rule that made an answer: its decision's name, its id and number (from 1) in the table, what its author noted."""

    decision: str
    rule: str
    number: int
    annotation: str


class Recorder(Machine):
    """A machine that also keeps which rules made the answers, in their order."""

    matched: list[Matched]


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input column."""

    value: Node
    type: Type | None
    allowed: Node | None


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output column; `allowed` also gives the order of priority."""

    name: str
    allowed: Node | None
    default: Node | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of the table."""

    id: str
    number: int
    tests: tuple[Node, ...]
    outputs: tuple[Node, ...]
    annotation: str


@dataclass(frozen=True, kw_only=True)
class Table(Node):
    """A decision table; `policy` is one of U A P F R O C C+ C< C> C#."""

    name: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def run(self, scope: Scope) -> object:
        """The table's answer; raises DecisionError when the rules that match break the hit policy."""
        matched = self._matching(scope)
        if not matched:
            return self._none(scope)
        if self.policy == "U" and len(matched) > 1:
            numbers = ", ".join(str(rule.number) for rule in matched)
            raise DecisionError(decision=self.name, reason=f"les règles {numbers} s’appliquent alors qu’une seule le doit")
        said = [(self._answer(rule, scope), rule) for rule in matched]
        if self.policy in ("P", "O"):
            place = self._priority(scope)
            said = sorted(said, key=lambda one: place(one[0]))[: 1 if self.policy == "P" else None]
        if isinstance(scope.machine, Recorder):
            scope.machine.matched.extend(
                Matched(decision=self.name, rule=rule.id, number=rule.number, annotation=rule.annotation) for _, rule in said
            )
        answers = [answer for answer, _ in said]
        return answers[0] if self.policy in ("U", "F", "P") else self._several(answers, matched, scope)

    def _matching(self, scope: Scope) -> list[Rule]:
        """The rules whose every test passes, in the table's order."""
        scopes = [scope.within({"?": self._input(column, scope)}) for column in self.inputs]
        found: list[Rule] = []
        for rule in self.rules:
            scope.machine.budget.spend(len(rule.tests))
            if all(test.run(inner) is True for test, inner in zip(rule.tests, scopes, strict=True)):
                found.append(rule)
                if self.policy == "F":
                    break
        return found

    def _input(self, column: Input, scope: Scope) -> object:
        """The value under a column; null when it is not an allowed one."""
        value = column.value.run(scope)
        if isinstance(value, str):
            value = admit(value, column.type, scope.machine.types) or value
        return value if column.allowed is None or value is None or passes(column.allowed, value) else None

    def _answer(self, rule: Rule, scope: Scope) -> object:
        """What one rule says: a value, or a context of the outputs when there are several."""
        answers = zip(self.outputs, (node.run(scope) for node in rule.outputs), strict=True)
        return self._shaped([value if _listable(column, value) else None for column, value in answers])

    def _shaped(self, values: list[object]) -> object:
        """One value alone, several by their names."""
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}

    def _none(self, scope: Scope) -> object:
        """No rule matches: the default outputs, else an empty collection, else null."""
        if any(output.default for output in self.outputs):
            value = self._shaped([output.default.run(scope) if output.default else None for output in self.outputs])
            return [value] if self.policy in ("R", "O", "C") else value
        return {"R": [], "O": [], "C": [], "C#": Decimal(0)}.get(self.policy)

    def _several(self, answers: list[object], rules: list[Rule], scope: Scope) -> object:
        """What the hit policy makes of all the answers."""
        if self.policy == "A":
            if any(equal(answers[0], other, scope.machine.budget) is not True for other in answers[1:]):
                numbers = ", ".join(str(rule.number) for rule in rules)
                raise DecisionError(decision=self.name, reason=f"les règles {numbers} s’appliquent et se contredisent")
            return answers[0]
        return answers if self.policy in ("R", "O", "C") else self._aggregated(answers)

    def _priority(self, scope: Scope) -> Callable[[object], tuple[int, ...]]:
        """Where an answer stands among the allowed values of each output, the first being the most wanted."""
        orders = [_listed(output.allowed, scope) for output in self.outputs]

        def place(answer: object) -> tuple[int, ...]:
            values = list(answer.values()) if isinstance(answer, dict) and len(orders) > 1 else [answer]
            return tuple(_place(value, order, scope) for value, order in zip(values, orders, strict=True) if order)

        return place

    def _aggregated(self, answers: list[object]) -> object:
        """Sum, least, greatest or number of the answers, output by output."""
        if self.policy == "C#":
            return Decimal(len(answers))
        work: Callable[[list[object]], object] = {"C+": total, "C<": minimum, "C>": maximum}[self.policy]
        if len(self.outputs) == 1:
            return work(answers)
        rows = [answer for answer in answers if isinstance(answer, dict)]
        return {output.name: work([row[output.name] for row in rows]) for output in self.outputs}


def _listable(column: Output, value: object) -> bool:
    """Whether the column allows the value, or each item of a list."""
    if column.allowed is None or value is None or passes(column.allowed, value):
        return True
    return isinstance(value, list) and all(passes(column.allowed, item) for item in value)


def _listed(allowed: Node | None, scope: Scope) -> list[object]:
    """The allowed values that are written out, in order."""
    tests = allowed.tests if isinstance(allowed, Tests) else ()
    return [test.of.run(scope) for test in tests if isinstance(test, Test) and not test.sign]


def _place(value: object, order: list[object], scope: Scope) -> int:
    """The place of a value in the order; after all of them when it is not there."""
    for place, wanted in enumerate(order):
        if equal(value, wanted, scope.machine.budget) is True:
            return place
    return len(order)
