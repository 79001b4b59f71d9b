"""Built-in functions that make one value out of a list; each also takes its items as arguments."""

from collections import Counter
from decimal import Decimal

from engine.expressions.builtins.registry import builtin
from engine.expressions.compare import less
from engine.expressions.values import NUMBERS, number


def _numbers(items: list[object]) -> list[Decimal] | None:
    """The items when all are numbers."""
    found = [item for item in items if isinstance(item, Decimal)]
    return found if len(found) == len(items) else None


def _extreme(items: list[object], *, largest: bool) -> object:
    """The least or the greatest item; null of an empty list and of items that have no order."""
    best = items[0] if items else None
    for item in items[1:]:
        below = less(best, item) if largest else less(item, best)
        if below is None:
            return None
        best = item if below else best
    return best if less(best, best) is not None else None


@builtin("min(list: list)")
def minimum(items: list[object]) -> object:
    """The least."""
    return _extreme(items, largest=False)


@builtin("min(c: any*)")
def minimum_of(*items: object) -> object:
    """The least."""
    return _extreme(list(items), largest=False)


@builtin("max(list: list)")
def maximum(items: list[object]) -> object:
    """The greatest."""
    return _extreme(items, largest=True)


@builtin("max(c: any*)")
def maximum_of(*items: object) -> object:
    """The greatest."""
    return _extreme(list(items), largest=True)


@builtin("sum(list: list)")
def total(items: list[object]) -> Decimal | None:
    """The sum; null of an empty list."""
    found = _numbers(items)
    if not found:
        return None
    answer = Decimal(0)
    for item in found:
        answer = NUMBERS.add(answer, item)
    return number(answer)


@builtin("sum(n: any*)")
def total_of(*items: object) -> Decimal | None:
    """The sum."""
    return total(list(items))


@builtin("mean(list: list)")
def mean(items: list[object]) -> Decimal | None:
    """The average; null of an empty list."""
    found = total(items)
    return None if found is None else number(NUMBERS.divide(found, Decimal(len(items))))


@builtin("mean(n: any*)")
def mean_of(*items: object) -> Decimal | None:
    """The average."""
    return mean(list(items))


@builtin("product(list: list)")
def product(items: list[object]) -> Decimal | None:
    """The product; null of an empty list."""
    found = _numbers(items)
    if not found:
        return None
    answer = Decimal(1)
    for item in found:
        answer = NUMBERS.multiply(answer, item)
    return number(answer)


@builtin("product(n: any*)")
def product_of(*items: object) -> Decimal | None:
    """The product."""
    return product(list(items))


@builtin("median(list: list)")
def median(items: list[object]) -> Decimal | None:
    """The middle one, or the average of the two in the middle."""
    found = _numbers(items)
    if not found:
        return None
    found.sort()
    half = len(found) // 2
    if len(found) % 2:
        return found[half]
    return number(NUMBERS.divide(NUMBERS.add(found[half - 1], found[half]), Decimal(2)))


@builtin("median(n: any*)")
def median_of(*items: object) -> Decimal | None:
    """The median."""
    return median(list(items))


@builtin("stddev(list: list)")
def deviation(items: list[object]) -> Decimal | None:
    """The standard deviation of a sample; null of fewer than two."""
    found = _numbers(items)
    middle = mean(items)
    if not found or len(found) < 2 or middle is None:
        return None
    squares = total([NUMBERS.power(NUMBERS.subtract(item, middle), 2) for item in found])
    return None if squares is None else number(NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(found) - 1))))


@builtin("stddev(n: any*)")
def deviation_of(*items: object) -> Decimal | None:
    """The standard deviation."""
    return deviation(list(items))


@builtin("mode(list: list)")
def mode(items: list[object]) -> list[Decimal] | None:
    """The most frequent ones, the least first."""
    found = _numbers(items)
    if found is None:
        return None
    counts = Counter(found)
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


@builtin("mode(n: any*)")
def mode_of(*items: object) -> list[Decimal] | None:
    """The most frequent ones."""
    return mode(list(items))


@builtin("all(list: list)", "and(list: list)")
def every(items: list[object]) -> bool | None:
    """Whether all are true, in three values."""
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("all(b: any*)", "and(b: any*)")
def every_of(*items: object) -> bool | None:
    """Whether all are true."""
    return every(list(items))


@builtin("any(list: list)", "or(list: list)")
def some(items: list[object]) -> bool | None:
    """Whether one is true, in three values."""
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("any(b: any*)", "or(b: any*)")
def some_of(*items: object) -> bool | None:
    """Whether one is true."""
    return some(list(items))
