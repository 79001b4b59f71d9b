"""The five arithmetic signs over numbers, texts, dates, times and durations; what cannot be done is null."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.expressions.compare import as_datetime, instant
from engine.expressions.limits import Budget
from engine.expressions.values import NUMBERS, YearsMonths, number

_DAY = timedelta(days=1)


def calculate(sign: str, left: object, right: object, budget: Budget) -> object:
    """`left sign right`, or null."""
    budget.spend()
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    try:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _numbers(sign, left, right)
        if isinstance(left, str) and isinstance(right, str) and sign == "+":
            budget.text(len(left) + len(right))
            return left + right
        return _OTHERS[sign](left, right) if sign in _OTHERS else None
    except (ArithmeticError, ValueError):
        return None


def _numbers(sign: str, left: Decimal, right: Decimal) -> Decimal | None:
    """Two numbers, in 34 digits."""
    if sign == "/" and not right:
        return None
    return number(_SIGNS[sign](left, right))


def _power(left: Decimal, right: Decimal) -> Decimal:
    """`left ** right`."""
    return NUMBERS.power(left, right)


_SIGNS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "**": _power,
}


def _add(left: object, right: object) -> object:
    """A moment and a duration in either order, or two durations."""
    if isinstance(left, YearsMonths | timedelta) and not isinstance(right, YearsMonths | timedelta):
        left, right = right, left
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(months=left.months + right.months)
    if isinstance(right, timedelta):
        return _add_span(left, right)
    if isinstance(right, YearsMonths) and isinstance(left, date):
        return add_months(left, right.months)
    return None


def _add_span(left: object, span: timedelta) -> object:
    """A moment, or a duration, later by `span`; a time goes round the clock."""
    if isinstance(left, timedelta | datetime):
        return left + span
    if isinstance(left, date):
        return (datetime.combine(left, time()) + span).date()
    if isinstance(left, time):
        turned = (datetime.combine(date(2000, 1, 2), left.replace(tzinfo=None)) + span % _DAY).time()
        return turned.replace(tzinfo=left.tzinfo)
    return None


def add_months(moment: date, months: int) -> date:
    """The same day of a later month, or its last day where that month is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _subtract(left: object, right: object) -> object:
    """Two moments, two durations, or a moment less a duration."""
    if isinstance(right, timedelta):
        return _add(left, -right) if not isinstance(left, YearsMonths) else None
    if isinstance(right, YearsMonths):
        return _add(left, YearsMonths(months=-right.months)) if not isinstance(left, timedelta) else None
    if isinstance(left, date) and isinstance(right, date):
        if isinstance(left, datetime) or isinstance(right, datetime):
            return _between(as_datetime(left), as_datetime(right))
        return left - right
    if isinstance(left, time) and isinstance(right, time):
        return _between(left, right)
    return None


def _between(left: datetime | time, right: datetime | time) -> timedelta | None:
    """The span between two moments that are both zoned or both not."""
    one, other = instant(left), instant(right)
    return one[1] - other[1] if one[0] == other[0] else None


def _multiply(left: object, right: object) -> object:
    """A duration times a number, in either order."""
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    if isinstance(left, YearsMonths):
        return YearsMonths(months=int(left.months * right))
    return _span(NUMBERS.multiply(_microseconds(left), right)) if isinstance(left, timedelta) else None


def _divide(left: object, right: object) -> object:
    """A duration by a number (a duration) or by a duration of its kind (a number)."""
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths) and right.months:
        return number(NUMBERS.divide(Decimal(left.months), Decimal(right.months)))
    if isinstance(left, timedelta) and isinstance(right, timedelta) and right:
        return number(NUMBERS.divide(_microseconds(left), _microseconds(right)))
    if not isinstance(right, Decimal) or not right:
        return None
    if isinstance(left, YearsMonths):
        return YearsMonths(months=int(left.months / right))
    return _span(NUMBERS.divide(_microseconds(left), right)) if isinstance(left, timedelta) else None


def _microseconds(span: timedelta) -> Decimal:
    """A span as an exact count."""
    return Decimal(span // timedelta(microseconds=1))


def _span(microseconds: Decimal) -> timedelta:
    """The span of a count of microseconds; raises past what a span can hold."""
    return timedelta(microseconds=int(microseconds))


_OTHERS: dict[str, Callable[[object, object], object]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


def negate(value: object) -> object:
    """`-value`."""
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, timedelta):
        return -value
    return YearsMonths(months=-value.months) if isinstance(value, YearsMonths) else None
