"""Equality and order: null when two values are not of one kind, as the DMN standard says."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.expressions.limits import Budget
from engine.expressions.temporal import offset_of
from engine.expressions.values import Range, YearsMonths, kind


def equal(left: object, right: object, budget: Budget) -> bool | None:
    """`left = right`; null when the kinds differ, false when only one is null."""
    budget.spend()
    if left is None or right is None:
        return left is right
    if kind(left) != kind(right):
        return None
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        with budget.nested():
            return all(equal(one, other, budget) is True for one, other in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        with budget.nested():
            return all(equal(item, right[key], budget) is True for key, item in left.items())
    if isinstance(left, Range) and isinstance(right, Range):
        return _same_range(left, right, budget)
    if isinstance(left, datetime | time) and isinstance(right, datetime | time):
        return instant(left) == instant(right)
    return bool(left == right)


def _same_range(left: Range, right: Range, budget: Budget) -> bool:
    """Two ranges with the same bounds, both closed or open alike."""
    same_bounds = left.start_included == right.start_included and left.end_included == right.end_included
    return same_bounds and equal(left.start, right.start, budget) is True and equal(left.end, right.end, budget) is True


def instant(value: datetime | time) -> tuple[bool, timedelta]:
    """Where a moment stands: whether it is zoned, and its distance from the origin (in UTC when zoned)."""
    if isinstance(value, datetime):
        naive = value.replace(tzinfo=None)
        since = naive - datetime(1, 1, 1)  # noqa: DTZ001 - a distance between two wall clocks
    else:
        since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    offset = offset_of(value)
    return offset is not None, since - (offset or timedelta())


def less(left: object, right: object) -> bool | None:
    """`left < right`; null when the two cannot be ordered."""
    ordered = comparable(left, right)
    if ordered is None:
        return None
    one, other = ordered
    return bool(one < other)  # type: ignore[operator]


def comparable(left: object, right: object) -> tuple[object, object] | None:
    """The two values in a form that Python orders, or None when the standard does not order them."""
    if isinstance(left, datetime) != isinstance(right, datetime) and isinstance(left, date) and isinstance(right, date):
        return comparable(as_datetime(left), as_datetime(right))
    if kind(left) != kind(right):
        return None
    if isinstance(left, datetime | time) and isinstance(right, datetime | time):
        one, other = instant(left), instant(right)
        return (one[1], other[1]) if one[0] == other[0] else None
    plain = isinstance(left, Decimal | str | date | timedelta | YearsMonths)
    return (left, right) if plain and not isinstance(left, bool) else None


def as_datetime(value: date) -> datetime:
    """A date as its midnight UTC, which is how the standard lifts it."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), tzinfo=UTC)


def compare(sign: str, left: object, right: object, budget: Budget) -> bool | None:
    """One of `= != < <= > >=`."""
    if sign in ("=", "!="):
        same = equal(left, right, budget)
        return same if sign == "=" or same is None else not same
    budget.spend()
    if sign in (">", "<="):
        found = less(right, left)
        return found if sign == ">" or found is None else not found
    found = less(left, right)
    return found if sign == "<" or found is None else not found


def contains(span: Range, value: object, budget: Budget) -> bool | None:
    """Whether a value lies in a range; null when it cannot be ordered with the bounds."""
    if value is None:
        return None
    low: bool | None = True
    high: bool | None = True
    if span.start is not None:
        low = compare("<=" if span.start_included else "<", span.start, value, budget)
    if span.end is not None:
        high = compare("<=" if span.end_included else "<", value, span.end, budget)
    return None if low is None or high is None else low and high
