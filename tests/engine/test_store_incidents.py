"""A fault stops its own token, is told with its cause, and is retried, skipped or set right."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import Call, Incident, Message, Step, Task
from engine.errors import UnknownIncident
from engine.instance.base import FAULT, fail
from engine.tables import Definition
from tests.engine.office import NOW, Office, draw, service, user

START, END = '<bpmn:startEvent id="debut"/>', '<bpmn:endEvent id="fin"/>'


@pytest.fixture
def office() -> Office:
    return Office()


FAILING = draw(
    f"""
    {START}
    {user("lire")}
    {service("expedier", "expedier")}
    {user("classer")}
    {END}
    debut -> lire
    lire -> expedier
    expedier -> classer
    classer -> fin
    """
)


def test_a_failing_service_undoes_what_it_wrote_and_nothing_else(session: Session, office: Office) -> None:
    def half_done(call: Call) -> None:
        session.add(Message(name="trace", correlation="x", received_at=NOW))
        session.flush()
        raise RuntimeError("la machine est en panne")

    office.engine.host.services["expedier"] = half_done  # type: ignore[index]
    office.deploy(session, FAILING)
    (lire,) = office.start(session).opened
    step = office.do(session, lire)
    (incident,) = step.incidents
    assert (incident.step, incident.name) == ("expedier", "expedier")
    assert "la machine est en panne" in incident.cause
    assert step.instance.status == "incident"
    assert session.scalars(select(Message)).all() == []
    session.commit()
    assert session.get_one(Task, lire.id).outcome == "done"


def test_an_incident_is_retried_then_skipped_with_a_reason(session: Session, office: Office) -> None:
    office.failing = {"expedier"}
    office.deploy(session, FAILING)
    (lire,) = office.start(session).opened
    (incident,) = office.do(session, lire).incidents
    step = office.engine.retry(session, incident.id, by="chloe", reason="essayons", now=NOW)
    (again,) = step.incidents
    assert (again.id != incident.id, incident.resolution, incident.reason) == (True, "retried", "essayons")
    with pytest.raises(UnknownIncident):
        office.engine.retry(session, incident.id, by="chloe", reason="", now=NOW)
    step = office.engine.skip(session, again.id, by="chloe", reason="posté à la main", now=NOW)
    assert [task.step for task in step.opened] == ["classer"]
    assert (step.instance.status, again.resolution, again.closed_by) == ("running", "skipped", "chloe")


def test_a_missing_service_or_decision_is_an_incident(session: Session, office: Office) -> None:
    office.deploy(session, FAILING)
    (lire,) = office.start(session).opened
    del office.engine.host.services["expedier"]  # type: ignore[attr-defined]
    (incident,) = office.do(session, lire).incidents
    assert "aucun service de ce nom" in incident.cause


def test_a_task_that_nobody_can_take_is_an_incident_until_somebody_can(session: Session, office: Office) -> None:
    office.deploy(session, draw(f"""
        {START}
        {user("lire", 'camunda:candidateGroups="${bureau}"')}
        {END}
        debut -> lire
        lire -> fin
        """))  # fmt: skip
    step = office.start(session, bureau=None)
    (incident,) = step.incidents
    assert "Personne ne peut prendre" in incident.cause
    assert [task.step for task in step.opened] == ["lire"]
    step = office.do(session, step.opened[0])
    assert step.ended
    session.refresh(incident)
    assert incident.resolution == "set-right"


@pytest.mark.parametrize(("due", "cause"), [("${12}", "12"), ("bientôt", "bientôt")])
def test_a_due_date_that_cannot_be_read_is_an_incident_and_the_task_opens(due: str, cause: str, session: Session) -> None:
    office = Office()
    step = _started_raw(session, office, f"camunda:dueDate='{due}'")
    assert cause in step.incidents[0].cause
    assert step.opened[0].due is None


def _started_raw(session: Session, office: Office, attributes: str) -> Step:
    source = draw(f"{START}\n{user('lire', attributes)}\n{END}\ndebut -> lire\nlire -> fin")
    session.add(
        Definition(
            kind="bpmn", key="essai", version=1, name="essai", sha256="0", source=source, runnable=source, pins={},
            deployed_at=NOW, deployed_by="chloe",
        )
    )  # fmt: skip
    session.flush()
    return office.start(session)


def test_incidents_of_one_token_do_not_stop_the_others(session: Session, office: Office) -> None:
    office.failing = {"expedier"}
    office.deploy(session, draw(f"""
        {START}
        <bpmn:parallelGateway id="fourche"/>
        {user("lire")}
        {service("expedier", "expedier")}
        <bpmn:parallelGateway id="jonction"/>
        {END}
        debut -> fourche
        fourche -> lire
        fourche -> expedier
        lire -> jonction
        expedier -> jonction
        jonction -> fin
        """))  # fmt: skip
    step = office.start(session)
    (incident,) = step.incidents
    assert not office.do(session, step.opened[0]).incidents
    office.failing = set()
    assert office.engine.retry(session, incident.id, by="chloe", reason="réparé", now=NOW).ended
    assert session.scalars(select(Incident).where(Incident.closed_at.is_(None))).all() == []


def test_a_fault_that_nobody_foresaw_is_told_without_the_values_that_a_statement_held() -> None:
    missing, refused = SimpleNamespace(internal_data={}), SimpleNamespace(internal_data={})
    fail(missing, KeyError("bureau"))
    fail(refused, IntegrityError("INSERT", {"note": "un secret"}, ValueError("clé en double")))
    assert missing.internal_data[FAULT] == "'bureau' (KeyError)"
    assert refused.internal_data[FAULT] == "clé en double (IntegrityError)"
