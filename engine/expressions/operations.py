"""The parts of a parsed expression that work on others: signs, logic, conditions, tests."""

from dataclasses import dataclass

from engine.expressions.arithmetic import calculate, negate
from engine.expressions.compare import compare, contains, equal
from engine.expressions.nodes import Node
from engine.expressions.scope import Scope
from engine.expressions.types import Type
from engine.expressions.values import Range


@dataclass(frozen=True, kw_only=True)
class Chain(Node):
    """`a + b - c`: signs of one rank, from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    def run(self, scope: Scope) -> object:
        """The value; comparisons and arithmetic alike."""
        value = self.first.run(scope)
        budget = scope.machine.budget
        for sign, node in self.rest:
            right = node.run(scope)
            plain = sign in ("+", "-", "*", "/", "**")
            value = calculate(sign, value, right, budget) if plain else compare(sign, value, right, budget)
        return value


@dataclass(frozen=True, kw_only=True)
class Negative(Node):
    """`-a`."""

    of: Node

    def run(self, scope: Scope) -> object:
        """The opposite."""
        return negate(self.of.run(scope))


@dataclass(frozen=True, kw_only=True)
class Both(Node):
    """`a and b and c`, in three values."""

    parts: tuple[Node, ...]

    def run(self, scope: Scope) -> object:
        """False wins over null, null over true."""
        sure = True
        for part in self.parts:
            value = part.run(scope)
            if value is False:
                return False
            sure = sure and value is True
        return True if sure else None


@dataclass(frozen=True, kw_only=True)
class Either(Node):
    """`a or b or c`, in three values."""

    parts: tuple[Node, ...]

    def run(self, scope: Scope) -> object:
        """True wins over null, null over false."""
        sure = True
        for part in self.parts:
            value = part.run(scope)
            if value is True:
                return True
            sure = sure and value is False
        return False if sure else None


@dataclass(frozen=True, kw_only=True)
class Not(Node):
    """`!a`, or `not a` as Camunda files write it."""

    of: Node

    def run(self, scope: Scope) -> object:
        """Null unless the operand is a boolean."""
        value = self.of.run(scope)
        return not value if isinstance(value, bool) else None


@dataclass(frozen=True, kw_only=True)
class Empty(Node):
    """`empty a`, as Camunda files write it."""

    of: Node

    def run(self, scope: Scope) -> object:
        """True of null, an empty text, an empty list, an empty context."""
        value = self.of.run(scope)
        return value is None or value == "" or value == [] or value == {}


@dataclass(frozen=True, kw_only=True)
class If(Node):
    """`if a then b else if c then d else e`."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node

    def run(self, scope: Scope) -> object:
        """The first branch whose condition is true."""
        scope.machine.budget.spend()
        for condition, value in self.branches:
            if condition.run(scope) is True:
                return value.run(scope)
        return self.otherwise.run(scope)


@dataclass(frozen=True, kw_only=True)
class Between(Node):
    """`a between b and c`."""

    of: Node
    low: Node
    high: Node

    def run(self, scope: Scope) -> object:
        """Both bounds included."""
        span = Range(start=self.low.run(scope), end=self.high.run(scope))
        if span.start is None or span.end is None:
            return None
        return contains(span, self.of.run(scope), scope.machine.budget)


@dataclass(frozen=True, kw_only=True)
class InstanceOf(Node):
    """`a instance of type`."""

    of: Node
    wanted: Type

    def run(self, scope: Scope) -> object:
        """Whether the value is of the type."""
        value = self.of.run(scope)
        scope.machine.budget.spend(len(value) if isinstance(value, list | dict) else 1)
        return self.wanted.holds(value, scope.machine.kinds)


@dataclass(frozen=True, kw_only=True)
class Test(Node):
    """One test of a value named `?`: a comparison without its left side, a value, a range, a list, or a condition."""

    sign: str = ""
    of: Node
    condition: bool = False

    def run(self, scope: Scope) -> object:
        """Whether the value passes; null when the two cannot be compared."""
        budget = scope.machine.budget
        _, value = scope.find("?")
        against = self.of.run(scope)
        if self.sign:
            return compare(self.sign, value, against, budget)
        if self.condition:
            return against
        if isinstance(against, Range) and not isinstance(value, Range):
            return contains(against, value, budget)
        if isinstance(against, list):
            return _in_list(value, against, scope)
        if isinstance(against, bool) and value is not None and not isinstance(value, bool):
            return against
        return equal(value, against, budget)


def _in_list(value: object, items: list[object], scope: Scope) -> bool:
    """A value is in a list that it equals, that holds it, or that holds a range around it."""
    budget = scope.machine.budget
    if equal(value, items, budget) is True:
        return True
    for item in items:
        inside = contains(item, value, budget) if isinstance(item, Range) else equal(value, item, budget)
        if inside is True:
            return True
    return False


@dataclass(frozen=True, kw_only=True)
class Tests(Node):
    """`< 5, [7..9]` or `not("a", "b")`: one of the tests passes, or none of them."""

    tests: tuple[Node, ...]
    negated: bool = False

    def run(self, scope: Scope) -> object:
        """True, false, or null when no test passes and one could not be told."""
        found = Either(parts=self.tests).run(scope)
        if not self.negated:
            return found
        return not found if isinstance(found, bool) else None


@dataclass(frozen=True, kw_only=True)
class In(Node):
    """`a in (tests)`."""

    of: Node
    tests: Node

    def run(self, scope: Scope) -> object:
        """The tests, run on the value."""
        return self.tests.run(scope.within({"?": self.of.run(scope)}))
