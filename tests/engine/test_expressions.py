"""What the language of circuits answers, from numbers to loops."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.errors import ExpressionError, ExpressionLimit
from engine.expressions import YearsMonths, evaluate, evaluate_unary, parse, parse_unary

NAMES = {
    "Monthly Salary": 1000,
    "montant": 12.5,
    "courrier": {"date de réception": date(2026, 1, 5), "bureau": "RH", "objet": "Permis"},
    "visas": [{"agent": "Aline", "avis favorable": True}, {"agent": "Bruno", "avis favorable": False}],
    "rien": None,
}
FUNCTIONS = {"jours_ouvres": lambda days: f"P{days}D"}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("2 ** 3 ** 2", 64),
        ("-3 ** 2", 9),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 / 3", Decimal("0." + "3" * 34)),
        ("1 / 0", None),
        ('"a" + "b"', "ab"),
        ('1 + "a"', None),
        ("Monthly Salary * 12", 12000),
        ('courrier.date de réception + duration("P1M")', date(2026, 2, 5)),
        ('visas[agent = "Bruno"].avis favorable', [False]),
        ("visas[avis favorable].agent", ["Aline"]),
        ("visas.agent", ["Aline", "Bruno"]),
        ("visas[-1].agent", "Bruno"),
        ("visas[3]", None),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ('if montant > 10 then "cher" else "peu"', "cher"),
        ("if rien then 1 else if rien = null then 2 else 3", 2),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24]),
        ("for a in 1..2, b in a..2 return [a, b]", [[1, 1], [1, 2], [2, 2]]),
        ("some v in visas satisfies v.avis favorable", True),
        ("every v in visas satisfies v.avis favorable", False),
        ("5 in (]1..5[, 7)", False),
        ("5 in [1..5]", True),
        ('"b" in ("a", "b")', True),
        ("montant between 12 and 13", True),
        ("null and false", False),
        ("null or true", True),
        ("null and true", None),
        ("not(null)", None),
        ('100 = "100"', None),
        ("inconnu.bureau", None),
        ("{a: 1, b: a + 1}.b", 2),
        ("(function(a, b) a - b)(b: 1, a: 3)", 2),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r", 3628800),
        ("[1] instance of list<number>", True),
        ("null instance of string", False),
        ('@"P1Y2M"', YearsMonths(months=14)),
        ('@"P1DT2H" * 2', timedelta(days=2, hours=4)),
        ('date and time("2026-01-01T10:00:00Z")', datetime(2026, 1, 1, 10, tzinfo=UTC)),
        ("[1..5].start included", True),
        ("(2..4] = >2", False),
        ('range("(2..)") = > 2 and range("(..2]") = <=2', True),
        ("overlaps after((1..5], [1..5])", True),
        ("overlaps after([1..5], [1..5))", False),
        ("jours_ouvres(5)", "P5D"),
        ("jours_ouvres()", None),
        ("inconnue(5)", None),
        ("1 /* un */ + 1 // deux", 2),
    ],
)
def test_value(source: str, value: object) -> None:
    assert evaluate(source, NAMES, FUNCTIONS) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("${montant > 10 && courrier.bureau == 'RH'}", True),
        ("#{!(montant > 10) || false}", False),
        ("= montant * 2", 25),
        ("${empty rien}", True),
        ("${not empty courrier.objet}", True),
        ("${jours_ouvres(5)}", "P5D"),
    ],
)
def test_habits_of_camunda_files(source: str, value: object) -> None:
    assert evaluate(source, NAMES, FUNCTIONS) == value


@pytest.mark.parametrize(
    ("tests", "value", "passes"),
    [
        ("-", None, True),
        ('"a","b"', "b", True),
        ('not("x")', "x", False),
        ('not("x", "y")', "z", True),
        ("[1..9]", 9, True),
        ("[1..9[", 9, False),
        ("> 5", 6, True),
        ("? > 5 and ? < plafond", 7, True),
        ("null", None, True),
        ("-1", -1, True),
        ("true", True, True),
        ("liste", "b", True),
        ("> 5", "x", None),
        ('("a", "b")', "b", True),
        ('(< 3, [7..9], "a, b")', 8, True),
        ('("a"), ("b")', "b", True),
        ("(2) + max(1, 3)", 5, True),
        ("([1, 8])", 8, True),
    ],
)
def test_cell(tests: str, value: object, passes: bool | None) -> None:
    assert evaluate_unary(tests, value, {"plafond": 8, "liste": ["a", "b"]}) is passes


def test_names_and_calls_are_told() -> None:
    found = parse("for v in visas return jours_ouvres(v.jours) + string length(objet) + visas[montant > 1]")
    assert found.names == {"visas", "objet"}
    assert found.calls == {"jours_ouvres"}


def test_known_names_hold_signs_and_blanks() -> None:
    known = {"Pré-bureau": 3, "date and time": 4, "a+b": 5, "bureau": 1}
    assert evaluate("Pré-bureau - bureau", known) == 2
    assert evaluate("a+b * 2", known) == 10


WRONG = ["", "1 +", "(1", "[1, 2", '"x', "if 1 then 2", "1 2", "a b c @", "f(1, x: 2)", "§", "1 + > 2"]


@pytest.mark.parametrize("source", WRONG)
def test_a_wrong_source_is_refused_with_its_position(source: str) -> None:
    with pytest.raises(ExpressionError, match="position"):
        parse(source)


def test_a_wrong_cell_is_refused() -> None:
    with pytest.raises(ExpressionError, match="fin trouvée"):
        parse_unary("> 5,")


@pytest.mark.parametrize(
    "source",
    [
        "for a in 1..10000, b in 1..10000 return 1",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "for i in 1..100000000 return 1",
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "((a|aa)+)+c*$") and f(1)',
        '{t: "xxxxxxxxxxxxxxxxxxxxxxxxx", r: for i in 1..9999 return string join(for j in 1..999 return t)}',
    ],
)
def test_what_burns_time_or_memory_is_stopped(source: str) -> None:
    with pytest.raises(ExpressionLimit):
        evaluate(source, {})


@pytest.mark.parametrize(
    "source",
    ["texte.upper()", "courrier.items()", '__import__("os")', "liste.append(1)"],
)
def test_no_python_is_reached(source: str) -> None:
    assert evaluate(source, {"texte": "x", "courrier": {"a": 1}, "liste": []}) in (None, [])


@pytest.mark.parametrize("source", ["texte.__class__", "courrier.__init__", "().__class__.__base__"])
def test_inner_names_are_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(source, {"texte": "x", "courrier": {"a": 1}})


def test_objects_of_the_host_are_null() -> None:
    assert evaluate("objet", {"objet": object()}) is None
    assert evaluate("objet.args", {"objet": ValueError("x")}) is None


def test_a_function_of_the_host_replaces_a_built_in_one() -> None:
    assert evaluate("today()", {}, {"today": lambda: date(2026, 3, 1)}) == date(2026, 3, 1)
    assert evaluate("[today(), now()]", {}) == [None, None]


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("for n in [1..4] return n * n", [1, 4, 9, 16]),
        ("for n in (1..4) return n", [2, 3]),
        ("for n in 3..1 return n", [3, 2, 1]),
        ("for n in [3..1] return n", []),
        ('count(for d in [@"2026-02-27"..@"2026-03-02"] return d)', 4),
        ("some n in [1..4] satisfies n = 3", True),
        ("for n in [1..1000000000] return n", None),
    ],
)
def test_ranges_are_walked(source: str, answer: object) -> None:
    if answer is None:
        with pytest.raises(ExpressionLimit):
            evaluate(source, {})
    else:
        assert evaluate(source, {}) == answer


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("[1..3]", "[1..3]"),
        (" ] -2 .. 3 [ ", "(-2..3)"),
        ('["a".."c")', '["a".."c")'),
        ('[date("2026-01-01")..@"2026-02-01"]', '[@"2026-01-01"..@"2026-02-01"]'),
        ("(..2]", "(<= 2)"),
        ("[2..)", "(>= 2)"),
        ("[..2]", "null"),
        ("[3..1]", "null"),
        ('[1.."b"]', "null"),
        ("[n..3]", "null"),
        (">= 3", "null"),
        ('["', "null"),
    ],
)
def test_a_range_is_made_of_its_text(text: str, same: str) -> None:
    assert evaluate(f"range(t) = {same}", {"t": text, "n": 1}) is True


def test_half_ranges_tell_their_bounds() -> None:
    assert evaluate("[(< 10).end, (>= 10).start included, (= 10).end included, (> 10).end]", {}) == [10, True, True, None]
