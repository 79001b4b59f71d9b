"""The parts of a parsed expression: literals, names, collections, paths, filters, calls."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal

from engine.expressions.builtins import BUILTINS
from engine.expressions.scope import Machine, Scope
from engine.expressions.temporal import member
from engine.expressions.types import Type, coerce
from engine.expressions.values import Function, Range


@dataclass(frozen=True, kw_only=True)
class Node(ABC):
    """One part of a parsed expression."""

    @abstractmethod
    def run(self, scope: Scope) -> object:
        """Its value in that scope."""


@dataclass(frozen=True, kw_only=True)
class Literal(Node):
    """A value written out."""

    value: object

    def run(self, scope: Scope) -> object:  # noqa: ARG002 - the same for every node
        """The value."""
        return self.value


@dataclass(frozen=True, kw_only=True)
class Name(Node):
    """A name; unknown, it is null, unless a function bears it."""

    name: str

    def run(self, scope: Scope) -> object:
        """The variable, else the host's or the built-in function, else null."""
        scope.machine.budget.spend()
        found, value = scope.find(self.name)
        return value if found else self.function(scope)

    def function(self, scope: Scope) -> object:
        """The function of that name that no variable hides."""
        return scope.machine.function(self.name) or BUILTINS.get(self.name)


@dataclass(frozen=True, kw_only=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]

    def run(self, scope: Scope) -> object:
        """The list."""
        scope.machine.budget.spend()
        return [item.run(scope) for item in self.items]


@dataclass(frozen=True, kw_only=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`; each entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]

    def run(self, scope: Scope) -> object:
        """The context; an entry given twice makes it null."""
        scope.machine.budget.spend()
        values: dict[str, object] = {}
        inner = scope.within(values)
        for name, node in self.entries:
            if name in values:
                return None
            values[name] = node.run(inner)
        return dict(values)


@dataclass(frozen=True, kw_only=True)
class RangeOf(Node):
    """`[a..b]`, `]a..b[`, `(a..b)`."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool

    def run(self, scope: Scope) -> object:
        """The range."""
        return Range(
            start=self.start.run(scope),
            end=self.end.run(scope),
            start_included=self.start_included,
            end_included=self.end_included,
        )


@dataclass(frozen=True, kw_only=True)
class Path(Node):
    """`a.b`: an entry of a context, of each context of a list, or a property of a value."""

    base: Node
    name: str

    def run(self, scope: Scope) -> object:
        """The entry, or null."""
        scope.machine.budget.spend()
        return entry(self.base.run(scope), self.name, scope.machine)


def entry(value: object, name: str, machine: Machine) -> object:
    """What `value.name` is; never an attribute of a Python object."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        machine.budget.spend(len(value))
        with machine.budget.nested():
            return [entry(item, name, machine) for item in value]
    if isinstance(value, Range):
        properties = {
            "start": value.start,
            "end": value.end,
            "start included": value.start_included,
            "end included": value.end_included,
        }
        return properties.get(name)
    return member(value, name)


@dataclass(frozen=True, kw_only=True)
class Filter(Node):
    """`list[condition]` or `list[position]`, the position counted from 1, or from the end when negative."""

    base: Node
    condition: Node

    def run(self, scope: Scope) -> object:
        """The items kept, or the one item at a position."""
        scope.machine.budget.spend()
        value = self.base.run(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        kept: list[object] = []
        for place, item in enumerate(items):
            answer = self._answer(scope, item)
            if place == 0 and isinstance(answer, Decimal):
                return _at(items, answer)
            if answer is True:
                kept.append(item)
        # Nothing to ask an item: only the condition itself can tell a position from a choice.
        return None if not items and isinstance(self.condition.run(scope), Decimal) else kept

    def _answer(self, scope: Scope, item: object) -> object:
        """The condition, seen from one item: its entries are names, and `item` is itself."""
        scope.machine.budget.spend()
        names = {"item": item, **item} if isinstance(item, dict) else {"item": item}
        return self.condition.run(scope.within(names))


def _at(items: list[object], position: Decimal) -> object:
    """The item at a position, or null."""
    if not position or abs(position) > len(items) or position != int(position):
        return None
    index = int(position)
    return items[index - 1 if index > 0 else index]


@dataclass(frozen=True, kw_only=True)
class Call(Node):
    """`f(a, b)` or `f(x: a, y: b)`."""

    callee: Node
    placed: tuple[Node, ...] = ()
    named: tuple[tuple[str, Node], ...] = ()

    def run(self, scope: Scope) -> object:
        """What the function answers; null when there is no such function."""
        callee = self.callee.run(scope)
        if not isinstance(callee, Function) and isinstance(self.callee, Name):
            callee = self.callee.function(scope)
        placed = [node.run(scope) for node in self.placed]
        return scope.machine.invoke(callee, placed, {name: node.run(scope) for name, node in self.named})


@dataclass(frozen=True, kw_only=True)
class Define(Node):
    """`function(a, b: number) a + b`."""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node
    result: Type | None = None

    def run(self, scope: Scope) -> object:
        """The function, which keeps the scope it was written in."""
        return Closure(self.parameters, self.types, self.body, scope, self.result)


class Closure(Function):
    """A function written in an expression or in a model."""

    def __init__(
        self,
        parameters: tuple[str, ...],
        types: tuple[Type | None, ...],
        body: Node,
        scope: Scope,
        result: Type | None = None,
    ) -> None:
        """`types` go with `parameters`; `result` is what the answer is coerced to."""
        self.parameters = parameters
        self._types = types
        self._body = body
        self._scope = scope
        self._result = result

    def call(self, machine: Machine, placed: list[object], named: dict[str, object]) -> object:
        """The body's value, or null when the arguments do not fit."""
        given = named if named else dict(zip(self.parameters, placed, strict=False))
        if len(placed or named) != len(self.parameters) or set(given) != set(self.parameters):
            return None
        values: dict[str, object] = {}
        for name, wanted in zip(self.parameters, self._types, strict=True):
            # An argument of another type is null inside the function; it does not stop the call.
            values[name] = given[name] if wanted is None else coerce(given[name], wanted, machine.types)
        answer = self._body.run(self._scope.within(values))
        return answer if self._result is None else coerce(answer, self._result, machine.types)
