"""Files sent to do harm, or made by accident: each is refused with its reason, before it costs anything."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.checking import Known, check
from engine.drawing import Drawing, mend, read
from engine.errors import DrawingRefused
from engine.parsing import parse
from tests.engine.sketches import HERE

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"><process id="p">'
TAIL = "</process></definitions>"


def _drawing(inside: str) -> bytes:
    return f"{HEAD}{inside}{TAIL}".encode()


def _bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "ha">{entities}]><definitions>&a11;</definitions>'.encode()


def _line(count: int) -> bytes:
    steps = "".join(f'<task id="t{n}"/>' for n in range(count))
    flows = "".join(f'<sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(count - 1))
    return _drawing(steps + flows)


def _nested(levels: int) -> bytes:
    """Sub-processes in one another, each with a listener beside what it holds: what is completed doubles their depth."""
    listener = (
        '<subProcess id="e{n}" triggeredByEvent="true"><startEvent id="d{n}"><messageEventDefinition/></startEvent>'
        '<task id="t{n}"/><sequenceFlow id="f{n}" sourceRef="d{n}" targetRef="t{n}"/></subProcess>'
    )
    inside = '<task id="t"/>'
    for n in range(levels - 2):
        inside = f'<subProcess id="s{n}">{inside}{listener.format(n=n)}</subProcess>'
    return _drawing(f'<subProcess id="s">{inside}</subProcess>')


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "vide"),
    "blank": (lambda: b" \n\t ", "vide"),
    "not xml": (lambda: b"PK\x03\x04 not xml", "XML"),
    "cut short": (lambda: _drawing("<task id='a'/>")[:-20], "XML"),
    "doctype": (lambda: b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + _drawing(""), "DOCTYPE"),
    "doctype in utf-16": (
        lambda: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d []><definitions/>'.encode("utf-16"), "DOCTYPE"
    ),
    "parameter entity": (lambda: b'<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]>' + _drawing(""), "DOCTYPE"),
    "entity bomb": (_bomb, "DOCTYPE"),
    "unknown encoding": (lambda: b'<?xml version="1.0" encoding="klingon"?>' + _drawing(""), "lu"),
    "10 MB": (lambda: _drawing("<task id='a' name='" + "x" * 10_000_000 + "'/>"), "2 Mo"),
    "5,000 nodes": (lambda: _line(5000), "5000"),
    "301 nodes": (lambda: _line(301), "301"),
    "nested 300 deep": (lambda: _drawing("<subProcess id='s'>" * 300 + "</subProcess>" * 300), "50"),
    "nested 16 deep": (lambda: _nested(16), "15 niveaux"),
    "many attributes": (lambda: _drawing("<task " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>"), "2 Mo"),
    "many flows": (lambda: _drawing("<sequenceFlow/>" * 70_000), "60000"),
    "not BPMN": (lambda: b"<html><body/></html>", "BPMN"),
    "pools alone": (
        lambda: b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><collaboration id="c"/></definitions>',
        "aucun processus",
    ),
    "a choreography": (
        lambda: b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><choreography id="c"/></definitions>',
        "chorégraphie",
    ),
    "a decision": (
        lambda: b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d"/></definitions>', "DMN"
    ),
    "another dialect": (lambda: b'<xpdl:Package xmlns:xpdl="urn:xpdl"><xpdl:Pools/></xpdl:Package>', "BPMN"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(name: str) -> None:
    make, word = HOSTILE[name]
    with pytest.raises(DrawingRefused, match=word):
        read(make())


def _found(drawing: Drawing) -> set[str]:
    known = Known(functions=frozenset({"jours_ouvres"}))
    return {one.rule for one in (*drawing.findings, *check(drawing, known=known)) if one.level == "erreur"}


def _conditioned(condition: str) -> bytes:
    return _drawing(
        '<startEvent id="s"/><userTask id="a"/><exclusiveGateway id="g" default="f4"/><endEvent id="e"/><endEvent id="z"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="g"/>'
        '<sequenceFlow id="f3" sourceRef="g" targetRef="e"><conditionExpression>'
        f"{condition}</conditionExpression></sequenceFlow>"
        '<sequenceFlow id="f4" sourceRef="g" targetRef="z"/>'
    )


@pytest.mark.parametrize(
    "condition",
    [
        '${__import__("os").system("id")}',
        "${().__class__.__base__.__subclasses__()}",
        '${"".__class__.__mro__ = null}',
        '${courrier.__globals__["os"] = 1}',
        '${open("/etc/passwd")}',
        "${" + "(" * 3000 + ")" * 3000 + "}",
        "${lambda: 1}",
    ],
)
def test_an_expression_that_escapes_is_a_fault(condition: str) -> None:
    assert _found(read(_conditioned(condition.replace('"', "&quot;")))) & {"expression-fausse", "fonction-inconnue"}


@pytest.mark.parametrize(
    "condition",
    [
        "${count(for a in 1..9999, b in 1..9999 return a) &gt; 1}",
        "${{f: function(n) f(n + 1), r: f(1)}.r = 1}",
        '${string length(string join(for i in 1..999999 return "aaaaaaaaaaaaaaaaaaaa")) &gt; 1}',
    ],
)
def test_an_expression_that_burns_time_is_a_fault(condition: str) -> None:
    assert _found(read(_conditioned(condition))) == {"expression-fausse"}


def test_a_step_repeated_a_thousand_million_times_is_a_fault() -> None:
    times = "<multiInstanceLoopCharacteristics><loopCardinality>1000000000</loopCardinality></multiInstanceLoopCharacteristics>"
    assert _found(read(_drawing(f'<userTask id="a">{times}</userTask>'))) == {"expression-fausse"}


def test_the_deepest_drawing_that_is_read_runs() -> None:
    drawing = read(_nested(15))
    assert not _found(drawing)
    assert parse(drawing.runnable)


def test_what_stands_in_ids_and_labels_reaches_no_expression() -> None:
    source = _drawing(
        '<startEvent id="s"/><exclusiveGateway id="g&quot;) or open(&quot;x"/><task id="a&quot;"/><task id="b\'"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="g&quot;) or open(&quot;x"/>'
        '<sequenceFlow id="x&quot; or 1=1 or &quot;" name="&lt;b&gt;" sourceRef="g&quot;) or open(&quot;x" targetRef="a&quot;"/>'
        '<sequenceFlow id="${2}" name="${1}" sourceRef="g&quot;) or open(&quot;x" targetRef="b\'"/>'
    )
    drawing = read(source)
    assert not _found(drawing)
    assert 'x" or' not in drawing.runnable.decode().replace("&quot;", '"').split("sequenceFlow", 1)[1]


def test_script_tasks_are_refused_wherever_they_are() -> None:
    source = _drawing(
        '<subProcess id="s"><scriptTask id="x"><script>import os</script></scriptTask></subProcess>'
        '<userTask id="u" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="a"><camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements></userTask>"
    )
    drawing = read(source)
    assert {(one.rule, one.element) for one in drawing.findings if one.level == "erreur"} == {("script", "x"), ("code-java", "u")}
    assert b"import os" not in drawing.runnable
    assert b"groovy" not in drawing.runnable


def test_a_fault_is_told_where_it_was_written_and_not_on_the_step_that_completes_it() -> None:
    chief = b'<userTask id="a" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="${annuaire.chef(bureau)}"/>'
    source = _conditioned("${accord}").replace(b'<userTask id="a"/>', chief).replace(b' default="f4"', b"")
    # Neither way may be open: the agent chooses then, at a step that is added and has the same people.
    refused = b'targetRef="z"><conditionExpression>${not(accord)}</conditionExpression></sequenceFlow>'
    source = source.replace(b'targetRef="z"/>', refused)
    drawing = read(source)
    found = {(one.rule, one.element) for one in check(drawing, known=Known()) if one.level == "erreur"}
    assert drawing.added
    assert found == {("methode-java", "a")}


def test_parallel_branches_by_the_dozen_are_explored_within_bounds() -> None:
    steps, flows = ['<startEvent id="s"/>'], []
    last = "s"
    for n in range(14):
        steps.append(f'<parallelGateway id="p{n}"/><task id="a{n}"/><task id="b{n}"/><parallelGateway id="j{n}"/>')
        pairs = [(last, f"p{n}"), (f"p{n}", f"a{n}"), (f"p{n}", f"b{n}"), (f"a{n}", f"j{n}"), (f"b{n}", f"j{n}")]
        flows += [f'<sequenceFlow id="f{a}{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs]
        last = f"j{n}"
    found = check(read(_drawing("".join(steps + flows))), known=Known())
    assert {one.rule for one in found} == {"etape-sans-acteur"}


def test_a_game_too_large_is_stopped_and_said() -> None:
    steps, flows = ['<startEvent id="s"/><parallelGateway id="p"/><parallelGateway id="j"/>'], ["sp"]
    for n in range(30):
        steps.append(f'<task id="t{n}"/><exclusiveGateway id="x{n}"/><task id="u{n}"/>')
        flows += [f"p-t{n}", f"t{n}-x{n}", f"x{n}-u{n}", f"x{n}-j", f"u{n}-t{n}"]
    written = "".join(
        f'<sequenceFlow id="{one}" sourceRef="{one.partition("-")[0] if "-" in one else "s"}"'
        f' targetRef="{one.partition("-")[2] if "-" in one else "p"}"/>'
        for one in flows
    )
    found = check(read(_drawing("".join(steps) + written)), known=Known())
    assert "exploration-bornee" in {one.rule for one in found}


ZOO = sorted(HERE.glob("*.bpmn"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_file_damaged_anywhere_is_read_or_refused_but_never_breaks(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from(ZOO)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source) - 2))
        cut = data.draw(st.integers(0, 60))
        source[at : at + cut] = data.draw(st.sampled_from([b"", b"id", b'"', b"x", b"<", b"boundaryEvent", b"sourceRef", b"-1"]))
    try:
        drawing = read(bytes(source))
    except DrawingRefused:
        return
    found = [*drawing.findings, *check(drawing, known=Known())]
    assert all(one.message for one in found)
    mend(bytes(source), found)


TAGS = (
    "task",
    "subProcess",
    "boundaryEvent",
    "exclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "adHocSubProcess",
    "transaction",
    "callActivity",
    "sequenceFlow",
    "timerEventDefinition",
    "lane",
)
MARKS = ("sourceRef", "targetRef", "attachedToRef", "id", "default", "name", "triggeredByEvent", "calledElement")


def _damage(root: etree._Element, rnd: Random) -> None:
    """One thing that a bad tool or a bad hand does to a well-formed file."""
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    one, other = rnd.choice(elements), rnd.choice(elements)
    act, parent = rnd.randrange(6), one.getparent()
    if act == 0 and parent is not None:
        parent.remove(one)
    elif act == 1:
        one.tag = f"{{http://www.omg.org/spec/BPMN/20100524/MODEL}}{rnd.choice(TAGS)}"
    elif act == 2:
        one.set(rnd.choice(MARKS), rnd.choice([other.get("id") or "", "", "nowhere", "true", "a b", "é", "${x}"]))
    elif act == 3 and one.attrib:
        del one.attrib[rnd.choice(list(one.attrib))]
    elif act == 4:
        other.append(deepcopy(one))
    elif act == 5 and other not in list(one.iter()):
        other.append(one)


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(ZOO), seed=st.integers(0, 2**32), count=st.integers(1, 12))
def test_a_drawing_damaged_anywhere_is_still_read_checked_and_mended(path: Path, seed: int, count: int) -> None:
    root, rnd = etree.fromstring(path.read_bytes()), Random(seed)
    for _ in range(count):
        _damage(root, rnd)
    source = etree.tostring(root)
    try:
        drawing = read(source)
    except DrawingRefused:
        return
    found = [*drawing.findings, *check(drawing, known=Known())]
    assert all(one.message for one in found)
    if not any(one.level == "erreur" for one in found):
        parse(drawing.runnable)
    mend(source, found)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_are_refused(source: bytes) -> None:
    with pytest.raises(DrawingRefused):
        read(source)
