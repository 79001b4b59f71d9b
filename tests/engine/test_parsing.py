"""Deployed versions are parsed once, shared by threads, pinned with what they name, and refused with reasons."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Definition, codec
from engine.errors import DrawingRefused
from engine.library import Cache
from engine.parsing import parse
from tests.engine import zoo
from tests.engine.memory import Run
from tests.engine.office import NOW, Office, draw, user

ROOT = Path(__file__).parents[2]
SIMPLE = draw(f'<bpmn:startEvent id="debut"/>\n{user("lire")}\n<bpmn:endEvent id="fin"/>\ndebut -> lire\nlire -> fin')
DMN = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Tarifs" namespace="essai">'
    b'<decision id="tarif" name="Tarif"><variable name="tarif"/><literalExpression><text>%s</text></literalExpression></decision>'
    b"</definitions>"
)
FORM = b'{"id": "lire", "components": [{"type": "textfield", "id": "n", "key": "note", "label": "%s"}]}'


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_value_is_made_once_by_two_threads_that_want_it_at_once() -> None:
    cache: Cache[object] = Cache()
    made: list[int] = []
    ready = threading.Barrier(8)
    found: list[object] = []

    def make() -> object:
        made.append(1)
        return object()

    def want() -> None:
        ready.wait()
        found.append(cache.get("x", make))

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len({id(one) for one in found}) == 1


def test_a_failure_is_not_kept_and_old_values_go_first() -> None:
    cache: Cache[str] = Cache(capacity=2)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: str(1 // 0))
    assert [cache.get(key, lambda key=key: key) for key in ("a", "b", "a", "c")] == ["a", "b", "a", "c"]
    assert cache.get("a", lambda: "new") == "a"
    assert cache.get("b", lambda: "new") == "new"


def test_threads_share_a_blueprint_without_minding_each_other() -> None:
    """Each walks the same circuits to their end; a specification that changed would show in another's walk."""
    runs = {name: zoo.run(name) for name in zoo.CIRCUITS}
    failures: list[str] = []

    def walk(name: str, blueprint_of: Run) -> None:
        own = zoo.run(name)
        own.blueprint = blueprint_of.blueprint
        own.restore()
        for _ in range(40):
            if own.circuit.ended:
                return
            own.circuit.complete(next(iter(own.circuit.opened())), {"refus": False, "encore": False})
            own.restore()
        failures.append(name)

    threads = [threading.Thread(target=walk, args=item) for _ in range(3) for item in runs.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_running_changes_nothing_in_the_blueprint() -> None:
    for name in zoo.CIRCUITS:
        run = zoo.run(name)
        before = list(_shape(run))
        while not run.circuit.ended:
            run.circuit.complete(next(iter(run.circuit.opened())), {"refus": False, "encore": False})
        assert list(_shape(run)) == before


def _shape(run: Run) -> Iterator[object]:
    for spec in (run.blueprint.spec, *run.blueprint.inner.values()):
        for one in spec.task_specs.values():
            yield one.name, type(one).__name__, list(one._inputs), list(one._outputs), one.completed_event.n_subscribers()


def test_a_version_is_kept_byte_for_byte_and_counted(session: Session, office: Office) -> None:
    office.deploy(session, SIMPLE)
    office.deploy(session, SIMPLE + b"\n<!-- revu -->\n")
    again = office.engine.deploy(session, SIMPLE + b"\n<!-- revu -->\n", by="chloe", now=NOW)
    assert again.unchanged
    rows = session.scalars(select(Definition).order_by(Definition.version)).all()
    assert [(row.key, row.version, row.deployed_by) for row in rows] == [("essai", 1, "chloe"), ("essai", 2, "chloe")]
    assert rows[1].source == SIMPLE + b"\n<!-- revu -->\n"


def test_an_instance_keeps_the_form_and_the_decision_it_was_deployed_with(session: Session, office: Office) -> None:
    office.deploy(session, FORM % b"Ancien", kind="form")
    office.deploy(session, DMN % b"10", kind="dmn")
    office.deploy(session, draw(f"""
        <bpmn:startEvent id="debut"/>
        {user("lire", 'camunda:formRef="lire"')}
        <bpmn:businessRuleTask id="tarifer" camunda:decisionRef="tarif" camunda:resultVariable="prix"/>
        <bpmn:endEvent id="fin"/>
        debut -> lire
        lire -> tarifer
        tarifer -> fin
        """))  # fmt: skip
    (task,) = office.start(session).opened
    office.deploy(session, FORM % b"Nouveau", kind="form")
    office.deploy(session, DMN % b"20", kind="dmn")
    assert (task.act, task.form) == ("lire", "lire")
    assert office.engine.form(session, task).fields[0].label == "Ancien"
    assert office.engine.clean(session, task, {"note": " vu "}) == {"note": "vu"}
    step = office.do(session, task)
    assert step.ended
    circuit = office.engine._definitions.blueprint(session, step.instance.definition_id, "x")
    workflow = codec.load(step.instance.state, circuit, None)
    assert workflow.data["prix"] == 10
    assert office.engine.evaluate(session, "tarif", {}, now=NOW)[0] == 20


@pytest.mark.parametrize("kind", ["bpmn", "dmn", "form"])
@pytest.mark.parametrize("source", [b"", b"\x00", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"{}"])
def test_what_is_no_such_file_is_refused_with_a_reason(session: Session, office: Office, kind: str, source: bytes) -> None:
    done = office.engine.deploy(session, source, by="chloe", now=NOW, kind=kind)
    assert done.definition is None
    assert [finding.level for finding in done.findings if finding.message] == ["erreur"]


def test_all_the_faults_of_a_circuit_are_told_and_nothing_is_deployed(session: Session, office: Office) -> None:
    faulty = draw(
        f"""
        <bpmn:startEvent id="debut"/>
        <bpmn:scriptTask id="script" scriptFormat="python"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>
        {user("lire", 'camunda:formRef="absent"')}
        <bpmn:serviceTask id="appeler" camunda:type="external" camunda:topic="inconnu"/>
        <bpmn:exclusiveGateway id="choix" default="choix_fin"/>
        <bpmn:endEvent id="fin"/>
        debut -> script
        script -> lire
        lire -> appeler
        appeler -> choix
        choix -> fin
        choix -> lire : ${{1 +}}
        """
    )
    done = office.engine.deploy(session, faulty, by="chloe", now=NOW)
    assert done.definition is None
    blocking = {finding.element for finding in done.findings if finding.level == "erreur"}
    assert {"script", "lire", "appeler"} <= blocking
    assert session.scalars(select(Definition)).all() == []
    assert office.engine.check(session, faulty) == done.findings


def test_a_circuit_that_is_called_is_pinned_with_all_that_it_calls(session: Session, office: Office) -> None:
    def calling(key: str, called: str) -> bytes:
        step = f'<bpmn:callActivity id="appel" calledElement="{called}"/>'
        return draw(f'<bpmn:startEvent id="d"/>\n{step}\n<bpmn:endEvent id="f"/>\nd -> appel\nappel -> f', key=key)

    office.deploy(session, SIMPLE)
    office.deploy(session, calling("milieu", "essai"))
    office.deploy(session, calling("haut", "milieu"))
    (task,) = office.start(session, "haut").opened
    other = SIMPLE.decode().replace("lire", "autre").encode()
    office.deploy(session, other)
    assert task.step == "lire"
    assert office.do(session, task).ended
    assert office.start(session, "haut").opened[0].step == "lire"


def test_the_parser_is_hardened_by_itself() -> None:
    with pytest.raises(DrawingRefused, match="DOCTYPE"):
        parse(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')
    script = draw('<bpmn:startEvent id="d"/>\n<bpmn:scriptTask id="s"/>\n<bpmn:endEvent id="f"/>\nd -> s\ns -> f')
    with pytest.raises(DrawingRefused):
        parse(script)


def test_what_is_shipped_deploys_together(session: Session) -> None:
    office = Office()
    drawn = "".join(path.read_text("utf-8") for path in ROOT.glob("processes/*.bpmn"))
    topics = set(re.findall(r'camunda:topic="([^"]+)"', drawn))
    office.engine.host.services.update({topic: lambda _call: None for topic in topics})  # type: ignore[attr-defined]
    for kind, pattern in (("form", "forms/*.form"), ("dmn", "processes/*.dmn"), ("bpmn", "processes/*.bpmn")):
        for path in sorted(ROOT.glob(pattern)):
            office.deploy(session, path.read_bytes(), kind=kind, key=path.stem)
    step = office.engine.start(session, "arrivee", subject="courrier:1", data={"bureau": "voirie"}, by="omar", now=NOW)
    assert [task.act for task in step.opened] == ["qualifier"]
