"""Opinions and visas asked while a task is open: tasks as any other, which end with the one they are about."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Step, Task, TaskGroup, Timer
from engine.errors import AlreadyAsked, AwaitsVisa, CannotAsk, OnlyAsked, TaskClosed, TaskHeld
from tests.engine.office import NOW, Office, border, draw, user

CIRCUIT = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("annoter")}
    {user("instruire")}
    {border("trop_tard", "instruire", "P8D", interrupting=True)}
    {user("escalader")}
    {user("signer")}
    <bpmn:endEvent id="fin"/>
    <bpmn:endEvent id="fin2"/>
    debut -> annoter
    annoter -> instruire
    trop_tard -> escalader
    escalader -> fin2
    instruire -> signer
    signer -> fin
    """
)
AVIS = b"""{"type": "default", "id": "avis", "components": [{"type": "radio", "key": "avis", "label": "Votre avis",
"values": [{"label": "Favorable", "value": "favorable"}, {"label": "Sans objet", "value": "sans_objet"}],
"validate": {"required": true}}]}"""
DUE = NOW + timedelta(days=3)


@pytest.fixture
def office(session: Session) -> Office:
    office = Office()
    office.deploy(session, AVIS, kind="form", key="avis")
    office.deploy(session, CIRCUIT)
    return office


@pytest.fixture
def main(session: Session, office: Office) -> Task:
    """A task that is being done, by Claire."""
    (annoter,) = office.start(session).opened
    (task,) = office.do(session, annoter).opened
    return office.engine.take(session, task.id, by="claire", now=NOW)


def ask(
    session: Session, office: Office, main: Task, kind: str = "avis", *, by: str = "claire", group: str = "juridique"
) -> Step:
    return office.engine.insert(
        session, main.id, kind=kind, groups=(group,), question="Le recours est-il recevable ?", name="Avis du juridique",
        by=by, now=NOW, due=DUE,
    )  # fmt: skip


def test_an_opinion_is_a_task_of_those_asked_and_the_step_goes_on(session: Session, office: Office, main: Task) -> None:
    (asked,) = ask(session, office, main).opened
    session.commit()
    session.expire_all()
    assert (asked.act, asked.form, asked.step, asked.name, asked.due) == ("avis", "avis", "instruire", "Avis du juridique", DUE)
    assert (asked.main, asked.question) == (main.id, "Le recours est-il recevable ?")
    assert list(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == asked.id))) == ["juridique"]
    assert main.awaits == {str(asked.id): "avis"}
    form = office.engine.form(session, asked)
    assert [field.key for field in form.fields] == ["avis"]
    values = office.engine.clean(session, asked, {"avis": "favorable"}, now=NOW)
    step = office.engine.complete(session, asked.id, values, by="paul", now=NOW)
    assert (step.closed, step.opened, step.ended) == ((asked,), (), False)
    assert (asked.outcome, asked.closed_by, asked.result) == ("done", "paul", {"avis": "favorable"})
    assert main.awaits == {}
    assert main.closed_at is None
    assert [one.step for one in office.do(session, main, by="claire").opened] == ["signer"]


def test_an_opinion_that_does_not_come_is_waited_for_no_more(session: Session, office: Office, main: Task) -> None:
    (asked,) = ask(session, office, main).opened
    step = office.do(session, main, by="claire")
    session.expire_all()
    assert [(one.id, one.outcome) for one in step.closed] == [(main.id, "done"), (asked.id, "taken-away")]
    assert office.engine.due(session, now=DUE) == []
    assert session.scalars(select(TaskGroup.closed_at).where(TaskGroup.task_id == asked.id)).all() == [NOW]
    with pytest.raises(TaskClosed):
        office.do(session, asked, by="paul")


def test_a_visa_holds_the_step_until_it_is_given(session: Session, office: Office, main: Task) -> None:
    (visa,) = ask(session, office, main, "visa").opened
    assert (visa.act, visa.form) == ("viser", "viser")
    with pytest.raises(AwaitsVisa):
        office.do(session, main, by="claire")
    office.do(session, visa, by="zoe", decision="viser")
    assert [one.step for one in office.do(session, main, by="claire").opened] == ["signer"]


def test_a_visa_may_be_given_up_or_passed_over(session: Session, office: Office, main: Task) -> None:
    (visa,) = ask(session, office, main, "visa").opened
    step = office.engine.withdraw(session, visa.id, by="claire", reason="zoe est en congé", now=NOW)
    assert [(one.outcome, one.result) for one in step.closed] == [("cancelled", {"motif": "zoe est en congé"})]
    (visa,) = ask(session, office, main, "visa").opened
    office.engine.force(session, visa.id, {}, by="paul", reason="urgent", now=NOW)
    assert (visa.outcome, visa.closed_by) == ("skipped", "paul")
    assert office.do(session, main, by="claire").opened
    with pytest.raises(CannotAsk):
        office.engine.withdraw(session, main.id, by="claire", reason="?", now=NOW)


def test_what_is_asked_twice_is_asked_once(session: Session, office: Office, main: Task) -> None:
    ask(session, office, main)
    with pytest.raises(AlreadyAsked):
        ask(session, office, main)
    assert len(ask(session, office, main, "visa").opened) == 1
    assert len(ask(session, office, main, group="voirie").opened) == 1
    assert sorted(main.awaits.values()) == ["avis", "avis", "visa"]


def test_only_who_may_do_a_step_asks_about_it_and_never_about_a_question(session: Session, office: Office, main: Task) -> None:
    with pytest.raises(TaskHeld):
        ask(session, office, main, by="paul")
    (asked,) = ask(session, office, main).opened
    with pytest.raises(OnlyAsked):
        ask(session, office, asked)
    with pytest.raises(OnlyAsked):
        office.engine.send_back(session, asked.id, step="annoter", by="paul", reason="non", now=NOW)
    assert office.engine.ways_back(session, asked.id, now=NOW) == ()
    with pytest.raises(CannotAsk):
        office.engine.insert(session, main.id, kind="avis", groups=(), question="?", name="Avis", by="claire", now=NOW)


def test_an_opinion_that_is_late_is_told_once_by_the_clock(session: Session, office: Office, main: Task) -> None:
    (asked,) = ask(session, office, main).opened
    (timer,) = office.engine.due(session, now=DUE)
    step = office.engine.wake(session, timer, now=DUE)
    assert step is not None
    assert (step.late, step.closed, step.opened) == ((asked,), (), ())
    assert office.engine.wake(session, timer, now=DUE) is None
    assert office.engine.due(session, now=DUE) == []
    (asked,) = ask(session, office, main, "visa").opened
    office.do(session, asked, by="zoe")
    assert office.engine.due(session, now=DUE) == []


@pytest.mark.parametrize("how", ["retard", "renvoi", "annulation", "passée"])
def test_what_is_asked_ends_with_its_step_whatever_ends_it(session: Session, office: Office, main: Task, how: str) -> None:
    (asked,) = ask(session, office, main, "visa").opened
    late = NOW + timedelta(days=9)
    if how == "retard":
        timer = session.scalars(select(Timer.id).where(Timer.step == "trop_tard")).one()
        office.engine.wake(session, timer, now=late)
    elif how == "renvoi":
        office.engine.send_back(session, main.id, step="annoter", by="claire", reason="à revoir", now=late)
    elif how == "annulation":
        office.engine.cancel(session, main.instance_id, by="paul", reason="doublon", now=late)
    else:
        office.engine.force(session, main.id, {}, by="paul", reason="urgent", now=late)
    session.expire_all()
    assert (asked.outcome, asked.closed_at) == ("taken-away", late)
    assert session.scalars(select(Timer.id).where(Timer.token == asked.token, Timer.cancelled_at.is_(None))).all() == []


def test_progress_shows_what_was_asked_beside_its_step(session: Session, office: Office, main: Task) -> None:
    (asked,) = ask(session, office, main).opened
    progress = office.engine.progress(session, main.instance_id)
    assert progress.active == ("instruire",)
    assert [(one.name, one.main) for one in progress.steps] == [
        ("Annoter", None), ("Instruire", None), ("Avis du juridique", main.id),
    ]  # fmt: skip
    office.engine.take(session, asked.id, by="paul", now=NOW)
    given = office.engine.transfer(session, asked.id, to="zoe", by="paul", now=NOW)
    assert given.holder == "zoe"


def test_a_step_with_a_question_about_it_is_no_longer_taken_back(session: Session, office: Office, main: Task) -> None:
    annoter = session.scalars(select(Task).where(Task.step == "annoter")).one()
    office.engine.hand_back(session, main.id, by="claire", now=NOW)
    assert office.engine.recallable(session, annoter.id, by="claire", now=NOW)
    ask(session, office, main)
    assert not office.engine.recallable(session, annoter.id, by="claire", now=NOW)


def test_a_question_outlives_the_move_of_its_circuit_to_another_version(session: Session, office: Office, main: Task) -> None:
    (visa,) = ask(session, office, main, "visa").opened
    newer = CIRCUIT.replace(b'name="Signer"', b'name="Signer la lettre"').replace(b"P8D", b"P9D")
    version = office.deploy(session, newer)
    office.engine.migrate(session, main.instance_id, to=version, by="chloe", now=NOW)
    session.expire_all()
    assert (visa.closed_at, main.awaits) == (None, {str(visa.id): "visa"})
    with pytest.raises(AwaitsVisa):
        office.do(session, main, by="claire")
    (timer,) = office.engine.due(session, now=DUE)
    assert office.engine.wake(session, timer, now=DUE) is not None
    assert [way.step for way in office.engine.ways_back(session, main.id, now=NOW)] == ["annoter"]
    office.do(session, visa, by="zoe")
    assert [one.name for one in office.do(session, main, by="claire").opened] == ["Signer la lettre"]


def test_a_circuit_sent_back_is_moved_to_another_version(session: Session, office: Office, main: Task) -> None:
    (again,) = office.engine.send_back(session, main.id, step="annoter", by="claire", reason="à revoir", now=NOW).opened
    version = office.deploy(session, CIRCUIT.replace(b'name="Signer"', b'name="Signer la lettre"'))
    office.engine.migrate(session, main.instance_id, to=version, by="chloe", now=NOW)
    (task,) = office.do(session, again).opened
    (task,) = office.do(session, task).opened
    assert task.name == "Signer la lettre"
    assert office.do(session, task).ended
