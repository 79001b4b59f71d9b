"""The one small safe language of circuits, decisions and forms: FEEL (DMN 1.3), with no Python in reach."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.errors import ExpressionLimit
from engine.expressions.limits import MAX_SOURCE, Budget, OverLimit
from engine.expressions.nodes import Node
from engine.expressions.parser import Parser
from engine.expressions.scope import HostScope, Machine
from engine.expressions.values import Range, YearsMonths, to_python

__all__ = ["Expression", "Range", "YearsMonths", "evaluate", "evaluate_unary", "parse", "parse_unary"]

Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A source that was parsed and can be evaluated.

    `names`: the free root names used, not those that a filter may find in its items unless they were declared known.
    `calls`: the functions called that are not built in; `methods`: those called on what a name holds, `bean.lire`.
    """

    source: str
    names: frozenset[str]
    calls: frozenset[str]
    methods: frozenset[str] = frozenset()
    root: Node = field(repr=False, compare=False)


def parse(source: str, *, known: Iterable[str] = ()) -> Expression:
    """The expression; raises ExpressionError with the reason and the position. `known` names may hold blanks and signs."""
    return _parsed(source, frozenset(known), False)


def parse_unary(source: str, *, known: Iterable[str] = ()) -> Expression:
    """The tests of a decision cell: `-`, `"a","b"`, `not("x")`, `[1..9]`, `> 5`, `? < plafond`."""
    return _parsed(source, frozenset(known), True)


def evaluate(expression: Expression | str, names: Mapping[str, object], functions: Functions | None = None) -> object:
    """The value in plain Python; what is unknown or cannot be done is None; raises ExpressionLimit.

    Numbers come back as int when whole, else Decimal; durations as timedelta or YearsMonths.
    """
    parsed = parse(expression, known=names) if isinstance(expression, str) else expression
    return _evaluated(parsed, names, functions)


def evaluate_unary(
    expression: Expression | str, value: object, names: Mapping[str, object], functions: Functions | None = None
) -> bool | None:
    """Whether `value` passes the tests; None when that cannot be told."""
    parsed = parse_unary(expression, known=names) if isinstance(expression, str) else expression
    answer = _evaluated(parsed, {**names, "?": value}, functions)
    return answer if isinstance(answer, bool) else None


@lru_cache(maxsize=4096)
def _parsed(source: str, known: frozenset[str], unary: bool) -> Expression:
    """The parsed source, kept; the same source with the same names is the same expression."""
    if len(source) > MAX_SOURCE:
        raise ExpressionLimit(source=source[:60] + "…", reason="le texte est trop long")
    try:
        parser = Parser(unwrapped(source), known)
        root = parser.whole_tests() if unary else parser.whole()
    except RecursionError as error:
        raise ExpressionLimit(source=source[:60], reason="trop de niveaux imbriqués") from error
    return Expression(
        source=source, names=frozenset(parser.names), calls=frozenset(parser.calls), methods=frozenset(parser.methods), root=root
    )  # fmt: skip


def unwrapped(source: str) -> str:
    """The source without the `${…}`, `#{…}` or leading `=` that other tools put around it."""
    text = source.strip()
    if text[:2] in ("${", "#{") and text.endswith("}"):
        return text[2:-1]
    return text[1:] if text.startswith("=") and not text.startswith("==") else text


def _evaluated(expression: Expression, names: Mapping[str, object], functions: Functions | None) -> object:
    """The value, let out to Python."""
    machine = Machine(Budget(), functions)
    try:
        return to_python(expression.root.run(HostScope(machine, names)), machine.budget)
    except OverLimit as error:
        raise ExpressionLimit(source=expression.source, reason=str(error)) from error
    except RecursionError as error:
        raise ExpressionLimit(source=expression.source, reason="trop de niveaux imbriqués") from error
