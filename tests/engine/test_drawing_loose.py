"""Arrows that nobody tied to a box: what lies at their ends on the page says what they were meant for."""

from engine.drawing import mend, read

BOXES = {
    "s": ("startEvent", 0, 0), "tri": ("exclusiveGateway", 100, 0), "a": ("userTask", 300, 100), "b": ("userTask", 300, 200),
    "fin": ("exclusiveGateway", 500, 0), "z": ("userTask", 600, 0), "e": ("endEvent", 700, 0),
}  # fmt: skip


def drawing(**arrows: tuple[str, tuple[int, int], tuple[int, int]]) -> bytes:
    """Boxes of 40 by 40, an arrow from z to e, and `arrows`: what each is tied to, its first and its last point."""
    nodes = "".join(f'<{tag} id="{name}" name="{name}"/>' for name, (tag, _, _) in BOXES.items())
    ours = "".join(f'<sequenceFlow id="{name}" {ends}/>' for name, (ends, *_) in arrows.items() if ends)
    strays = "".join(f'<sequenceFlow id="{name}"/>' for name, (ends, *_) in arrows.items() if not ends)
    shapes = "".join(
        f'<BPMNShape bpmnElement="{name}"><Bounds x="{x}" y="{y}" width="40" height="40"/></BPMNShape>'
        for name, (_, x, y) in BOXES.items()
    )
    edges = "".join(
        f'<BPMNEdge bpmnElement="{name}">' + "".join(f'<waypoint x="{x}" y="{y}"/>' for x, y in points) + "</BPMNEdge>"
        for name, (_, *points) in arrows.items()
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
        f'<process id="p">{nodes}<sequenceFlow id="last" sourceRef="z" targetRef="e"/>{ours}</process>'
        f'<process id="stray">{strays}</process>'
        f'<BPMNDiagram><BPMNPlane id="plane">{shapes}{edges}</BPMNPlane></BPMNDiagram></definitions>'
    ).encode()


BESIDE = {"f1": ("", (44, 20), (92, 20)), "f2": ("", (545, 20), (590, 20))}
# One bar goes down from `tri`, one goes up to `fin`; short arrows lead from the one to a box, and from a box to the other.
BARS = {
    "down": ("", (120, 45), (120, 220)),
    "up": ("", (520, 220), (520, 45)),
    "to_a": ('targetRef="a"', (121, 120), (300, 120)),
    "to_b": ('targetRef="b"', (122, 219), (300, 220)),
    "from_a": ('sourceRef="a"', (340, 120), (519, 120)),
    "from_b": ("", (341, 220), (518, 220)),
}


def ties(source: bytes, rule: str) -> dict[str, tuple[object, object]]:
    return {one.element: (one.values["source"], one.values["target"]) for one in read(source).findings if one.rule == rule}


def test_an_arrow_tied_to_nothing_leads_from_the_box_where_it_begins_to_the_box_where_it_ends() -> None:
    assert ties(drawing(**BESIDE), "fleche-recollee") == {"f1": ("s", "tri"), "f2": ("fin", "z")}
    far = {"f1": ("", (44, 90), (92, 90)), "f2": ("", (545, 90), (590, 20))}
    assert not ties(drawing(**far), "fleche-recollee"), "what lies at no box stays a line"


def test_arrows_drawn_onto_an_arrow_begin_and_end_where_that_one_does() -> None:
    source = drawing(**BESIDE, **BARS)
    assert ties(source, "fleche-sur-fleche") == {
        "to_a": ("tri", "a"), "to_b": ("tri", "b"), "from_a": ("a", "fin"), "from_b": ("b", "fin"),
    }  # fmt: skip
    found = read(source).findings
    assert {one.element for one in found if one.rule == "fleche-perdue"} == {"down", "up"}
    assert not [one for one in found if one.rule in ("jamais-atteint", "sans-debut", "sans-fin", "fleche-sans-arrivee")]


def test_what_was_tied_is_written_into_the_drawing() -> None:
    source = drawing(**BESIDE, **BARS)
    told = [one for one in read(source).findings if one.rule.startswith("fleche-")]
    mended = mend(source, told)
    assert not [one for one in read(mended).findings if one.rule.startswith("fleche-")]
    ours, _, others = mended.partition(b"</process>")
    assert b'id="from_b" sourceRef="b" targetRef="fin"' in ours
    assert b"sequenceFlow" not in others


def test_an_event_drawn_on_the_border_of_a_step_stands_there() -> None:
    wait = b'<intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>'
    shape = b'<BPMNShape bpmnElement="wait"><Bounds x="%d" y="102" width="20" height="20"/></BPMNShape><BPMNEdge'
    source = drawing(**BESIDE, **BARS, late=('sourceRef="wait" targetRef="z"', (340, 102), (600, 20)))
    source = source.replace(b"</process>", wait + b"</intermediateCatchEvent></process>", 1)
    on, beside = (source.replace(b"<BPMNEdge", shape % x, 1) for x in (332, 352))
    assert [(one.element, one.values["host"]) for one in read(on).findings if one.rule == "bord-recolle"] == [("wait", "a")]
    assert b'attachedToRef="a"' in read(on).runnable
    assert not [one for one in read(beside).findings if one.rule == "bord-recolle"]
    mended = mend(on, [one for one in read(on).findings if one.rule == "bord-recolle"])
    assert b'<boundaryEvent id="wait" attachedToRef="a">' in mended
