"""One transaction a step: rows say what the state says, two agents never do one task, failures undo only themselves."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session

from app.db import tune
from engine import Instance, Message, Task, TaskGroup, Timer
from engine.errors import InstanceEnded, TaskClosed, UnknownCircuit, UnknownIncident, UnknownInstance, UnknownTask
from tests.engine.office import NOW, Office, border, draw, service, user

START, END = '<bpmn:startEvent id="debut"/>', '<bpmn:endEvent id="fin"/>'
REFERENCE = draw(
    f"""
    {START}
    {user("annoter")}
    <bpmn:exclusiveGateway id="suite" default="suite_valider"/>
    {user("valider")}
    {border("retard", "valider", "P2D")}
    {service("relancer", "relancer")}
    {user("signer")}
    {END}
    <bpmn:endEvent id="fin2"/>
    debut -> annoter
    annoter -> suite
    suite -> valider
    suite -> fin : ${{classer = true}}
    valider -> signer
    retard -> relancer
    relancer -> fin2
    signer -> fin
    """
)


@pytest.fixture
def office() -> Office:
    return Office()


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that the block sends."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield sent
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_a_completion_sends_at_most_eight_statements(session: Session, office: Office) -> None:
    office.deploy(session, REFERENCE)
    (task,) = office.start(session).opened
    session.commit()
    counts = []
    while task is not None:
        session.expire_all()
        with counted(session) as sent:
            step = office.do(session, task)
        session.commit()
        counts.append(len(sent))
        task = next(iter(step.opened), None)
    assert len(counts) == 3
    assert max(counts) <= 8
    assert len(session.scalars(select(Instance)).one().state) < 5_000


def test_rows_say_what_the_state_says(session: Session, office: Office) -> None:
    office.deploy(session, REFERENCE)
    (annoter,) = office.start(session).opened
    assert session.scalars(select(TaskGroup.group_key)).all() == ["urbanisme"]
    (valider,) = office.do(session, annoter).opened
    office.engine.take(session, valider.id, by="chloe", now=NOW)
    office.do(session, valider, by="chloe", decision="approuver")
    session.commit()
    session.expire_all()
    rows = session.scalars(select(Task).order_by(Task.id)).all()
    assert [(row.step, row.outcome, row.closed_by, row.opened_at) for row in rows] == [
        ("annoter", "done", "claire", NOW), ("valider", "done", "chloe", NOW), ("signer", None, None, NOW),
    ]  # fmt: skip
    assert rows[1].result == {"decision": "approuver"}
    assert session.scalars(select(TaskGroup.closed_at).order_by(TaskGroup.task_id)).all() == [NOW, NOW, None]
    assert [(timer.step, timer.cancelled_at) for timer in session.scalars(select(Timer))] == [("retard", NOW)]


def test_what_is_refused_changes_nothing(session: Session, office: Office) -> None:
    office.deploy(session, REFERENCE)
    with pytest.raises(UnknownCircuit, match="depart"):
        office.start(session, "depart")
    with pytest.raises(UnknownTask, match="99"):
        office.engine.complete(session, 99, {}, by="claire", now=NOW)
    with pytest.raises(UnknownTask):
        office.engine.take(session, 99, by="claire", now=NOW)
    with pytest.raises(UnknownIncident):
        office.engine.retry(session, 99, by="claire", reason="", now=NOW)


def test_two_agents_at_once_do_a_task_once(database_url: str, office: Office) -> None:
    bind = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    tune(bind)
    with Session(bind, expire_on_commit=False) as session:
        session.connection(execution_options={"writes": True})
        office.deploy(session, REFERENCE)
        (task,) = office.start(session).opened
        session.commit()
    ready, told = threading.Barrier(4), []

    def act(name: str) -> None:
        with Session(bind, expire_on_commit=False, autoflush=False) as mine:
            ready.wait()
            mine.connection(execution_options={"writes": True})
            try:
                office.engine.complete(mine, task.id, {}, by=name, now=NOW)
                mine.commit()
                told.append("fait")
            except TaskClosed:
                told.append("déjà fait")

    threads = [threading.Thread(target=act, args=(name,)) for name in ("claire", "paul", "zoe", "omar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(bind) as session:
        assert sorted(told) == ["déjà fait", "déjà fait", "déjà fait", "fait"]
        assert session.scalars(select(Task.step).order_by(Task.id)).all() == ["annoter", "valider"]
        assert session.scalars(select(Instance.step)).one() == 2
    bind.dispose()


def test_a_transferred_task_is_held_by_who_received_it(session: Session, office: Office) -> None:
    office.deploy(session, REFERENCE)
    (task,) = office.start(session).opened
    given = office.engine.transfer(session, task.id, to="paul", by="claire", now=NOW)
    assert (given.holder, given.held_at) == ("paul", NOW)
    assert set(session.scalars(select(TaskGroup.group_key))) == {"urbanisme", "@paul"}
    office.engine.save_draft(session, task.id, {"note": "à finir"}, by="paul")
    assert session.get_one(Task, task.id).draft == {"note": "à finir"}
    assert office.do(session, task, by="paul").closed[0].draft == {}


def test_what_a_delay_takes_away_says_so(session: Session, office: Office) -> None:
    office.deploy(session, draw(f"""
        {START}
        {user("repondre")}
        {border("trop_tard", "repondre", "P8D", interrupting=True)}
        {user("escalader")}
        {END}
        <bpmn:endEvent id="fin2"/>
        debut -> repondre
        repondre -> fin
        trop_tard -> escalader
        escalader -> fin2
        """))  # fmt: skip
    (task,) = office.start(session).opened
    later = NOW.replace(day=26)
    step = office.engine.wake(session, office.engine.due(session, now=later)[0], now=later)
    assert step is not None
    assert [(one.step, one.outcome, one.closed_by) for one in step.closed] == [("repondre", "taken-away", "horloge")]
    assert [one.step for one in step.opened] == ["escalader"]
    with pytest.raises(TaskClosed, match="horloge"):
        office.do(session, task)


def test_a_cancelled_instance_has_nothing_left_open(session: Session, office: Office) -> None:
    office.deploy(session, REFERENCE)
    (annoter,) = office.start(session).opened
    (valider,) = office.do(session, annoter).opened
    step = office.engine.cancel(session, valider.instance_id, by="chloe", reason="courrier enregistré deux fois", now=NOW)
    assert step.ended
    assert (step.instance.status, step.instance.ended_at) == ("cancelled", NOW)
    assert [(task.outcome, task.result) for task in step.closed] == [("cancelled", {"motif": "courrier enregistré deux fois"})]
    assert office.engine.due(session, now=NOW.replace(year=2030)) == []
    with pytest.raises(TaskClosed):
        office.do(session, valider)
    with pytest.raises(InstanceEnded, match="17/11/2026"):
        office.engine.cancel(session, valider.instance_id, by="chloe", reason="encore", now=NOW)
    with pytest.raises(UnknownInstance):
        office.engine.cancel(session, 99, by="chloe", reason="", now=NOW)


def test_a_message_is_matched_waited_for_or_confirmed_by_hand(session: Session, office: Office) -> None:
    waiting = draw(
        f"""
        {START}
        {user("envoyer")}
        <bpmn:intermediateCatchEvent id="recu" name="Recommandé reçu"><bpmn:messageEventDefinition messageRef="m"/>
        </bpmn:intermediateCatchEvent>
        {user("lire")}
        {END}
        debut -> envoyer
        envoyer -> recu
        recu -> lire
        lire -> fin
        """.replace("\n        </bpmn:int", "</bpmn:int"),
        outside='<bpmn:message id="m" name="recommande"/>',
    )
    office.deploy(session, waiting)
    (envoyer,) = office.start(session).opened
    (attente,) = office.do(session, envoyer).opened
    assert (attente.act, attente.name) == ("recevoir", "Recommandé reçu")
    office.engine.take(session, attente.id, by="claire", now=NOW)
    step = office.engine.deliver(session, message="recommande", correlation="courrier:12", payload={"cote": "R1"}, now=NOW)
    assert step is not None
    assert [(task.step, task.closed_by, task.result) for task in step.closed] == [("recu", "message:recommande", {"cote": "R1"})]
    assert [task.step for task in step.opened] == ["lire"]
    office.do(session, step.opened[0])

    (envoyer,) = office.start(session).opened
    assert office.engine.deliver(session, message="recommande", correlation="courrier:12", payload={}, now=NOW) is None
    step = office.do(session, envoyer)
    assert [task.step for task in step.opened] == ["lire"]
    assert [task.step for task in step.closed] == ["envoyer", "recu"]
    assert session.scalars(select(Message.instance_id)).one() == step.instance.id

    (envoyer,) = office.start(session).opened
    (attente,) = office.do(session, envoyer).opened
    assert office.do(session, attente).opened[0].step == "lire"


def test_running_instances_keep_their_version(session: Session, office: Office) -> None:
    first = office.deploy(session, REFERENCE)
    (old,) = office.start(session).opened
    changed = draw(f"{START}\n{user('traiter')}\n{END}\ndebut -> traiter\ntraiter -> fin")
    second = office.deploy(session, changed)
    assert first != second
    assert office.engine.deploy(session, changed, by="chloe", now=NOW).unchanged
    (new,) = office.start(session).opened
    assert (old.step, new.step) == ("annoter", "traiter")
    assert office.do(session, old).opened[0].step == "valider"
