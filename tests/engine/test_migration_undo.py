"""A move is undone to the letter while nobody has acted since."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Instance, Task
from engine.migration import NotUndoable
from engine.tables import Migration
from tests.engine.moved import SOON, at, finish, groups, move, renamed, steps, task, visa, waiting
from tests.engine.office import NOW, Office
from tests.engine.zoo import inner, line


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_move_is_undone_to_the_letter_while_nobody_has_acted(session: Session, office: Office) -> None:
    instance = at(session, office, visa(), "lire")
    held = task(session, instance, "viser")
    state, groups_before, timers = instance.state, groups(session, held), waiting(session, instance)
    other = renamed(visa("P2D", more='camunda:candidateGroups="finances"'), "rappel", "alerte")
    move(session, office, instance, office.deploy(session, other))
    office.engine.take(session, held.id, by="zoe", now=SOON)
    assert office.engine.undoable_migration(session, instance.id)
    office.engine.undo_migration(session, instance.id, by="chloe", now=SOON)
    session.commit()
    session.expire_all()
    back = session.get_one(Instance, instance.id)
    assert (back.state, back.status) == (state, "running")
    assert waiting(session, instance) == timers
    assert groups(session, held) == {*groups_before, "@zoe"}
    assert (task(session, instance, "viser").id, task(session, instance, "viser").holder) == (held.id, "zoe")
    move_row = session.scalars(select(Migration)).one()
    assert (move_row.moved_by, move_row.undone_by) == ("chloe", "chloe")
    assert not office.engine.undoable_migration(session, instance.id)
    for by, step in (("zoe", "viser"), ("omar", "signer")):
        office.do(session, task(session, instance, step), by=by)
    assert session.get_one(Instance, instance.id).status == "completed"


def test_an_instance_that_has_gone_on_stays_on_its_new_version(session: Session, office: Office) -> None:
    instance = at(session, office, visa(), "lire")
    to = office.deploy(session, visa("P9D"))
    move(session, office, instance, to)
    office.do(session, task(session, instance, "viser"))
    with pytest.raises(NotUndoable):
        office.engine.undo_migration(session, instance.id, by="chloe", now=SOON)
    assert session.get_one(Instance, instance.id).definition_id == to


def test_a_message_that_only_one_version_awaits_opens_and_closes_its_task(session: Session, office: Office) -> None:
    awaits = (
        '<bpmn:boundaryEvent id="retrait" name="Retrait" attachedToRef="etude" cancelActivity="true">'
        '<bpmn:messageEventDefinition/></bpmn:boundaryEvent><bpmn:endEvent id="fin_retrait"/>'
    )
    study = inner("etude", ["viser"])
    instance = at(session, office, line(study, names=["etude"]))
    second = office.deploy(session, line(study, awaits, names=["etude"], more="retrait -> fin_retrait"))
    move(session, office, instance, second)
    assert steps(session, instance) == ["viser", "retrait"]
    first = session.scalars(select(Migration.from_id)).one()
    office.engine.undo_migration(session, instance.id, by="chloe", now=SOON)
    assert steps(session, instance) == ["viser"]
    move(session, office, instance, second)
    move(session, office, instance, first)
    assert steps(session, instance) == ["viser"]
    office.engine.undo_migration(session, instance.id, by="chloe", now=SOON)
    assert steps(session, instance) == ["viser", "retrait"]
    assert office.do(session, task(session, instance, "retrait")).ended


def test_an_opinion_asked_beside_the_drawing_goes_along(session: Session, office: Office) -> None:
    instance = at(session, office, visa(), "lire")
    held = task(session, instance, "viser")
    asked = office.engine.insert(
        session, held.id, kind="avis", groups=("finances",), question="Budget ?", name="Avis", by="claire", now=NOW,
        due=NOW + timedelta(days=8),
    ).opened[0]  # fmt: skip
    session.commit()
    move(session, office, instance, office.deploy(session, renamed(visa(), "viser", "viser2")))
    assert session.get_one(Task, asked.id).step == "viser2"
    office.do(session, session.get_one(Task, asked.id), by="fanny", reponse="oui")
    office.engine.undo_migration(session, instance.id, by="chloe", now=SOON)
    session.expire_all()
    assert session.get_one(Task, asked.id).outcome == "done"
    assert steps(session, instance) == ["viser"]
    finish(session, office, instance)
