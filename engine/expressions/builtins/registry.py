"""How a built-in function is declared, and how arguments are fitted to one of its signatures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from engine.expressions.compare import as_datetime
from engine.expressions.scope import Machine
from engine.expressions.values import Function, kind

_ALIASES = {
    "any": frozenset({"any"}),
    "moment": frozenset({"date", "date and time"}),
    "duration": frozenset({"days and time duration", "years and months duration"}),
    "days": frozenset({"days and time duration"}),
    "months": frozenset({"years and months duration"}),
    "datetime": frozenset({"date and time"}),
    "point": frozenset({
        "number", "string", "date", "time", "date and time", "days and time duration", "years and months duration",
    }),
}  # fmt: skip
_MISSING = object()


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """`optional`: may be left out, or null; `many`: takes all the arguments that remain."""

    name: str
    kinds: frozenset[str]
    optional: bool
    nullable: bool
    many: bool

    def fit(self, value: object, *, coerce: bool) -> object:
        """The value as this parameter wants it, or `_MISSING`."""
        if value is None:
            return None if self.optional or self.nullable or "any" in self.kinds else _MISSING
        if "any" in self.kinds or kind(value) in self.kinds:
            return value
        return self._coerced(value) if coerce else _MISSING

    def _coerced(self, value: object) -> object:
        """The standard's implicit conversions: out of a list of one, into a list, a date to its midnight."""
        if isinstance(value, list) and len(value) == 1 and value[0] is not None:
            return self.fit(value[0], coerce=False)
        if "list" in self.kinds and not isinstance(value, list):
            return [value]
        if isinstance(value, date) and not isinstance(value, datetime) and "date and time" in self.kinds:
            return as_datetime(value)
        return _MISSING


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    body: Callable[..., object]
    with_machine: bool

    def bind(self, placed: list[object], named: dict[str, object], *, coerce: bool) -> list[object] | None:
        """The arguments in order, or None when they do not fit."""
        many = bool(self.parameters) and self.parameters[-1].many
        if named:
            placed = [named.get(one.name, _MISSING) for one in self.parameters]
            if set(named) - {one.name for one in self.parameters} or many:
                return None
        if (len(placed) > len(self.parameters) and not many) or (many and not placed):
            return None
        values: list[object] = []
        for place in range(max(len(placed), len(self.parameters) - many)):
            one = self.parameters[min(place, len(self.parameters) - 1)]
            given = placed[place] if place < len(placed) else _MISSING
            value = one.fit(given, coerce=coerce) if given is not _MISSING else None if one.optional else _MISSING
            if value is _MISSING:
                return None
            values.append(value)
        return values


class Builtin(Function):
    """A built-in function with its signatures."""

    def __init__(self, name: str) -> None:
        """`name` as it is written, blanks included."""
        self.name = name
        self.signatures: list[Signature] = []

    def call(self, machine: Machine, placed: list[object], named: dict[str, object]) -> object:
        """The answer of the first signature that fits, exactly or by implicit conversion; else null."""
        machine.budget.spend(sum(_weight(value) for value in (*placed, *named.values())))
        for coerce in (False, True):
            for signature in self.signatures:
                values = signature.bind(placed, named, coerce=coerce)
                if values is not None:
                    return _answer(signature, machine, values)
        return None


def _answer(signature: Signature, machine: Machine, values: list[object]) -> object:
    """What the function answers; a calculation that cannot be done is null."""
    try:
        return signature.body(machine, *values) if signature.with_machine else signature.body(*values)
    except (ArithmeticError, ValueError):
        return None


def _weight(value: object) -> int:
    """The steps that an argument costs by its size."""
    if isinstance(value, list | dict):
        return len(value)
    return len(value) // 100 if isinstance(value, str) else 0


BUILTINS: dict[str, Builtin] = {}
Body = TypeVar("Body", bound=Callable[..., object])


def builtin(*signatures: str, machine: bool = False) -> Callable[[Body], Body]:
    """Declare a function: `name(parameter: kind, other: kind|null, last: kind?)`, `rest: kind*`.

    `?` may be left out, `null` may be given as null, `*` takes all that remain; with `machine`, the body takes it first.
    """

    def declare(body: Body) -> Body:
        for text in signatures:
            name, _, rest = text.rstrip(")").partition("(")
            known = BUILTINS.setdefault(name, Builtin(name))
            parameters = tuple(_parameter(part) for part in rest.split(", ") if part)
            known.signatures.append(Signature(parameters=parameters, body=body, with_machine=machine))
            known.parameters = tuple(one.name for one in known.signatures[0].parameters)
        return body

    return declare


def _parameter(text: str) -> Parameter:
    """One parameter of a signature."""
    name, _, wanted = text.partition(": ")
    mark = wanted[-1] if wanted[-1] in "?*" else ""
    parts = wanted.removesuffix(mark).split("|") if mark else wanted.split("|")
    kinds = frozenset().union(*(_ALIASES.get(part, frozenset({part})) for part in parts if part != "null"))
    return Parameter(name=name, kinds=kinds, optional=mark == "?", nullable="null" in parts, many=mark == "*")
