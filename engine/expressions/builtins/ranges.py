"""Built-in functions that compare points and ranges (Allen's relations)."""

from engine.expressions.builtins.registry import builtin
from engine.expressions.compare import comparable, contains, less
from engine.expressions.scope import Machine
from engine.expressions.values import Range


def _same(left: object, right: object) -> bool:
    """Whether two bounds are one point; raises ValueError when they have no order."""
    pair = comparable(left, right)
    if pair is None:
        raise ValueError(left)
    return pair[0] == pair[1]


def _less(left: object, right: object) -> bool:
    """Whether a bound is before another; raises ValueError when they have no order."""
    answer = less(left, right)
    if answer is None:
        raise ValueError(left)
    return answer


def _ordered(machine: Machine, span: Range, point: object) -> bool:
    """Whether the point lies in the range; raises ValueError when they have no order."""
    answer = contains(span, point, machine.budget)
    if answer is None:
        raise ValueError(point)
    return answer


@builtin("before(point1: point, point2: point)")
def before_points(one: object, other: object) -> bool:
    """Strictly before."""
    return _less(one, other)


@builtin("before(point: point, range: range)")
def before_range(point: object, span: Range) -> bool:
    """The point is before all of the range."""
    return _less(point, span.start) or (_same(point, span.start) and not span.start_included)


@builtin("before(range: range, point: point)")
def range_before(span: Range, point: object) -> bool:
    """All of the range is before the point."""
    return _less(span.end, point) or (_same(span.end, point) and not span.end_included)


@builtin("before(range1: range, range2: range)")
def before_ranges(one: Range, other: Range) -> bool:
    """All of one is before all of the other."""
    touching = _same(one.end, other.start) and not (one.end_included and other.start_included)
    return _less(one.end, other.start) or touching


@builtin("after(point1: point, point2: point)")
def after_points(one: object, other: object) -> bool:
    """Strictly after."""
    return _less(other, one)


@builtin("after(point: point, range: range)")
def after_range(point: object, span: Range) -> bool:
    """The point is after all of the range."""
    return range_before(span, point)


@builtin("after(range: range, point: point)")
def range_after(span: Range, point: object) -> bool:
    """All of the range is after the point."""
    return before_range(point, span)


@builtin("after(range1: range, range2: range)")
def after_ranges(one: Range, other: Range) -> bool:
    """All of one is after all of the other."""
    return before_ranges(other, one)


@builtin("meets(range1: range, range2: range)")
def meets(one: Range, other: Range) -> bool:
    """One ends at the very point where the other starts."""
    return one.end_included and other.start_included and _same(one.end, other.start)


@builtin("met by(range1: range, range2: range)")
def met_by(one: Range, other: Range) -> bool:
    """One starts at the very point where the other ends."""
    return meets(other, one)


@builtin("overlaps(range1: range, range2: range)")
def overlaps(one: Range, other: Range) -> bool:
    """They have a point in common."""
    return not before_ranges(one, other) and not before_ranges(other, one)


def _starts_before(one: Range, other: Range) -> bool:
    """One has a point before all of the other."""
    sooner = _same(one.start, other.start) and one.start_included and not other.start_included
    return _less(one.start, other.start) or sooner


def _ends_before(one: Range, other: Range) -> bool:
    """The other has a point after all of one."""
    sooner = _same(one.end, other.end) and not one.end_included and other.end_included
    return _less(one.end, other.end) or sooner


@builtin("overlaps before(range1: range, range2: range)")
def overlaps_before(one: Range, other: Range) -> bool:
    """One starts first and ends within the other."""
    if not (_starts_before(one, other) and not before_ranges(one, other)):
        return False
    return _ends_before(one, other) or (_same(one.end, other.end) and one.end_included == other.end_included)


@builtin("overlaps after(range1: range, range2: range)")
def overlaps_after(one: Range, other: Range) -> bool:
    """One starts within the other and ends last."""
    return overlaps_before(other, one)


@builtin("finishes(point: point, range: range)")
def point_finishes(point: object, span: Range) -> bool:
    """The point is the range's last."""
    return span.end_included and _same(span.end, point)


@builtin("finishes(range1: range, range2: range)")
def finishes(one: Range, other: Range) -> bool:
    """They end together, one within the other."""
    same_end = one.end_included == other.end_included and _same(one.end, other.end)
    return same_end and not _starts_before(one, other)


@builtin("finished by(range: range, point: point)")
def finished_by_point(span: Range, point: object) -> bool:
    """The point is the range's last."""
    return point_finishes(point, span)


@builtin("finished by(range1: range, range2: range)")
def finished_by(one: Range, other: Range) -> bool:
    """They end together, the other within one."""
    return finishes(other, one)


@builtin("includes(range: range, point: point)", machine=True)
def includes_point(machine: Machine, span: Range, point: object) -> bool:
    """The point lies in the range."""
    return _ordered(machine, span, point)


@builtin("includes(range1: range, range2: range)")
def includes(one: Range, other: Range) -> bool:
    """All of the other lies within one."""
    return not _starts_before(other, one) and not _ends_before(one, other)


@builtin("during(point: point, range: range)", machine=True)
def point_during(machine: Machine, point: object, span: Range) -> bool:
    """The point lies in the range."""
    return _ordered(machine, span, point)


@builtin("during(range1: range, range2: range)")
def during(one: Range, other: Range) -> bool:
    """All of one lies within the other."""
    return includes(other, one)


@builtin("starts(point: point, range: range)")
def point_starts(point: object, span: Range) -> bool:
    """The point is the range's first."""
    return span.start_included and _same(span.start, point)


@builtin("starts(range1: range, range2: range)")
def starts(one: Range, other: Range) -> bool:
    """They start together, one within the other."""
    same_start = one.start_included == other.start_included and _same(one.start, other.start)
    return same_start and not _ends_before(other, one)


@builtin("started by(range: range, point: point)")
def started_by_point(span: Range, point: object) -> bool:
    """The point is the range's first."""
    return point_starts(point, span)


@builtin("started by(range1: range, range2: range)")
def started_by(one: Range, other: Range) -> bool:
    """They start together, the other within one."""
    return starts(other, one)


@builtin("coincides(point1: point, point2: point)")
def coincide_points(one: object, other: object) -> bool:
    """One and the same point."""
    return _same(one, other)


@builtin("coincides(range1: range, range2: range)")
def coincides(one: Range, other: Range) -> bool:
    """The same points."""
    same_signs = one.start_included == other.start_included and one.end_included == other.end_included
    return same_signs and _same(one.start, other.start) and _same(one.end, other.end)
