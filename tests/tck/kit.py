"""The kit's files: test cases, their typed values, and when two values are the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from engine.expressions import YearsMonths
from engine.expressions.temporal import read_any, read_date, read_datetime, read_duration, read_time

_NS = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_CLOSE = Decimal("1e-8")
_READERS = {"date": read_date, "time": read_time, "dateTime": read_datetime, "duration": read_duration}
Element = etree._Element


@dataclass(frozen=True, kw_only=True)
class Result:
    """One expected result of a case: of what, and its value; null stands for an error too."""

    name: str
    expected: object


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test case."""

    id: str
    kind: str
    invocable: str
    inputs: dict[str, object]
    results: tuple[Result, ...]


def suites(folder: Path) -> Iterator[tuple[Path, Path, list[Case]]]:
    """Each model of the folder with its test file and its cases."""
    for path in sorted(folder.rglob("*-test-*.xml")):
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        model = path.parent / (root.findtext(f"{_NS}modelName") or "").strip()
        yield model, path, [_case(one) for one in root.iterfind(f"{_NS}testCase")]


def _case(element: Element) -> Case:
    """One case."""
    return Case(
        id=element.get("id", ""),
        kind=element.get("type", "decision"),
        invocable=element.get("invocableName", ""),
        inputs={str(one.get("name")): _value(one) for one in element.iterfind(f"{_NS}inputNode")},
        results=tuple(_result(one) for one in element.iterfind(f"{_NS}resultNode")),
    )


def _result(element: Element) -> Result:
    """One expected result."""
    expected = element.find(f"{_NS}expected")
    return Result(
        name=element.get("name", ""),
        expected=None if expected is None else _value(expected),
    )


def _value(element: Element) -> object:
    """The value under an element: components, a list, or one typed value."""
    components = element.findall(f"{_NS}component")
    if components:
        return {str(one.get("name")): _value(one) for one in components}
    items = element.find(f"{_NS}list")
    if items is not None:
        return [] if items.get(f"{_XSI}nil") == "true" else [_value(item) for item in items.iterfind(f"{_NS}item")]
    value = element.find(f"{_NS}value")
    if value is None or value.get(f"{_XSI}nil") == "true":
        return None
    written = value.get(f"{_XSI}type")
    text = value.text or ""
    return _guessed(text) if written is None else _typed(text, written.rpartition(":")[2])


def _guessed(text: str) -> object:
    """A value that the older test files leave without a type."""
    if text.strip() in ("true", "false"):
        return text.strip() == "true"
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return read_date(text) or read_datetime(text) or text or None
    return number if number.is_finite() else text


def _typed(text: str, kind: str) -> object:
    """A value from its text and its XML Schema type."""
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    reader = _READERS.get(kind)
    if reader is None:
        return read_any(text) if kind.lower().endswith("duration") else text
    read = reader(text.strip())
    return ("unreadable", kind, text) if read is None else read


def same(expected: object, found: object) -> bool:
    """The kit's comparison: numbers within 1e-8, the rest as it is."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, Decimal | int) and isinstance(found, Decimal | int):
        return abs(Decimal(expected) - Decimal(found)) <= max(_CLOSE, abs(Decimal(expected)) * _CLOSE)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(value, found[key]) for key, value in expected.items())
    moments = date | datetime | time | timedelta | YearsMonths
    if isinstance(expected, moments) and isinstance(found, moments):
        return type(expected) is type(found) and expected == found
    return expected == found
