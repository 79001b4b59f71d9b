"""Sketches are read as people mean them where BPMN would wait or turn for ever; what is executable is taken at its word."""

import pytest

from engine.checking import Known, examine
from engine.checking.net import nets
from engine.findings import Finding
from tests.walk.__main__ import walk_file

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'


def sketch(*arrows: str, executable: bool = False, task: str = "task", more: str = "", **gateways: str) -> bytes:
    """Arrows `a>b:label`; names in `gateways` are of that kind, `debut` and those that begin with `fin` events, others tasks."""
    ids: dict[str, None] = {}
    flows = []
    for number, arrow in enumerate(arrows):
        ends, _, label = arrow.partition(":")
        source, target = ends.split(">")
        ids |= {source: None, target: None}
        flows.append(f'<sequenceFlow id="f{number}" name="{label}" sourceRef="{source}" targetRef="{target}"/>')

    def tag(name: str) -> str:
        event = "startEvent" if name == "debut" else "endEvent" if name.startswith("fin") else task
        return f"{gateways[name]}Gateway" if name in gateways else event

    nodes = "".join(f'<{tag(name)} id="{name}" name="{name.capitalize()}"/>' for name in ids)
    mark = ' isExecutable="true"' if executable else ""
    return f'{HEAD}<process id="p"{mark}>{nodes}{"".join(flows)}{more}</process></definitions>'.encode()


def told(source: bytes, known: Known | None = None) -> dict[str, Finding]:
    """Findings by rule."""
    return {one.rule: one for one in examine(source, known=known or Known())[1]}


CHOICE_THEN_PLUS = ("debut>accord", "accord>oui:Oui", "accord>non:Non", "oui>plus", "non>plus", "plus>fin")
KINDS = {"accord": "exclusive", "plus": "parallel"}


def test_a_plus_after_a_choice_waits_for_what_comes() -> None:
    source = sketch(*CHOICE_THEN_PLUS, **KINDS)
    found = told(source)
    assert (found["jonction-assouplie"].element, found["jonction-assouplie"].level) == ("plus", "avertissement")
    assert not {"attente-sans-fin", "attente-toujours"} & set(found)
    assert walk_file(source).kind == "completed"


@pytest.mark.parametrize("task", ["userTask", "serviceTask"])
def test_what_is_executable_is_taken_at_its_word(task: str) -> None:
    found = told(sketch(*CHOICE_THEN_PLUS, executable=True, task=task, **KINDS))
    assert (found["attente-toujours"].element, found["attente-toujours"].level) == ("plus", "erreur")
    assert "jonction-assouplie" not in found


def test_a_tool_that_marks_everything_executable_draws_sketches_all_the_same() -> None:
    assert "jonction-assouplie" in told(sketch(*CHOICE_THEN_PLUS, executable=True, **KINDS))


def test_a_plus_that_also_splits_keeps_its_branches() -> None:
    source = sketch(*CHOICE_THEN_PLUS[:-1], "plus>a", "plus>b", "a>fin1", "b>fin2", **KINDS)
    runnable = examine(source, known=Known())[0].runnable
    (net,) = nets(runnable)
    assert net.steps["plus"].tag == "parallelGateway"
    assert [net.steps[name].tag for name in net.steps["plus"].sources] == ["inclusiveGateway"]
    assert walk_file(source).kind == "completed"


def test_joins_that_wait_for_each_other_wait_for_nothing() -> None:
    arrows = ("debut>un", "debut>deux", "un>a", "a>deux", "deux>b", "b>un", "a>fin1:fini", "b>fin2:fini")
    source = sketch(*arrows, un="inclusive", deux="inclusive")
    assert walk_file(source).kind == "completed"


@pytest.mark.parametrize(
    "arrows",
    [
        ("debut>lire", "lire>corriger", "corriger>lire"),
        ("debut>lire", "lire>plus", "plus>fin", "plus>lire"),
        ("debut>plus", "plus>a", "plus>b", "a>plus", "b>plus"),
    ],
)
def test_a_ring_without_a_way_out_gets_a_button(arrows: tuple[str, ...]) -> None:
    source = sketch(*arrows, plus="parallel")
    found = told(source)
    assert found["boucle-ouverte"].level == "avertissement"
    assert "sans-issue" not in found
    assert walk_file(source).kind == "completed"
    levels = {one.level for one in told(sketch(*arrows, executable=True, task="userTask", plus="parallel")).values()}
    assert "erreur" in levels


def test_a_ring_that_an_event_stops_needs_no_way_out() -> None:
    ring = (
        '<startEvent id="d"/><userTask id="suivre"/><userTask id="noter"/>'
        '<sequenceFlow id="r1" sourceRef="d" targetRef="suivre"/>'
        '<sequenceFlow id="r2" sourceRef="suivre" targetRef="noter"/><sequenceFlow id="r3" sourceRef="noter" targetRef="suivre"/>'
    )
    more = (
        f'<subProcess id="suivi">{ring}</subProcess><boundaryEvent id="trop" attachedToRef="suivi"><timerEventDefinition>'
        '<timeDuration>P30D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="fini"/>'
        '<sequenceFlow id="x1" sourceRef="lire" targetRef="suivi"/><sequenceFlow id="x2" sourceRef="trop" targetRef="fini"/>'
    )
    source = sketch("debut>lire", executable=True, task="userTask", more=more)
    assert not {"sans-issue", "boucle-ouverte"} & set(told(source))
    assert walk_file(source).kind == "completed"


def test_two_answers_that_lead_to_the_same_join_are_two_ways() -> None:
    arrows = ("debut>tri", "tri>suite:Papier", "tri>suite:Courriel", "suite>fin")
    source = sketch(*arrows, tri="inclusive", suite="inclusive")
    drawing = examine(source, known=Known())[0]
    (net,) = nets(drawing.runnable)
    assert len(set(net.steps["suite"].sources)) == 2
    assert walk_file(source).kind == "completed"


def test_a_call_to_a_circuit_that_is_not_here_is_done_by_hand_in_a_sketch_only() -> None:
    called = '<callActivity id="appel" calledElement="ailleurs"/><sequenceFlow id="x" sourceRef="lire" targetRef="appel"/>'
    here = Known(circuits=frozenset())
    assert told(sketch("debut>lire", more=called), here)["appel-inconnu"].element == "appel"
    found = told(sketch("debut>lire", executable=True, task="userTask", more=called), here)
    assert found["circuit-inconnu"].element == "appel"
    known = told(sketch("debut>lire", more=called), Known(circuits=frozenset({"ailleurs"})))
    assert not {"appel-inconnu", "circuit-inconnu"} & set(known)


@pytest.mark.parametrize(
    ("time", "rule"),
    [
        ("<timeCycle>0 0 9 * * ?</timeCycle>", "cron"),
        ("<timeDate>2026-13-45</timeDate>", "delai-par-defaut"),
        ("<timeDuration>P900Y</timeDuration>", "delai-par-defaut"),
    ],
)
def test_a_time_that_would_fail_months_later_is_told_now(time: str, rule: str) -> None:
    border = f'<boundaryEvent id="t" attachedToRef="lire"><timerEventDefinition>{time}</timerEventDefinition></boundaryEvent>'
    more = border + '<endEvent id="tard"/><sequenceFlow id="x" sourceRef="t" targetRef="tard"/>'
    assert told(sketch("debut>lire", "lire>fin", more=more))[rule].element == "t"


LOST = (
    "<bpmn:definitions><bpmn:process id='p'><bpmn:userTask id='lire' camunda:candidateGroups='a'>"
    "<bpmn:extensionElements><zeebe:x/></bpmn:extensionElements></bpmn:userTask></bpmn:process></bpmn:definitions>"
)


@pytest.mark.parametrize(
    "source",
    [
        LOST.encode(),
        LOST.replace("bpmn:", "").encode(),
        ('<?xml version="1.0" encoding="UTF-16"?>' + LOST.replace("bpmn:", "")).replace("<zeebe:x/>", "").replace("camunda:", "")
        .encode("utf-16"),
        "\ufeff".encode() + LOST.encode(),
    ],
)  # fmt: skip
def test_lost_namespaces_and_other_encodings_are_read(source: bytes) -> None:
    assert walk_file(source).kind == "completed"


@pytest.mark.parametrize(("due", "fault"), [("P5D", False), ("2026-12-04", False), ("${jours_ouvres(5)}", False), ("vite", True)])
def test_an_unreadable_deadline_is_told_now(due: str, fault: bool) -> None:
    source = sketch("debut>lire", "lire>fin").replace(b'<task id="lire"', f'<userTask camunda:dueDate="{due}" id="lire"'.encode())
    assert ("echeance-illisible" in told(source)) is fault
