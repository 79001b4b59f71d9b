"""Instances go to another version with their tasks, holders, drafts, answers and dates."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Incident, Instance
from engine.migration import CannotMove
from tests.engine.moved import SOON, at, data, finish, groups, move, renamed, steps, task, visa, waiting
from tests.engine.office import NOW, Office, draw, service, user
from tests.engine.zoo import END, START, line, several


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_task_goes_on_with_its_holder_draft_and_due_date_and_its_timer_with_its_date(session: Session, office: Office) -> None:
    instance = at(session, office, visa(more='camunda:dueDate="P5D"'), "lire")
    held = task(session, instance, "viser")
    office.engine.take(session, held.id, by="claire", now=NOW)
    office.engine.save_draft(session, held.id, {"commentaire": "à revoir"}, by="claire")
    due, timers = held.due, waiting(session, instance)
    to = office.deploy(session, visa("P9D", name="Viser à deux", more='camunda:dueDate="P9D"'))
    move(session, office, instance, to)
    moved = task(session, instance, "viser")
    assert (moved.id, moved.holder, moved.draft, moved.due) == (held.id, "claire", {"commentaire": "à revoir"}, due)
    assert moved.name == "Viser à deux"
    assert waiting(session, instance) == timers == {"rappel": NOW + timedelta(days=3)}
    assert office.do(session, moved).opened[0].step == "signer"
    finish(session, office, instance)


def test_a_new_delay_begins_at_the_move_and_one_that_is_gone_is_cancelled(session: Session, office: Office) -> None:
    source = visa()
    instance = at(session, office, source, "lire")
    other = renamed(source, "rappel", "alerte").replace(b"P3D", b"P2D")
    move(session, office, instance, office.deploy(session, other))
    assert waiting(session, instance) == {"alerte": SOON + timedelta(days=2)}
    late = SOON + timedelta(days=2)
    (timer,) = office.engine.due(session, now=late)
    assert office.engine.wake(session, timer, now=late) is not None
    assert [step for step, _ in office.calls] == ["relancer"]
    finish(session, office, instance)


def test_a_delay_drawn_again_under_another_id_keeps_its_date(session: Session, office: Office) -> None:
    source = visa()
    instance = at(session, office, source, "lire")
    move(session, office, instance, office.deploy(session, renamed(source, "rappel", "bord7")))
    assert waiting(session, instance) == {"rappel": NOW + timedelta(days=3)}  # the row keeps the words it was written in
    finish(session, office, instance)


def test_a_step_added_after_is_done_and_one_added_before_is_not(session: Session, office: Office) -> None:
    instance = at(session, office, visa(), "lire")
    after = user("archiver") + '<bpmn:sequenceFlow id="apres" sourceRef="archiver" targetRef="fin"/></bpmn:process>'
    more = visa(before=user("relire")).replace(b'targetRef="fin"', b'targetRef="archiver"', 1)
    move(session, office, instance, office.deploy(session, more.replace(b"</bpmn:process>", after.encode())))
    done = [office.do(session, task(session, instance, step)).opened for step in ("viser", "signer")]
    assert [[one.step for one in opened] for opened in done] == [["signer"], ["archiver"]]
    progress = office.engine.progress(session, instance.id)
    assert "relire" not in progress.done
    assert [step.step for step in progress.steps] == ["lire", "viser", "signer", "archiver"]


def test_the_way_done_is_told_truly_on_the_new_drawing(session: Session, office: Office) -> None:
    instance = at(session, office, visa(), "lire")
    before = office.engine.progress(session, instance.id)
    assert {"lire", "debut"} <= set(before.done)
    move(session, office, instance, office.deploy(session, visa(before=user("relire"))))
    after = office.engine.progress(session, instance.id)
    assert set(after.done) == set(before.done)
    assert after.active == ("viser",)
    assert "lire_viser" not in after.flows
    assert "debut_lire" in after.flows


def test_who_may_take_it_changes_only_when_the_drawing_says_another(session: Session, office: Office) -> None:
    instance = at(session, office, visa(), "lire")
    held = task(session, instance, "viser")
    office.engine.transfer(session, held.id, to="zoe", by="claire", now=NOW)
    move(session, office, instance, office.deploy(session, visa("P4D")))
    assert groups(session, held) == {"urbanisme", "@zoe"}
    move(session, office, instance, office.deploy(session, visa(more='camunda:candidateGroups="finances"')))
    assert groups(session, held) == {"finances", "@zoe"}


def test_a_new_choice_is_on_the_button_at_once(session: Session, office: Office) -> None:
    def choosing(*ways: str) -> bytes:
        gateway = '<bpmn:exclusiveGateway id="sort" name="Suite ?"/>'
        ends = "".join(user(way) for way in ways)
        arrows = "".join(
            f'<bpmn:sequenceFlow id="vers_{way}" name="{way}" sourceRef="sort" targetRef="{way}"/>'
            f'<bpmn:sequenceFlow id="de_{way}" sourceRef="{way}" targetRef="fin"/>' for way in ways
        )  # fmt: skip
        return draw(f"{START}\n{user('lire')}\n{gateway}\n{ends}{arrows}\n{END}\ndebut -> lire\nlire -> sort")

    instance = at(session, office, choosing("classer", "repondre"))
    move(session, office, instance, office.deploy(session, choosing("classer", "repondre", "transmettre")))
    assert set(task(session, instance, "lire").choices["options"]) == {"vers_classer", "vers_repondre", "vers_transmettre"}
    step = office.do(session, task(session, instance, "lire"), choix="vers_transmettre")
    assert [one.step for one in step.opened] == ["transmettre"]


def test_a_renamed_step_is_recognised_by_its_name_or_by_whom_the_designer_says(session: Session, office: Office) -> None:
    first = line(user("lire"), user("viser"), names=["lire", "viser"])
    instance = at(session, office, first, "lire")
    same_name = line(user("lire"), user("visa").replace('"Visa"', '"Viser"'), names=["lire", "visa"])
    to = office.deploy(session, same_name)
    assert [(place.step, place.target) for place in office.engine.plan_migration(session, "essai").groups[0].places] == [
        ("viser", "visa")
    ]
    move(session, office, instance, to)
    assert steps(session, instance) == ["visa"]
    assert set(office.engine.progress(session, instance.id).done) == {"debut", "lire"}
    third = office.deploy(session, line(user("lire"), user("approuver"), names=["lire", "approuver"]))
    session.commit()
    plan = office.engine.plan_migration(session, "essai")
    assert [group.possible for group in plan.groups] == [False]
    assert "« Viser » n’existe plus" in plan.groups[0].obstacles[0].message
    assert ("approuver", "Approuver") in plan.groups[0].places[0].options
    with pytest.raises(CannotMove, match="n’existe plus"):
        move(session, office, instance, third)
    session.rollback()
    chosen = {"visa": "approuver"}
    assert office.engine.plan_migration(session, "essai", mapping=chosen).movable == (instance.id,)
    move(session, office, instance, third, mapping=chosen)
    assert steps(session, instance) == ["approuver"]
    finish(session, office, instance)


def test_answers_already_given_to_a_visa_of_several_are_kept(session: Session, office: Office) -> None:
    people = ["paul", "zoe", "omar"]
    source = line(several(False), user("signer"), names=["viser", "signer"])
    instance = at(session, office, source, viseurs=people)
    office.do(session, task(session, instance, "viser"), by="paul", avis="oui")
    move(session, office, instance, office.deploy(session, renamed(source, "viser", "viser_ensemble")))
    assert steps(session, instance) == ["viser_ensemble"] * 2
    for by in ("zoe", "omar"):
        office.do(session, task(session, instance, "viser_ensemble"), by=by, avis="non")
    answers = data(session, office, instance)["viser_ensemble_resultats"]
    assert [one["avis"] for one in answers] == ["oui", "non", "non"]
    finish(session, office, instance)


def test_a_called_circuit_goes_on_in_the_version_called_now(session: Session, office: Office) -> None:
    called = line(user("etudier"), names=["etudier"]).replace(b'"essai"', b'"etude"')
    caller = line('<bpmn:callActivity id="appel" calledElement="etude"/>', user("signer"), names=["appel", "signer"])
    office.deploy(session, called)
    instance = at(session, office, caller)
    office.deploy(session, line(user("etudier"), user("conclure"), names=["etudier", "conclure"]).replace(b'"essai"', b'"etude"'))
    move(session, office, instance, office.deploy(session, caller.replace(b'name="Signer"', b'name="Signer bien"')))
    assert [one.step for one in office.do(session, task(session, instance, "etudier")).opened] == ["conclure"]
    finish(session, office, instance)


def test_an_incident_goes_along_and_can_be_retried_on_the_mended_drawing(session: Session, office: Office) -> None:
    wrong = line(user("a"), service("noter", "relancer"), user("b"), names=["a", "noter", "b"])
    office.failing.add("relancer")
    instance = at(session, office, wrong, "a")
    incident = session.scalars(select(Incident)).one()
    move(session, office, instance, office.deploy(session, wrong.replace(b'topic="relancer"', b'topic="noter"')))
    assert session.get_one(Instance, instance.id).status == "incident"
    step = office.engine.retry(session, incident.id, by="marc", reason="mieux dessiné", now=SOON)
    assert [one.step for one in step.opened] == ["b"]
    finish(session, office, instance)
