"""The conformance kit's runner, on a small kit of our own."""

import json
from pathlib import Path

import pytest

from tests.tck.__main__ import main

_MODEL = """<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="petit" namespace="http://ville.fr/petit">
<inputData id="i" name="entrée"><variable name="entrée"/></inputData>
{decisions}
<businessKnowledgeModel id="b" name="double"><variable name="double"/><encapsulatedLogic><formalParameter name="n"/>
<literalExpression><text>n * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
</definitions>"""
_DECISION = """<decision id="{id}" name="{id}"><variable name="{id}"/><informationRequirement><requiredInput href="#i"/>
</informationRequirement><literalExpression><text>{text}</text></literalExpression></decision>"""
_CASES = """<?xml version="1.0"?>
<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>petit.dmn</modelName>{cases}</testCases>"""
_INPUT = """<inputNode name="entrée"><component name="jour"><value xsi:type="xsd:date">2026-03-01</value></component>
<component name="liste"><list><item><value xsi:type="xsd:decimal">1.5</value></item><item><value xsi:nil="true"/></item></list>
</component></inputNode>"""
NIL = '<value xsi:nil="true"/>'


def case(of: str, expected: str, given: str = _INPUT, head: str = "") -> str:
    return f"""<testCase id="{of}" {head}>{given}<resultNode name="{of}" type="decision"><expected>{expected}</expected>
</resultNode></testCase>"""


def value(kind: str, text: str) -> str:
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


DECISIONS = {
    "tiers": "1 / 3",
    "lendemain": 'entrée.jour + duration("P1D")',
    "liste": "entrée.liste",
    "ensemble": "{a: 1, b: [true]}",
    "faute": "1 +",
    "présent": "[now() instance of date and time, today() instance of date]",
    "faux": "2",
}
GOOD = [
    case("tiers", value("decimal", "0.333333334")),
    case("lendemain", value("date", "2026-03-02")),
    case("liste", f"<list><item>{value('double', '1.5')}</item><item>{NIL}</item></list>"),
    case(
        "ensemble",
        f'<component name="a">{value("integer", "1")}</component>'
        f'<component name="b"><list><item>{value("boolean", "true")}</item></list></component>',
    ),
    case("faute", NIL),
    case("présent", f"<list><item>{value('boolean', 'true')}</item><item>{value('boolean', 'true')}</item></list>"),
    case(
        "double",
        value("decimal", "4"),
        f'<inputNode name="n">{value("decimal", "2")}</inputNode>',
        'type="bkm" invocableName="double"',
    ),
]


def kit(folder: Path, cases: list[str]) -> Path:
    inner = folder / "cl3" / "0001-petit"
    inner.mkdir(parents=True)
    decisions = "".join(_DECISION.format(id=name, text=text) for name, text in DECISIONS.items())
    (inner / "petit.dmn").write_text(_MODEL.format(decisions=decisions), encoding="utf-8")
    (inner / "petit-test-01.xml").write_text(_CASES.format(cases="".join(cases)), encoding="utf-8")
    return folder


def test_the_kit_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(kit(tmp_path, GOOD)) == 0
    assert json.loads(capsys.readouterr().out) == {"cases": 7, "passed": 7}


def test_failures_are_printed_before_the_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = [case("faux", value("decimal", "3")), case("liste", NIL), case("inconnue", value("string", "x"))]
    assert main(kit(tmp_path, [*GOOD, *bad])) == 1
    *failures, last = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in failures] == [f"petit-test-01 {name} {name}" for name in ("faux", "liste", "inconnue")]
    assert json.loads(last) == {"cases": 10, "passed": 7}


def test_a_model_that_cannot_be_read_fails_its_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = kit(tmp_path, GOOD)
    next(folder.rglob("*.dmn")).write_text("<a", encoding="utf-8")
    assert main(folder) == 1
    # An error is as good as null, here as in the kit.
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"cases": 7, "passed": 1}
