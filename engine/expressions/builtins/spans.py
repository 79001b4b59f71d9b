"""`range("[1..3]")`: a range out of its text, whose bounds are literal values."""

from decimal import Decimal

from engine.errors import ExpressionError
from engine.expressions.builtins.registry import builtin
from engine.expressions.compare import compare
from engine.expressions.scope import Machine
from engine.expressions.temporal import read_any, read_date, read_datetime, read_duration, read_time
from engine.expressions.tokens import Token, tokens
from engine.expressions.values import Range, kind, number

_MADE_BY = {"date": read_date, "time": read_time, "date and time": read_datetime, "duration": read_duration}


@builtin("range(from: string)", machine=True)
def range_from_text(machine: Machine, text: str) -> Range | None:
    """The range written so; null when it is none, when its bounds are not alike, or when it goes down."""
    machine.budget.spend(len(text))
    try:
        found = tokens(text)[:-1]
    except ExpressionError:
        return None
    middles = [place for place, token in enumerate(found) if token.kind == "sign" and token.text == ".."]
    if len(middles) != 1 or found[0].text not in ("[", "(", "]") or found[-1].text not in ("]", ")", "["):
        return None
    low, high = found[1 : middles[0]], found[middles[0] + 1 : -1]
    span = Range(start=_bound(low), end=_bound(high), start_included=found[0].text == "[", end_included=found[-1].text == "]")
    if low and high:
        alike = kind(span.start) == kind(span.end) and compare("<=", span.start, span.end, machine.budget) is True
        return span if alike else None
    # A bound that is not written stands for infinity, which is never included.
    written = span.end if high else span.start
    included = span.end_included if not high else span.start_included
    return None if written is None or included else span


def _bound(written: list[Token]) -> object:
    """The literal value that these tokens write, or None."""
    shape = [token.kind if token.kind != "sign" else token.text for token in written]
    if shape == ["number"]:
        return number(Decimal(written[0].text))
    if shape == ["-", "number"]:
        return number(-Decimal(written[1].text))
    if shape == ["text"]:
        return written[0].value
    if shape == ["at"]:
        return read_any(written[0].value)
    maker = _MADE_BY.get(" ".join(token.text for token in written[:-3]))
    return maker(written[-2].value) if maker is not None and shape[-3:] == ["(", "text", ")"] else None
