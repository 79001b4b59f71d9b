"""Whatever the source and the data, an expression is refused, stopped, or answers plain data; nothing else comes out."""

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionError
from engine.expressions import Range, YearsMonths, evaluate, evaluate_unary, parse, parse_unary
from engine.expressions.builtins import BUILTINS

NAMES = {"a": 1, "liste": [1, "x", None], "c": {"b": {"d": date(2026, 1, 1)}}, "t": "texte", "Nom long": True}
WORDS = [
    *"()[]{}.,:?@-+*/=<>!", "..", "**", "->", "<=", "==", "&&", "||", '"x"', "'y'", "1", "0.5", "1e9", "9" * 40,
    "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function", "instance", "of", "between",
    "and", "or", "not", "null", "true", "item", "partial", "empty", "external", "list", "number", "Nom", "long",
    "a", "liste", "c", "t", '@"P1D"', '@"2026-01-01"', '@"10:00:00Z"', "__class__", "//", "/*", "*/", "\\", "\"", "é", "🐎",
    *BUILTINS,
]  # fmt: skip


def plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(item) for key, item in value.items())
    if isinstance(value, Range):
        return plain(value.start) and plain(value.end)
    known = (str, int, bool, Decimal, date, datetime, time, timedelta, YearsMonths)
    return value is None or type(value) in known


def tried(source: str) -> None:
    with suppress(ExpressionError):
        assert plain(evaluate(source, NAMES))
    with suppress(ExpressionError):
        assert evaluate_unary(source, 5, NAMES) in (True, False, None)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_any_words_in_any_order(source: str) -> None:
    tried(source)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text(source: str) -> None:
    tried(source)


ARGUMENTS = st.sampled_from([
    "null", "1", "-1", "0", "1e300", "-0.5", '"abc"', '""', '"(a+)+$"', "[]", "[1, 2, 3]", '["a", null]', "[[1], [2]]",
    "{a: 1}", "{}", "[1..5]", '@"2026-02-28"', '@"10:00:00@Europe/Paris"', '@"2026-01-01T00:00:00Z"', '@"P1Y"', '@"-P400D"',
    "function(x, y) x < y", "function() 1", "true", '@"9999-12-31"', '@"0001-01-01"', '@"P999999999D"', "1e6000", "(> 3)",
])  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(sorted(BUILTINS)), st.lists(ARGUMENTS, max_size=4))
def test_any_function_with_any_arguments(name: str, arguments: list[str]) -> None:
    tried(f"{name}({', '.join(arguments)})")


@settings(max_examples=800, deadline=None)
@given(ARGUMENTS, st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", "in", "and", "or"]), ARGUMENTS)
def test_any_sign_between_any_values(left: str, sign: str, right: str) -> None:
    tried(f"({left}) {sign} ({right})")


OPENINGS = ["(", "[", "{a:", "if ", "for x in ", "not(", "a[", "f(", "function() ", "-", "! ", "a in (", "list<"]


@pytest.mark.parametrize("opening", OPENINGS)
def test_nesting_is_bounded(opening: str) -> None:
    for parser in (parse, parse_unary):
        with pytest.raises(ExpressionError):
            parser(opening * 3000)


@pytest.mark.parametrize("link", [" + 1", " and true", ".a", " = 1", ", 1", " else if a then 1", "[1]", "(1)", " ** 1"])
def test_long_chains_are_read_or_refused(link: str) -> None:
    for source in ("a" + link * 2000, "[a" + link * 2000 + "]", "if a then 1" + link * 2000 + " else 2"):
        tried(source)


DOUBLED = "{a: [1,1,1,1,1,1], b: [a,a,a,a,a,a], c: [b,b,b,b,b,b], d: [c,c,c,c,c,c], e: [d,d,d,d,d,d], f: [e,e,e,e,e,e], "


@pytest.mark.parametrize(
    "source",
    [
        "for a in 1..300, b in 1..300, c in 1..300 return 1",
        "some a in 1..300, b in 1..300, c in 1..300 satisfies false",
        "{f: function(n) [f(n - 1), f(n - 1)], r: f(100)}.r",
        DOUBLED + "g: [f,f,f]}",
        DOUBLED + "r: f = f}.r",
        "for i in 1..20000 return for j in 1..20000 return i",
        "distinct values(for i in 1..5000 return i)",
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(((a+)+)+)+$", "b") = f',
        'for i in 1..15 return if i = 1 then "0123456789" else partial[-1] + partial[-1] + partial[-1] + partial[-1]',
    ],
)
def test_what_grows_is_stopped_or_stays_small(source: str) -> None:
    with suppress(ExpressionError):
        assert len(json.dumps(evaluate(source, {}), default=str)) < 2_000_000


def test_a_deep_stack_is_no_crash() -> None:
    def deeper(levels: int) -> object:
        return deeper(levels - 1) if levels else evaluate("((((a + 1) * 2) - 3) / 4) > 0", NAMES)

    with suppress(ExpressionError):
        assert deeper(sys.getrecursionlimit() - 200) in (True, False, None)


def test_a_cyclic_value_of_the_host_is_stopped() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    with pytest.raises(ExpressionError, match="imbriquées"):
        evaluate("liste", {"liste": cycle})
