"""The parts of a parsed expression that work on others: signs, logic, conditions, loops, tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

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
        return self.wanted.holds(value, scope.machine.types)


@dataclass(frozen=True, kw_only=True)
class Span(Node):
    """`a..b` after `in` of a loop: the whole numbers or the days from one to the other, up or down."""

    start: Node
    end: Node

    def run(self, scope: Scope) -> object:
        """The list, or null when the bounds are not two whole numbers or two dates."""
        low, high = self.start.run(scope), self.end.run(scope)
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low == int(low) and high == int(high):
            count = int(high) - int(low)
            scope.machine.budget.items(abs(count) + 1)
            step = 1 if count >= 0 else -1
            return [low + step * place for place in range(abs(count) + 1)]
        if type(low) is date and type(high) is date:
            days = (high - low).days
            scope.machine.budget.items(abs(days) + 1)
            step = 1 if days >= 0 else -1
            return [low + timedelta(days=step * place) for place in range(abs(days) + 1)]
        return None


@dataclass(frozen=True, kw_only=True)
class Loop(Node):
    """The iterators shared by `for`, `some` and `every`: each sees those before it."""

    iterators: tuple[tuple[str, Node], ...]

    def run(self, scope: Scope) -> object:
        """Not a value by itself."""
        raise NotImplementedError

    def scopes(self, scope: Scope, shared: dict[str, object], place: int = 0) -> Iterator[Scope | None]:
        """One scope for each combination, in order; None where what is walked is null."""
        if place == len(self.iterators):
            yield scope
            return
        name, node = self.iterators[place]
        value = node.run(scope)
        if value is None:
            yield None
            return
        for item in value if isinstance(value, list) else [value]:
            scope.machine.budget.spend()
            yield from self.scopes(scope.within({**shared, name: item}), shared, place + 1)


@dataclass(frozen=True, kw_only=True)
class For(Loop):
    """`for x in a, y in b return c`; `partial` is the list so far."""

    result: Node

    def run(self, scope: Scope) -> object:
        """The list of results, or null when something walked is null."""
        results: list[object] = []
        for inner in self.scopes(scope, {"partial": results}):
            if inner is None:
                return None
            scope.machine.budget.items(len(results) + 1)
            value = self.result.run(inner)
            # The list so far must not come to contain itself.
            results.append(list(results) if value is results else value)
        return list(results)


@dataclass(frozen=True, kw_only=True)
class Quantified(Loop):
    """`some x in a satisfies b` and `every x in a satisfies b`."""

    every: bool
    condition: Node

    def run(self, scope: Scope) -> object:
        """In three values, as and/or are."""
        sure = True
        for inner in self.scopes(scope, {}):
            if inner is None:
                return None
            value = self.condition.run(inner)
            if value is (not self.every):
                return not self.every
            sure = sure and isinstance(value, bool)
        return self.every if sure else None


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
