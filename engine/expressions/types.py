"""Types, as written after `instance of`, beside a parameter, and in a model's item definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from engine.expressions.values import Function, Range, kind


class Type(Protocol):
    """Anything that tells whether a value is of it."""

    def holds(self, value: object, types: Mapping[str, "Type"]) -> bool:
        """Whether `value` conforms; `types` are the model's, by name."""


BASIC = {
    "any": "any",
    "Any": "any",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "list": "list",
    "context": "context",
    "function": "function",
    "range": "range",
    "Null": "null",
}


@dataclass(frozen=True, kw_only=True)
class Basic:
    """A built-in type, by its kind."""

    name: str

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:  # noqa: ARG002 - the protocol's
        """`any` takes everything but null."""
        return value is not None if self.name == "any" else kind(value) == self.name


@dataclass(frozen=True, kw_only=True)
class Named:
    """A type of the model, found by name when asked."""

    name: str

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:
        """An unknown name holds nothing."""
        found = types.get(self.name)
        return found is not None and found.holds(value, types)


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """A list whose items are all of one type."""

    of: Type

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:
        """Null items conform to every type."""
        return isinstance(value, list) and all(item is None or self.of.holds(item, types) for item in value)


@dataclass(frozen=True, kw_only=True)
class RangeOf:
    """A range whose bounds are of one type."""

    of: Type

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:
        """An open bound conforms."""
        return isinstance(value, Range) and all(
            bound is None or self.of.holds(bound, types) for bound in (value.start, value.end)
        )


@dataclass(frozen=True, kw_only=True)
class ContextOf:
    """A context that has at least these entries."""

    entries: tuple[tuple[str, Type], ...]

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:
        """Null entries conform to every type; further entries do no harm."""
        return isinstance(value, dict) and all(
            name in value and (value[name] is None or of.holds(value[name], types)) for name, of in self.entries
        )


@dataclass(frozen=True, kw_only=True)
class FunctionOf:
    """A function of as many parameters."""

    parameters: tuple[Type, ...]
    result: Type

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:  # noqa: ARG002 - the protocol's
        """Types of parameters are not recorded by every function, so only their number is compared."""
        return isinstance(value, Function) and len(value.parameters) == len(self.parameters)


def coerce(value: object, wanted: Type, types: Mapping[str, Type]) -> object:
    """The value as that type: alone out of a list of one, as a list of one, a date as its midnight; else null."""
    if value is None or wanted.holds(value, types):
        return value
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
        if value is None or wanted.holds(value, types):
            return value
    if kind(value) == "date" and isinstance(value, date):
        midnight = datetime.combine(value, time(), UTC)  # as the DMN standard says: midnight in UTC
        return midnight if wanted.holds(midnight, types) else [value] if wanted.holds([value], types) else None
    return [value] if not isinstance(value, list) and wanted.holds([value], types) else None
