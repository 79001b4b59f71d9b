"""A circuit runs as it is drawn, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Timer
from engine.errors import TaskClosed, TaskHeld
from tests.engine.office import NOW, Office, border, draw, service, user

ARRIVEE = draw(
    f"""
    <bpmn:startEvent id="recu"/>
    {user("annoter", 'camunda:formRef="" camunda:dueDate="${jours_ouvres(5)}"')}
    {border("retard", "annoter")}
    {service("relancer", "relancer")}
    <bpmn:exclusiveGateway id="suite" default="suite_signer"/>
    {user("signer", 'camunda:candidateGroups="${chef(bureau)}"')}
    {service("clore")}
    <bpmn:endEvent id="fin"/>
    <bpmn:endEvent id="fin_relance"/>
    recu -> annoter
    annoter -> suite
    retard -> relancer
    relancer -> fin_relance
    suite -> signer
    suite -> clore : ${{classer = true}}
    signer -> clore
    clore -> fin
    """
)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_letter_goes_from_start_to_end(session: Session, office: Office) -> None:
    office.deploy(session, ARRIVEE)
    (annoter,) = office.start(session).opened
    assert (annoter.step, annoter.act, annoter.name) == ("annoter", "faire", "Annoter")
    step = office.do(session, annoter, note="vu")
    (signer,) = step.opened
    assert step.closed == (annoter,)
    assert signer.step == "signer"
    assert not step.ended
    step = office.do(session, signer, by="marc")
    assert step.ended
    assert step.instance.status == "completed"
    assert step.passed[-2:] == ("clore", "fin")
    assert office.calls == [("clore", {})]


def test_a_due_timer_reminds_once_and_leaves_the_task(session: Session, office: Office) -> None:
    office.deploy(session, ARRIVEE)
    (annoter,) = office.start(session).opened
    (timer,) = session.scalars(select(Timer))
    assert timer.due_at == NOW + timedelta(days=3)
    assert office.engine.due(session, now=NOW) == []
    later = NOW + timedelta(days=4)
    assert office.engine.due(session, now=later) == [timer.id]
    step = office.engine.wake(session, timer.id, now=later)
    assert step is not None
    assert office.calls == [("relancer", {})]
    assert office.engine.wake(session, timer.id, now=later) is None
    assert office.engine.due(session, now=later) == []
    assert office.do(session, annoter, now=later).opened[0].step == "signer"


def test_a_task_done_in_time_takes_its_timer_with_it(session: Session, office: Office) -> None:
    office.deploy(session, ARRIVEE)
    (annoter,) = office.start(session).opened
    office.do(session, annoter, classer=True)
    assert office.engine.due(session, now=NOW + timedelta(days=400)) == []


def test_doing_a_task_twice_says_who_did_it(session: Session, office: Office) -> None:
    office.deploy(session, ARRIVEE)
    (annoter,) = office.start(session).opened
    office.do(session, annoter)
    with pytest.raises(TaskClosed, match="claire le 17/11/2026 à 10:30"):
        office.do(session, annoter, by="omar")


def test_a_task_taken_by_one_is_refused_to_another(session: Session, office: Office) -> None:
    office.deploy(session, ARRIVEE)
    (annoter,) = office.start(session).opened
    office.engine.take(session, annoter.id, by="claire", now=NOW)
    with pytest.raises(TaskHeld, match="claire"):
        office.do(session, annoter, by="omar")
    with pytest.raises(TaskHeld, match="claire"):
        office.engine.take(session, annoter.id, by="omar", now=NOW)
    office.engine.hand_back(session, annoter.id, by="claire", now=NOW)
    assert office.do(session, annoter, by="omar").opened
