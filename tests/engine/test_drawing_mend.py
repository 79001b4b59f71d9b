"""The completions that were told, once written into the designer's file, are not told again; the page keeps its shapes."""

import pytest
from lxml import etree

from engine.checking import Known, check
from engine.drawing import mend, mendable, read
from engine.drawing.layout import Layout
from tests.engine.sketches import HERE, Sketch, sketches

ZOO = {sketch.key: sketch for sketch in sketches()}
FORMS = ("valider", "signer", "rediger", "viser", "expedier")


@pytest.mark.parametrize("sketch", ZOO.values(), ids=ZOO.keys())
def test_what_was_mended_is_not_told_again(sketch: Sketch) -> None:
    source = (HERE / f"{sketch.key}.bpmn").read_bytes()
    drawing = read(source, known_forms=FORMS)
    told = [one for one in (*drawing.findings, *check(drawing, known=Known())) if mendable(one)]
    mended = mend(source, told)
    again = read(mended, known_forms=FORMS)
    left = {(one.rule, one.element) for one in (*again.findings, *check(again, known=Known())) if mendable(one)}
    assert not left & {(one.rule, one.element) for one in told}
    assert not any(one.level == "erreur" for one in again.findings if one.rule not in {r.rule for r in drawing.findings})


@pytest.mark.parametrize("sketch", ZOO.values(), ids=ZOO.keys())
def test_the_page_keeps_its_shapes_and_draws_the_new_ones(sketch: Sketch) -> None:
    source = (HERE / f"{sketch.key}.bpmn").read_bytes()
    before = Layout(etree.fromstring(source))
    drawing = read(source, known_forms=FORMS)
    root = etree.fromstring(mend(source, drawing.findings))
    after = Layout(root)
    assert set(before.bounds) <= set(after.bounds)
    assert all(before.bounds[name][1::2] == after.bounds[name][1::2] for name in before.bounds)
    ids = {str(one.get("id")) for one in root.iter() if isinstance(one.tag, str)}
    flows = {str(one.get("id")) for one in root.iter() if isinstance(one.tag, str) and one.tag.endswith("sequenceFlow")}
    assert set(after.bounds) <= ids
    assert {flow for flow in flows if flow in before.lines or "_vers_" in flow} <= set(after.lines)


def test_mending_nothing_keeps_comments_and_foreign_elements() -> None:
    source = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:x="urn:x"><!-- note -->'
        b'<process id="p"><startEvent id="s"/><x:foreign/></process></definitions>'
    )
    written = mend(source, [])
    assert b"<!-- note -->" in written
    assert b"<x:foreign/>" in written
