"""What people do beside the drawing: sent back, taken back, passed over, and the circuit stays sound to its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Task, TaskGroup, Timer
from engine.errors import FormRefused, InstanceEnded, NothingAfter, NotYours, TakenSince, TaskClosed, TaskHeld, TooLate
from tests.engine.office import NOW, Office, border, draw, service, user

LINE = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("annoter")}
    {border("relance_annoter", "annoter", "P2D")}
    {service("relancer", "relancer")}
    <bpmn:endEvent id="fin_relance"/>
    {user("rediger")}
    {service("noter")}
    {user("valider", 'camunda:candidateGroups="urbanisme.chef"')}
    {border("relance_valider", "valider", "P3D")}
    {service("relancer2", "relancer")}
    <bpmn:endEvent id="fin_relance2"/>
    <bpmn:exclusiveGateway id="accord" default="accord_signer"/>
    {user("signer")}
    <bpmn:endEvent id="fin"/>
    debut -> annoter
    annoter -> rediger
    relance_annoter -> relancer
    relancer -> fin_relance
    rediger -> noter
    noter -> valider
    relance_valider -> relancer2
    relancer2 -> fin_relance2
    valider -> accord
    accord -> rediger : decision = "renvoyer"
    accord -> signer
    signer -> fin
    """
)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def office(session: Session) -> Office:
    office = Office()
    office.deploy(session, LINE)
    return office


def until(session: Session, office: Office, step: str, note: str = "") -> Task:
    """A new instance, done up to the task of `step`."""
    (task,) = office.start(session).opened
    while task.step != step:
        (task,) = office.do(session, task, note=note).opened
    return task


def ways(session: Session, office: Office, task: Task) -> list[str]:
    return [way.step for way in office.engine.ways_back(session, task.id, now=NOW)]


def waiting(session: Session) -> list[str]:
    return list(session.scalars(select(Timer.step).where(Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))))


def test_sent_back_the_circuit_goes_on_from_there_with_new_delays(session: Session, office: Office) -> None:
    valider = until(session, office, "valider")
    assert ways(session, office, valider) == ["rediger", "annoter"]
    assert waiting(session) == ["relance_valider"]
    step = office.engine.send_back(session, valider.id, step="annoter", by="paul", reason="il manque le plan", now=LATER)
    session.commit()
    session.expire_all()
    assert [(one.step, one.outcome, one.closed_by, one.result) for one in step.closed] == [
        ("valider", "sent-back", "paul", {"motif": "il manque le plan", "vers": "annoter"})
    ]
    assert [one.step for one in step.opened] == ["annoter"]
    assert step.opened[0].id != session.scalars(select(Task.id).where(Task.step == "annoter").order_by(Task.id)).first()
    timers = {timer.due_at for timer in session.scalars(select(Timer).where(Timer.cancelled_at.is_(None)))}
    assert timers == {LATER + timedelta(days=2)}
    done = [office.do(session, step.opened[0])]
    while done[-1].opened:
        done.append(office.do(session, done[-1].opened[0]))
    assert [one.closed[0].step for one in done] == ["annoter", "rediger", "valider", "signer"]
    assert done[-1].instance.status == "completed"


def test_progress_tells_what_was_sent_back_and_what_will_come_again(session: Session, office: Office) -> None:
    valider = until(session, office, "valider")
    office.engine.send_back(session, valider.id, step="rediger", by="paul", reason="à revoir", now=LATER)
    progress = office.engine.progress(session, valider.instance_id)
    assert progress.active == ("rediger",)
    assert "valider" in progress.planned
    assert "valider" not in progress.done
    assert [(one.step, one.outcome) for one in progress.steps] == [
        ("annoter", "done"), ("rediger", "done"), ("valider", "sent-back"), ("rediger", None),
    ]  # fmt: skip


def test_a_done_task_is_never_rewritten(session: Session, office: Office) -> None:
    valider = until(session, office, "valider", note="vu")
    before = {one.id: (one.closed_at, one.result) for one in session.scalars(select(Task).where(Task.outcome == "done"))}
    office.engine.send_back(session, valider.id, step="annoter", by="paul", reason="à revoir", now=LATER)
    after = {one.id: (one.closed_at, one.result) for one in session.scalars(select(Task).where(Task.outcome == "done"))}
    assert before == after
    assert [len(before), next(iter(before.values()))] == [2, (NOW, {"note": "vu"})]


def test_sent_back_twice_at_once_is_sent_back_once(session: Session, office: Office) -> None:
    valider = until(session, office, "valider")
    office.engine.send_back(session, valider.id, step="rediger", by="paul", reason="à revoir", now=LATER)
    with pytest.raises(TaskClosed):
        office.engine.send_back(session, valider.id, step="rediger", by="paul", reason="à revoir", now=LATER)
    assert ways(session, office, valider) == []


def test_a_task_that_another_holds_is_sent_back_only_by_right(session: Session, office: Office) -> None:
    valider = until(session, office, "valider")
    office.engine.take(session, valider.id, by="zoe", now=NOW)
    with pytest.raises(TaskHeld):
        office.engine.send_back(session, valider.id, step="rediger", by="paul", reason="à revoir", now=LATER)
    step = office.engine.send_back(
        session, valider.id, step="rediger", by="paul", reason="zoe est absente", now=LATER, whoever=True
    )
    assert [one.outcome for one in step.closed] == ["sent-back"]


def test_sent_back_again_and_again_it_still_ends(session: Session, office: Office) -> None:
    task = until(session, office, "valider")
    for _ in range(60):
        (task,) = office.engine.send_back(session, task.id, step="rediger", by="paul", reason="encore", now=NOW).opened
        (task,) = office.do(session, task).opened
    (signer,) = office.do(session, task).opened
    assert office.do(session, signer).ended


def test_one_takes_back_ones_act_while_nobody_has_acted(session: Session, office: Office) -> None:
    (annoter,) = office.start(session).opened
    (rediger,) = office.do(session, annoter).opened
    (valider,) = office.do(session, rediger, by="claire", note="Projet joint").opened
    assert office.engine.recallable(session, rediger.id, by="claire", now=LATER)
    assert not office.engine.recallable(session, rediger.id, by="paul", now=LATER)
    assert not office.engine.recallable(session, annoter.id, by="claire", now=LATER)
    step = office.engine.recall(session, rediger.id, by="claire", now=LATER)
    session.commit()
    session.expire_all()
    assert [(one.id, one.outcome, one.closed_by) for one in step.closed] == [(valider.id, "recalled", "claire")]
    (again,) = step.opened
    assert (again.step, again.holder, again.draft, again.opened_at) == ("rediger", "claire", {"note": "Projet joint"}, LATER)
    assert session.get_one(Task, rediger.id).outcome == "done"
    assert waiting(session) == []
    assert [one.step for one in office.do(session, again, by="claire").opened] == ["valider"]
    assert waiting(session) == ["relance_valider"]
    with pytest.raises(NothingAfter, match="Rediger"):
        office.engine.recall(session, rediger.id, by="claire", now=LATER)


def test_an_act_is_not_taken_back_once_another_has_begun(session: Session, office: Office) -> None:
    valider = until(session, office, "valider")
    rediger = session.scalars(select(Task).where(Task.step == "rediger")).one()
    office.engine.save_draft(session, valider.id, {"note": "je regarde"}, by="paul")
    with pytest.raises(TakenSince, match="Valider"):
        office.engine.recall(session, rediger.id, by="claire", now=LATER)
    office.engine.save_draft(session, valider.id, {}, by="paul")
    office.engine.take(session, valider.id, by="paul", now=NOW)
    with pytest.raises(TakenSince, match="paul"):
        office.engine.recall(session, rediger.id, by="claire", now=LATER)
    office.do(session, valider, by="paul")
    with pytest.raises(TooLate, match="« Valider » a déjà"):
        office.engine.recall(session, rediger.id, by="claire", now=LATER)
    with pytest.raises(NotYours):
        office.engine.recall(session, valider.id, by="claire", now=LATER)


def test_the_end_of_a_circuit_is_not_taken_back(session: Session, office: Office) -> None:
    signer = until(session, office, "signer")
    office.do(session, signer)
    with pytest.raises(InstanceEnded):
        office.engine.recall(session, signer.id, by="claire", now=LATER)
    assert not office.engine.recallable(session, signer.id, by="claire", now=LATER)
    assert not office.engine.recallable(session, 999, by="claire", now=LATER)


def test_a_recalled_step_is_for_those_who_had_it_whatever_its_answer_changed(session: Session, office: Office) -> None:
    office.deploy(session, draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("qualifier", 'camunda:candidateGroups="${chef(bureau)}" camunda:dueDate="P1D"')}
        {user("traiter")}
        <bpmn:endEvent id="fin"/>
        debut -> qualifier
        qualifier -> traiter
        traiter -> fin
        """, key="bureaux"))  # fmt: skip
    (qualifier,) = office.start(session, "bureaux").opened
    office.do(session, qualifier, bureau="voirie")
    (again,) = office.engine.recall(session, qualifier.id, by="claire", now=LATER).opened
    assert set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == again.id))) == {"urbanisme.chef"}
    assert again.due == qualifier.due


def test_a_step_passed_over_is_not_said_to_be_done(session: Session, office: Office) -> None:
    valider = until(session, office, "valider")
    office.engine.take(session, valider.id, by="zoe", now=NOW)
    step = office.engine.force(
        session, valider.id, {"decision": "renvoyer"}, by="paul", reason="zoe est en congé", now=LATER
    )
    assert [one.step for one in step.opened] == ["rediger"]
    assert [(one.outcome, one.closed_by, one.result) for one in step.closed] == [
        ("skipped", "paul", {"decision": "renvoyer", "motif": "zoe est en congé"})
    ]
    with pytest.raises(TaskClosed):
        office.engine.force(session, valider.id, {}, by="paul", reason="zoe est en congé", now=LATER)


def test_a_choice_drawn_as_buttons_must_be_made_to_pass_over_it(session: Session, office: Office) -> None:
    office.deploy(session, draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("examiner")}
        <bpmn:exclusiveGateway id="suite" name="Suite ?"/>
        {user("classer")}
        {user("repondre")}
        <bpmn:endEvent id="fin"/>
        debut -> examiner
        examiner -> suite
        suite -> classer
        suite -> repondre
        classer -> fin
        repondre -> fin
        """, key="choix"))  # fmt: skip
    (examiner,) = office.start(session, "choix").opened
    with pytest.raises(FormRefused):
        office.engine.force(session, examiner.id, {}, by="paul", reason="urgent", now=LATER)
    step = office.engine.force(session, examiner.id, {"choix": "suite_repondre"}, by="paul", reason="urgent", now=LATER)
    assert [one.step for one in step.opened] == ["repondre"]


def test_what_made_a_step_fail_is_set_right_with_a_reason(session: Session, office: Office) -> None:
    office.deploy(session, draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("compter")}
        <bpmn:exclusiveGateway id="cher" default="cher_fin"/>
        {user("viser")}
        <bpmn:endEvent id="fin"/>
        debut -> compter
        compter -> cher
        cher -> viser : if montant > 1000 then true else if montant < 0 then montant else false
        cher -> fin
        viser -> fin
        """, key="montants"))  # fmt: skip
    (compter,) = office.start(session, "montants", montant=-5).opened
    (incident,) = office.do(session, compter).incidents
    step = office.engine.set_right(
        session, incident.id, {"montant": 2000}, by="paul", reason="montant mal saisi", now=LATER
    )
    assert [one.step for one in step.opened] == ["viser"]
    assert (incident.resolution, incident.closed_by, incident.reason) == ("set-right", "paul", "montant mal saisi")
    assert step.instance.status == "running"


def test_what_ends_a_part_of_the_circuit_is_not_taken_back(session: Session, office: Office) -> None:
    office.deploy(session, draw(
        f"""
        <bpmn:startEvent id="debut"/>
        <bpmn:subProcess id="instruction" name="Instruction"><bpmn:startEvent id="d2"/>{user("lire")}<bpmn:endEvent id="f2"/>\
<bpmn:sequenceFlow id="x" sourceRef="d2" targetRef="lire"/><bpmn:sequenceFlow id="y" sourceRef="lire" targetRef="f2"/>\
</bpmn:subProcess>
        {user("signer")}
        <bpmn:endEvent id="fin"/>
        debut -> instruction
        instruction -> signer
        signer -> fin
        """, key="partie"))  # fmt: skip
    (lire,) = office.start(session, "partie").opened
    office.do(session, lire)
    with pytest.raises(NothingAfter):
        office.engine.recall(session, lire.id, by="claire", now=LATER)
