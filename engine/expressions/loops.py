"""The parts of a parsed expression that walk: `for`, `some`, `every`, and the spans they walk along."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.expressions.compare import contains
from engine.expressions.limits import Budget
from engine.expressions.nodes import Node
from engine.expressions.scope import Scope
from engine.expressions.values import Range


@dataclass(frozen=True, kw_only=True)
class Span(Node):
    """`a..b` after `in` of a loop: the whole numbers or the days from one to the other, up or down."""

    start: Node
    end: Node

    def run(self, scope: Scope) -> object:
        """The list, or null when the bounds are not two whole numbers or two dates."""
        return along(self.start.run(scope), self.end.run(scope), scope.machine.budget)


def along(low: object, high: object, budget: Budget) -> list[object] | None:
    """The whole numbers or the days from one to the other, up or down; null between anything else."""
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low == int(low) and high == int(high):
        count = int(high) - int(low)
        budget.items(abs(count) + 1)
        step = 1 if count >= 0 else -1
        return [low + step * place for place in range(abs(count) + 1)]
    if type(low) is date and type(high) is date:
        days = (high - low).days
        budget.items(abs(days) + 1)
        step = 1 if days >= 0 else -1
        return [low + timedelta(days=step * place) for place in range(abs(days) + 1)]
    return None


def _items(value: object, budget: Budget) -> list[object]:
    """What a loop walks: a list, a range of whole numbers or of days, or the value alone."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Range):
        return [value]
    found = along(value.start, value.end, budget)
    return [value] if found is None else [item for item in found if contains(value, item, budget) is True]


@dataclass(frozen=True, kw_only=True)
class Loop(Node):
    """The iterators shared by `for`, `some` and `every`: each sees those before it."""

    iterators: tuple[tuple[str, Node], ...]

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
        for item in _items(value, scope.machine.budget):
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
