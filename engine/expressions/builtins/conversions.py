"""Built-in functions that make a value out of another kind of value."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.expressions.builtins.registry import builtin
from engine.expressions.scope import Machine
from engine.expressions.temporal import (
    offset_zone,
    read_date,
    read_datetime,
    read_duration,
    read_time,
    write,
)
from engine.expressions.values import Function, Range, YearsMonths, number

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.A)
_GROUPINGS = (" ", ",", ".")
_POINTS = (",", ".")


@builtin("date(from: string)")
def date_from_text(text: str) -> date | None:
    """The date written so."""
    return read_date(text)


@builtin("date(from: moment)")
def date_from_moment(moment: date) -> date:
    """The day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


@builtin("date(year: number, month: number, day: number)")
def date_from_numbers(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    """The date of these numbers; null when there is none."""
    parts = (year, month, day)
    return date(*map(int, parts)) if all(abs(part) < 100_000 and part == int(part) for part in parts) else None


@builtin("time(from: string)")
def time_from_text(text: str) -> time | None:
    """The time written so."""
    return read_time(text) if not text.startswith("T") else None


@builtin("time(from: date|date and time|time)")
def time_from_moment(moment: date | time) -> time:
    """The time of a moment, with its zone; a date is its midnight UTC."""
    if isinstance(moment, time):
        return moment
    return moment.timetz() if isinstance(moment, datetime) else time(tzinfo=offset_zone(timedelta()))


@builtin("time(hour: number, minute: number, second: number, offset: days|null?)")
def time_from_numbers(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None) -> time | None:
    """The time of these numbers."""
    if not all(0 <= part < 60 for part in (hour, minute, second)):
        return None
    zone = None if offset is None else offset_zone(offset)
    if offset is not None and zone is None:
        return None
    whole = int(second)
    return time(int(hour), int(minute), whole, int((second - whole) * 1_000_000), tzinfo=zone)


@builtin("date and time(from: string)")
def datetime_from_text(text: str) -> datetime | None:
    """The moment written so."""
    return read_datetime(text)


@builtin("date and time(from: date and time)")
def datetime_from_datetime(moment: datetime) -> datetime:
    """Itself."""
    return moment


@builtin("date and time(date: moment, time: time)")
def datetime_from_parts(day: date, clock: time) -> datetime:
    """The moment of a day at a time, in the time's zone."""
    return datetime.combine(date_from_moment(day), clock)


@builtin("duration(from: string)")
def duration(text: str) -> timedelta | YearsMonths | None:
    """The duration written so."""
    return read_duration(text)


@builtin("duration(from: duration)")
def duration_from_duration(value: timedelta | YearsMonths) -> timedelta | YearsMonths:
    """Itself."""
    return value


@builtin("years and months duration(from: moment, to: moment)")
def years_and_months(start: date, end: date) -> YearsMonths:
    """The whole months between two days."""
    one, other = date_from_moment(start), date_from_moment(end)
    months = (other.year - one.year) * 12 + other.month - one.month
    if months > 0 and other.day < one.day:
        months -= 1
    elif months < 0 and other.day > one.day:
        months += 1
    return YearsMonths(months=months)


@builtin("number(from: string, grouping separator: string|null?, decimal separator: string|null?)")
def number_from_text(text: str, grouping: str | None, point: str | None) -> Decimal | None:
    """The number written so, with these separators."""
    if (grouping is not None and grouping not in _GROUPINGS) or (point is not None and point not in _POINTS):
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(".", "x").replace(point, ".") if point == "," else plain
    return number(Decimal(plain)) if _NUMBER.fullmatch(plain) else None


@builtin("number(from: number)")
def number_from_number(value: Decimal) -> Decimal:
    """Itself."""
    return value


@builtin("string(from: any)", machine=True)
def string(machine: Machine, value: object) -> str | None:
    """The value as a text; null of null."""
    if value is None or isinstance(value, str):
        return value
    text = literal(machine, value)
    machine.budget.text(len(text))
    return text


def literal(machine: Machine, value: object) -> str:
    """The value as it would be written in an expression."""
    machine.budget.spend()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, Function):
        return "function"
    with machine.budget.nested():
        return _compound(machine, value)


def _compound(machine: Machine, value: object) -> str:
    """A list, a context, a range, or a moment."""
    if isinstance(value, list):
        return "[" + ", ".join(literal(machine, item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(machine, item)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        low, high = literal(machine, value.start), literal(machine, value.end)
        return f"{'[' if value.start_included else '('}{low}..{high}{']' if value.end_included else ')'}"
    return write(value) if isinstance(value, date | time | timedelta | YearsMonths) else "null"


def decimal_text(value: Decimal) -> str:
    """A number without exponent unless it is very long, and without zeros at its end."""
    if not value:
        return "0"
    if abs(value.adjusted()) > 400:
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
