"""Built-in functions on dates and on the present."""

from datetime import date, datetime, time
from decimal import Decimal

from engine.expressions.builtins.registry import builtin
from engine.expressions.compare import equal
from engine.expressions.scope import Machine
from engine.expressions.temporal import offset_of
from engine.expressions.values import kind

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("now()", "today()")
def present() -> None:
    """Null: the present belongs to the host, which gives its own `now` and `today`."""


@builtin("day of year(date: moment)")
def day_of_year(day: date) -> Decimal:
    """From 1 to 366."""
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week(date: moment)")
def day_of_week(day: date) -> str:
    """The English name, as the standard has it."""
    return _DAYS[day.weekday()]


@builtin("month of year(date: moment)")
def month_of_year(day: date) -> str:
    """The English name, as the standard has it."""
    return _MONTHS[day.month - 1]


@builtin("week of year(date: moment)")
def week_of_year(day: date) -> Decimal:
    """The ISO week."""
    return Decimal(day.isocalendar()[1])


@builtin("is(value1: any, value2: any)", machine=True)
def same(machine: Machine, value1: object, value2: object) -> bool:
    """Whether two values are of one kind and the same, their offsets from UTC included."""
    if kind(value1) != kind(value2):
        return False
    if isinstance(value1, datetime | time) and isinstance(value2, datetime | time):
        return value1.replace(tzinfo=None) == value2.replace(tzinfo=None) and offset_of(value1) == offset_of(value2)
    return equal(value1, value2, machine.budget) is True
