"""What cannot go to another version is told why, by where it stands, and stays whole where it is."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import Instance
from engine.errors import InstanceEnded
from engine.migration import AlreadyThere, CannotMove, Plan
from engine.tables import Migration
from tests.engine.moved import at, finish, move, steps, task, visa
from tests.engine.office import Office, draw, service, user
from tests.engine.zoo import END, START, inner, line, several


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize(
    ("left", "gone_to", "why"),
    [
        (line(user("a"), names=["a"]), line(service("a"), names=["a"]), "a changé de nature"),
        (line(user("viser"), names=["viser"]), line(several(True), names=["viser"]), "n’est plus répétée"),
        (line(several(True), names=["viser"]), line(several(False), names=["viser"]), "n’est plus répétée"),
        (line(user("a"), user("b"), names=["a", "b"]), line(inner("etude", ["a"]), user("b"), names=["etude", "b"]), "déplacée"),
        (line(inner("etude", ["a", "b"]), names=["etude"]), line(inner("etude", ["c"]), names=["etude"]), "« A » n’existe plus"),
    ],
)  # fmt: skip
def test_what_cannot_go_is_told_why_and_stays(session: Session, office: Office, left: bytes, gone_to: bytes, why: str) -> None:
    instance = at(session, office, left, viseurs=["paul", "zoe"])
    before = (session.get_one(Instance, instance.id).definition_id, steps(session, instance))
    to = office.deploy(session, gone_to)
    (group,) = office.engine.plan_migration(session, "essai").groups
    assert not group.possible
    assert why in group.obstacles[0].message
    with pytest.raises(CannotMove, match=why):
        move(session, office, instance, to)
    session.rollback()
    assert (session.get_one(Instance, instance.id).definition_id, steps(session, instance)) == before
    finish(session, office, instance)


def test_a_branch_never_begun_is_not_waited_for(session: Session, office: Office) -> None:
    instance = at(session, office, line(user("a"), user("b"), names=["a", "b"]), "a")
    office.deploy(session, draw(
        f"{START}\n{user('a')}\n{user('b')}\n{user('c')}\n<bpmn:parallelGateway id=\"f\"/>\n"
        f'<bpmn:parallelGateway id="j" name="Fin des visas"/>\n{END}\n'
        "debut -> a\na -> f\nf -> b\nf -> c\nb -> j\nc -> j\nj -> fin"))  # fmt: skip
    plan = office.engine.plan_migration(session, "essai")
    assert [one.message for one in plan.groups[0].obstacles] == [
        "Plus loin, la jonction «Fin des visas» attendrait pour toujours une branche qui n’a jamais été commencée."
    ]
    assert plan.movable == ()
    assert steps(session, instance) == ["b"]


def test_a_step_inserted_in_a_branch_already_done_is_not_waited_for(session: Session, office: Office) -> None:
    def forked(more: str, way: str) -> bytes:
        return draw(
            f"{START}\n{user('a')}\n{user('b')}\n{more}\n<bpmn:parallelGateway id=\"f\"/>\n"
            f'<bpmn:parallelGateway id="j"/>\n{END}\ndebut -> f\nf -> a\nf -> b\n{way}\nb -> j\nj -> fin'
        )

    instance = at(session, office, forked("", "a -> j"), "a")
    move(session, office, instance, office.deploy(session, forked(user("c"), "a -> c\nc -> j")))
    assert "c" not in office.engine.progress(session, instance.id).done
    assert office.do(session, task(session, instance, "b")).ended


def test_the_dry_run_groups_by_where_instances_stand_and_writes_nothing(session: Session, office: Office) -> None:
    office.deploy(session, visa())
    there = [office.start(session).instance for _ in range(3)]
    office.do(session, task(session, there[0], "lire"))
    session.commit()
    to = office.deploy(session, line(user("lire"), names=["lire"]))
    plan = office.engine.plan_migration(session, "essai")
    assert [(group.name, len(group.instances), group.possible, group.version) for group in plan.groups] == [
        ("« Lire »", 2, True, 1), ("« Viser »", 1, False, 1),
    ]  # fmt: skip
    assert plan.movable == (there[1].id, there[2].id)
    assert plan.to.id == to
    assert not session.dirty
    assert session.scalars(select(Migration)).all() == []
    back = office.engine.plan_migration(session, "essai", to=there[0].definition_id)
    assert isinstance(back, Plan)
    assert back.groups == ()


def test_what_is_over_or_already_there_is_refused(session: Session, office: Office) -> None:
    instance = at(session, office, line(user("a"), names=["a"]))
    with pytest.raises(AlreadyThere):
        move(session, office, instance, instance.definition_id)
    to = office.deploy(session, line(user("a"), user("b"), names=["a", "b"]))
    office.do(session, task(session, instance, "a"))
    assert office.engine.plan_migration(session, "essai").groups == ()
    with pytest.raises(InstanceEnded):
        move(session, office, instance, to)


def test_an_instance_that_cannot_be_read_holds_no_other_back(session: Session, office: Office) -> None:
    broken = at(session, office, visa())
    sound = office.start(session).instance
    session.execute(update(Instance).where(Instance.id == broken.id).values(state=b"V1[]"))
    session.commit()
    office.deploy(session, visa("P9D"))
    plan = office.engine.plan_migration(session, "essai")
    assert plan.movable == (sound.id,)
    (refused,) = [group for group in plan.groups if not group.possible]
    assert refused.instances == (broken.id,)
    assert "ne peut pas être relu" in refused.obstacles[0].message
