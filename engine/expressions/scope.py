"""Where names are found while an expression runs: nested frames over the host's data, and the machine they share."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from engine.expressions.limits import Budget
from engine.expressions.types import Type
from engine.expressions.values import Function, from_python, to_python

HostFunctions = Mapping[str, Callable[..., object]]
_NONE: HostFunctions = MappingProxyType({})


class Callee(Protocol):
    """What a function value must do: take values by place or by name, and answer a value."""

    def call(self, machine: "Machine", placed: list[object], named: dict[str, object]) -> object:
        """The answer, or null where the arguments do not fit."""


class Machine:
    """What one evaluation shares: its budget, the host's functions, the types that the model defines."""

    def __init__(self, budget: Budget, functions: HostFunctions | None = None, types: Mapping[str, Type] | None = None) -> None:
        """`functions` are called with plain Python values; `types` are those that parameters name, with their allowed values.

        `instance of` asks `kinds`: the same types without their allowed values.
        """
        self.budget = budget
        self.types: Mapping[str, Type] = types or {}
        self.kinds = self.types
        self._functions = functions or _NONE

    def function(self, name: str) -> "HostFunction | None":
        """The host's function of that name."""
        found = self._functions.get(name)
        return None if found is None else HostFunction(found)

    def invoke(self, callee: object, placed: list[object], named: dict[str, object] | None = None) -> object:
        """Call a function value, one call deeper; null when it is no function."""
        if not isinstance(callee, Function):
            return None
        self.budget.spend()
        with self.budget.calling():
            called: Callee = callee  # type: ignore[assignment]
            return called.call(self, placed, named or {})


class HostFunction(Function):
    """A function of the host, behind the two doors of values."""

    def __init__(self, body: Callable[..., object]) -> None:
        """`body` takes and returns plain Python values."""
        self._body = body

    def call(self, machine: Machine, placed: list[object], named: dict[str, object]) -> object:
        """What the host answers; its own faults are not hidden, only a wrong call is null."""
        budget = machine.budget
        keywords = {name.replace(" ", "_"): to_python(value, budget) for name, value in named.items()}
        try:
            answer = self._body(*(to_python(value, budget) for value in placed), **keywords)
        except (TypeError, ValueError, ArithmeticError):
            return None
        return from_python(answer, budget)


class Scope:
    """One frame of names over its parent's."""

    __slots__ = ("_parent", "_values", "machine")

    def __init__(self, machine: Machine, values: Mapping[str, object], parent: "Scope | None" = None) -> None:
        """`values` are values of expressions, already let in."""
        self.machine = machine
        self._values = values
        self._parent = parent

    def within(self, values: Mapping[str, object]) -> "Scope":
        """A frame inside this one."""
        return Scope(self.machine, values, self)

    def find(self, name: str) -> tuple[bool, object]:
        """Whether the name is there, and its value."""
        frame: Scope | None = self
        while frame is not None:
            found, value = frame.own(name)
            if found:
                return True, value
            frame = frame._parent
        return False, None

    def own(self, name: str) -> tuple[bool, object]:
        """The name in this frame alone."""
        return (True, self._values[name]) if name in self._values else (False, None)


class HostScope(Scope):
    """The outermost frame: the host's names, let in one by one when they are first asked for."""

    __slots__ = ("_host", "_taken")

    def __init__(self, machine: Machine, host: Mapping[str, object]) -> None:
        """`host` is plain Python data."""
        self._host = host
        self._taken: dict[str, object] = {}
        super().__init__(machine, self._taken)

    def own(self, name: str) -> tuple[bool, object]:
        """The name, copied in at its first use."""
        if name in self._taken:
            return True, self._taken[name]
        if name not in self._host:
            return False, None
        value = self._taken[name] = from_python(self._host[name], self.machine.budget)
        return True, value
