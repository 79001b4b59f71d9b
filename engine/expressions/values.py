"""The values an expression works on, and the only two doors between them and plain Python."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from engine.expressions.limits import Budget

# IEEE 754 decimal128, as the DMN standard asks; no trap: a failed operation becomes null.
NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
_LARGEST_INT = Decimal(10) ** 34


@dataclass(frozen=True, kw_only=True, order=True)
class YearsMonths:
    """A duration counted in whole months, which has no fixed number of days."""

    months: int

    def __str__(self) -> str:
        """ISO 8601, `P1Y2M`."""
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{body}"


@dataclass(frozen=True, kw_only=True)
class Range:
    """An interval; a `None` bound is open to infinity on that side."""

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True


class Function:
    """A value that can be called; `parameters` are the names its arguments may be given by."""

    parameters: tuple[str, ...] = ()


def number(value: Decimal) -> Decimal | None:
    """The finite number, rounded to 34 digits, or null."""
    rounded = NUMBERS.plus(value)
    return rounded if rounded.is_finite() else None


def from_python(value: object, budget: Budget) -> object:
    """Copy plain data in; whatever is not plain data becomes null, so no object's attribute is ever reached."""
    if value is None or isinstance(value, bool | Decimal | YearsMonths | Range | Function | date | time | timedelta):
        return value if not isinstance(value, Decimal) else number(value)
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    if isinstance(value, int):
        return number(Decimal(value)) if value.bit_length() < 20_000 else None
    if isinstance(value, float):
        return number(Decimal(repr(value))) if math.isfinite(value) else None
    return _collection_in(value, budget)


def _collection_in(value: object, budget: Budget) -> object:
    """Copy a mapping or a sequence, one level deeper."""
    with budget.nested():
        if isinstance(value, Mapping):
            budget.spend(len(value))
            return {str(key): from_python(item, budget) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            budget.spend(len(value))
            return [from_python(item, budget) for item in value]
    return None


def to_python(value: object, budget: Budget) -> object:
    """Copy a result out: whole numbers as int, other numbers as Decimal; functions stay inside."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value) < _LARGEST_INT
        return int(value) if whole else value
    if isinstance(value, Function):
        return None
    if isinstance(value, list):
        with budget.nested():
            budget.spend(len(value))
            return [to_python(item, budget) for item in value]
    if isinstance(value, dict):
        with budget.nested():
            budget.spend(len(value))
            return {key: to_python(item, budget) for key, item in value.items()}
    if isinstance(value, Range):
        return Range(
            start=to_python(value.start, budget),
            end=to_python(value.end, budget),
            start_included=value.start_included,
            end_included=value.end_included,
        )
    return value


def kind(value: object) -> str:
    """The FEEL kind of a value, as `instance of` and the built-in functions name it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, datetime):
        return "date and time"
    for python, name in _KINDS:
        if isinstance(value, python):
            return name
    return "unknown"


_KINDS: tuple[tuple[type, str], ...] = (
    (Decimal, "number"),
    (str, "string"),
    (date, "date"),
    (time, "time"),
    (timedelta, "days and time duration"),
    (YearsMonths, "years and months duration"),
    (list, "list"),
    (dict, "context"),
    (Range, "range"),
    (Function, "function"),
)
