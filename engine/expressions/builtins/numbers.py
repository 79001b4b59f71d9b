"""Built-in functions on numbers, and `not`."""

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

from engine.expressions.builtins.registry import builtin
from engine.expressions.values import NUMBERS, YearsMonths, number

# What decimal128 can hold, as the standard says.
_SCALES = range(-6111, 6177)


def _rounded(value: Decimal, scale: Decimal | None, mode: str) -> Decimal | None:
    """The number with `scale` digits after the point, rounded that way."""
    digits = int(scale or 0)
    if digits not in _SCALES:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return value
    # Rounding to far left of the number needs no more digits than the number has.
    return number(value.quantize(Decimal((0, (1,), -digits)), rounding=mode, context=NUMBERS))


@builtin("decimal(n: number, scale: number)")
def decimal(n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to so many digits after the point, halves to even."""
    return _rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number, scale: number?)")
def floor(n: Decimal, scale: Decimal | None) -> Decimal | None:
    """Rounded down."""
    return _rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling(n: number, scale: number?)")
def ceiling(n: Decimal, scale: Decimal | None) -> Decimal | None:
    """Rounded up."""
    return _rounded(n, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number)")
def round_up(n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded away from zero."""
    return _rounded(n, scale, ROUND_UP)


@builtin("round down(n: number, scale: number)")
def round_down(n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded towards zero."""
    return _rounded(n, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number)")
def round_half_up(n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, halves away from zero."""
    return _rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number)")
def round_half_down(n: Decimal, scale: Decimal) -> Decimal | None:
    """Rounded to the nearest, halves towards zero."""
    return _rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs(n: number)")
def absolute(n: Decimal) -> Decimal:
    """Without its sign."""
    return abs(n)


@builtin("abs(n: days)")
def absolute_span(n: timedelta) -> timedelta:
    """Without its sign."""
    return abs(n)


@builtin("abs(n: months)")
def absolute_months(n: YearsMonths) -> YearsMonths:
    """Without its sign."""
    return YearsMonths(months=abs(n.months))


@builtin("modulo(dividend: number, divisor: number)")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """What is left of a division; it has the divisor's sign."""
    if not divisor:
        return None
    left = NUMBERS.remainder(dividend, divisor)
    return number(NUMBERS.add(left, divisor) if left and (left < 0) != (divisor < 0) else left)


@builtin("sqrt(number: number)")
def sqrt(value: Decimal) -> Decimal | None:
    """The square root; null of a negative number."""
    return number(NUMBERS.sqrt(value)) if value >= 0 else None


@builtin("log(number: number)")
def log(value: Decimal) -> Decimal | None:
    """The natural logarithm; null of what is not positive."""
    return number(NUMBERS.ln(value)) if value > 0 else None


@builtin("exp(number: number)")
def exp(value: Decimal) -> Decimal | None:
    """`e` to that power."""
    return number(NUMBERS.exp(value))


@builtin("odd(number: number)")
def odd(value: Decimal) -> bool | None:
    """Whether a whole number is odd."""
    return NUMBERS.remainder(abs(value), Decimal(2)) == 1


@builtin("even(number: number)")
def even(value: Decimal) -> bool:
    """Whether a whole number is even."""
    return NUMBERS.remainder(value, Decimal(2)) == 0


@builtin("not(negand: any)")
def negation(negand: object) -> bool | None:
    """The other of true and false; null of all else."""
    return not negand if isinstance(negand, bool) else None
