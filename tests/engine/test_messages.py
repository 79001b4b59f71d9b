"""A message finds the step that waits for it by its name and its key, whichever of the two comes first."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.db import tune
from engine import Message, Step, Task
from engine.errors import TaskClosed
from tests.engine.office import NOW, Office, draw, user

KEY = '<bpmn:extensionElements><camunda:properties><camunda:property name="correlation" value="${recommande}"/>\
</camunda:properties></bpmn:extensionElements>'
CIRCUIT = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("envoyer")}
    <bpmn:intermediateCatchEvent id="recu" name="Accusé revenu">{KEY}<bpmn:messageEventDefinition messageRef="m"/>\
</bpmn:intermediateCatchEvent>
    {user("lire")}
    <bpmn:endEvent id="fin"/>
    debut -> envoyer
    envoyer -> recu
    recu -> lire
    lire -> fin
    """,
    outside='<bpmn:message id="m" name="accuse postal"/>',
)


@pytest.fixture
def office(session: Session) -> Office:
    office = Office()
    office.deploy(session, CIRCUIT)
    return office


def deliver(session: Session, office: Office, key: str, **payload: object) -> Step | None:
    return office.engine.deliver(session, message="accuse postal", correlation=key, payload=payload, now=NOW)


def waiting(session: Session) -> list[str]:
    return list(session.scalars(select(Message.correlation).where(Message.consumed_at.is_(None)).order_by(Message.id)))


def sent(session: Session, office: Office, key: str) -> Step:
    """A circuit whose registered letter has left with this number."""
    (envoyer,) = office.start(session).opened
    return office.do(session, envoyer, recommande=key)


def test_the_key_says_which_of_those_that_wait(session: Session, office: Office) -> None:
    first, second = sent(session, office, "1A 001"), sent(session, office, "1A 002")
    step = deliver(session, office, "1A 002", presente="2026-11-20")
    assert step is not None
    assert step.instance.id == second.instance.id
    assert [(one.step, one.closed_by) for one in step.closed] == [("recu", "message:accuse postal")]
    assert [one.step for one in step.opened] == ["lire"]
    assert [one.step for one in office.engine.progress(session, first.instance.id).steps if one.closed_at is None] == ["recu"]
    assert deliver(session, office, "1A 003") is None
    assert deliver(session, office, "1A 002") is None
    assert waiting(session) == ["1A 003", "1A 002"]


def test_a_message_that_comes_first_waits_for_the_step_of_its_key(session: Session, office: Office) -> None:
    assert deliver(session, office, "1A 001", presente="2026-11-20") is None
    session.commit()
    session.expire_all()
    other = sent(session, office, "1A 009")
    assert [one.step for one in other.opened] == ["recu"]
    step = sent(session, office, "1A 001")
    assert [one.step for one in step.opened] == ["lire"]
    (received,) = [one for one in step.closed if one.step == "recu"]
    assert (received.closed_by, received.result) == ("message:accuse postal", {"presente": "2026-11-20"})
    assert waiting(session) == []
    assert session.scalars(select(Message.instance_id)).one() == step.instance.id


def test_two_that_came_first_are_given_in_their_order_each_once(session: Session, office: Office) -> None:
    deliver(session, office, "1A 001", rang=1)
    deliver(session, office, "1A 001", rang=2)
    ranks = [[one.result for one in sent(session, office, "1A 001").closed if one.step == "recu"] for _ in range(2)]
    assert ranks == [[{"rang": 1}], [{"rang": 2}]]
    assert [one.step for one in sent(session, office, "1A 001").opened] == ["recu"]


def test_who_may_do_the_step_confirms_it_by_hand(session: Session, office: Office) -> None:
    (recu,) = sent(session, office, "1A 001").opened
    assert (recu.act, recu.choices["correlation"]) == ("recevoir", "1A 001")
    step = office.do(session, recu, commentaire="Le facteur l’a rapporté.")
    assert [one.step for one in step.opened] == ["lire"]
    assert deliver(session, office, "1A 001") is None  # kept: it is not lost that it came
    assert waiting(session) == ["1A 001"]
    with pytest.raises(TaskClosed):
        office.do(session, recu)


def test_a_key_that_gives_nothing_is_the_subject(session: Session, office: Office) -> None:
    office.deploy(session, CIRCUIT.replace(b"${recommande}", b"${recommande.numero[1]}").replace(b'id="essai"', b'id="faux"'))
    (envoyer,) = office.start(session, "faux").opened
    step = office.do(session, envoyer)
    (recu,) = step.opened
    assert recu.choices["correlation"] == "courrier:12"
    found = deliver(session, office, "courrier:12")
    assert found is not None
    assert [one.step for one in found.opened] == ["lire"]


def test_a_message_and_its_step_that_come_at_the_same_moment_meet(database_url: str) -> None:
    office, told = Office(), []
    bind = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    tune(bind)

    def post() -> None:
        with Session(bind, expire_on_commit=False, autoflush=False) as mine:
            mine.connection(execution_options={"writes": True})
            step = deliver(mine, office, "1A 001")
            mine.commit()
            told.extend([one.step for one in step.opened] if step else ["personne"])

    with Session(bind, expire_on_commit=False, autoflush=False) as session:
        session.connection(execution_options={"writes": True})
        office.deploy(session, CIRCUIT)
        (envoyer,) = office.start(session).opened
        session.commit()
        session.connection(execution_options={"writes": True})
        assert [one.step for one in office.do(session, envoyer, recommande="1A 001").opened] == ["recu"]
        postman = threading.Thread(target=post)
        postman.start()
        postman.join(1)  # long enough for one who would not wait to miss the step
        session.commit()
    postman.join()
    with Session(bind) as session:
        assert told == ["lire"]
        assert session.scalars(select(Task.step).where(Task.closed_at.is_(None))).all() == ["lire"]
        assert waiting(session) == []
    bind.dispose()


def test_a_message_waits_as_long_as_it_takes(session: Session, office: Office) -> None:
    deliver(session, office, "1A 001")
    (envoyer,) = office.start(session).opened
    step = office.do(session, envoyer, now=NOW + timedelta(days=900), recommande="1A 001")
    assert [one.step for one in step.opened] == ["lire"]
