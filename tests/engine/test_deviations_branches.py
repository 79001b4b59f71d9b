"""Where a move would leave a circuit blocked it is refused and nothing changes; where it is sound the circuit ends."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import Step, Task
from engine.errors import AlreadyJoined, NeverDone, NothingAfter, OneOfSeveral, OthersAtWork, TooLate, Unsound
from tests.engine.office import NOW, Office, border, draw, user

FORK = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("recevoir_dossier")}
    <bpmn:parallelGateway id="fourche"/>
    {user("plan")}
    {user("calcul")}
    {user("avis")}
    <bpmn:parallelGateway id="jonction"/>
    {user("conclure")}
    {user("signer")}
    <bpmn:endEvent id="fin"/>
    debut -> recevoir_dossier
    recevoir_dossier -> fourche
    fourche -> plan
    plan -> calcul
    fourche -> avis
    calcul -> jonction
    avis -> jonction
    jonction -> conclure
    conclure -> signer
    signer -> fin
    """
)
VISEURS = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="viseurs" camunda:elementVariable="qui"/>'
SEVERAL = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("preparer")}
    {user("viser", 'camunda:assignee="${qui}"', VISEURS)}
    {user("signer")}
    <bpmn:endEvent id="fin"/>
    debut -> preparer
    preparer -> viser
    viser -> signer
    signer -> fin
    """
)  # fmt: skip
PART = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("annoter")}
    <bpmn:subProcess id="instruction" name="Instruction"><bpmn:startEvent id="d2"/>{user("lire")}{user("ecrire")}\
<bpmn:endEvent id="f2"/><bpmn:sequenceFlow id="x" sourceRef="d2" targetRef="lire"/>\
<bpmn:sequenceFlow id="y" sourceRef="lire" targetRef="ecrire"/><bpmn:sequenceFlow id="z" sourceRef="ecrire" targetRef="f2"/>\
</bpmn:subProcess>
    {border("trop_long", "instruction", "P9D")}
    {user("relire")}
    <bpmn:endEvent id="fin3"/>
    {user("signer")}
    <bpmn:endEvent id="fin"/>
    debut -> annoter
    annoter -> instruction
    trop_long -> relire
    relire -> fin3
    instruction -> signer
    signer -> fin
    """
)
FIRST = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("envoyer")}
    <bpmn:eventBasedGateway id="attente"/>
    <bpmn:intermediateCatchEvent id="reponse" name="Réponse"><bpmn:messageEventDefinition messageRef="m"/>\
</bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="delai" name="Un mois"><bpmn:timerEventDefinition><bpmn:timeDuration>P30D</bpmn:timeDuration>\
</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    {user("lire")}
    {user("relancer_usager")}
    <bpmn:endEvent id="fin"/>
    debut -> envoyer
    envoyer -> attente
    attente -> reponse
    attente -> delai
    reponse -> lire
    delai -> relancer_usager
    lire -> fin
    relancer_usager -> fin
    """,
    outside='<bpmn:message id="m" name="reponse"/>',
)


@pytest.fixture
def office() -> Office:
    return Office()


def back(session: Session, office: Office, task: Task, step: str) -> Step:
    return office.engine.send_back(session, task.id, step=step, by="paul", reason="à revoir", now=NOW)


def ways(session: Session, office: Office, task: Task) -> list[str]:
    return [way.step for way in office.engine.ways_back(session, task.id, now=NOW)]


def finish(session: Session, office: Office, *tasks: Task) -> list[str]:
    """Do every task until the circuit ends; the steps done, in order."""
    todo, done, ended = list(tasks), [], False
    while todo:
        task = todo.pop(0)
        step = office.do(session, task, by=task.assignee or "claire")
        done.append(task.step)
        todo += step.opened
        ended = step.ended
    assert ended
    return done


def forked(session: Session, office: Office) -> tuple[Task, Task]:
    office.deploy(session, FORK)
    (first,) = office.start(session).opened
    plan, avis = office.do(session, first).opened
    return plan, avis


def test_within_a_branch_one_goes_back_within_the_branch(session: Session, office: Office) -> None:
    plan, avis = forked(session, office)
    (calcul,) = office.do(session, plan).opened
    assert ways(session, office, calcul) == ["plan"]
    with pytest.raises(OthersAtWork, match="« Avis »"):
        back(session, office, calcul, "recevoir_dossier")
    (again,) = back(session, office, calcul, "plan").opened
    assert finish(session, office, again, avis) == ["plan", "avis", "calcul", "conclure", "signer"]


def test_what_waits_at_a_join_is_not_doubled(session: Session, office: Office) -> None:
    plan, avis = forked(session, office)
    office.do(session, avis)  # waits at the join
    with pytest.raises(OthersAtWork):
        back(session, office, plan, "recevoir_dossier")
    assert ways(session, office, plan) == []


def test_after_a_join_one_goes_back_before_the_fork_but_not_into_a_branch(session: Session, office: Office) -> None:
    plan, avis = forked(session, office)
    (calcul,) = office.do(session, plan).opened
    office.do(session, calcul)
    (conclure,) = office.do(session, avis).opened
    assert ways(session, office, conclure) == ["recevoir_dossier"]
    with pytest.raises(AlreadyJoined):
        back(session, office, conclure, "avis")


def test_both_branches_are_done_again(session: Session, office: Office) -> None:
    plan, avis = forked(session, office)
    (calcul,) = office.do(session, plan).opened
    office.do(session, calcul)
    (conclure,) = office.do(session, avis).opened
    (again,) = back(session, office, conclure, "recevoir_dossier").opened
    done = finish(session, office, again)
    assert sorted(done[1:4]) == ["avis", "calcul", "plan"]
    assert done[4:] == ["conclure", "signer"]


def test_an_act_before_a_fork_is_taken_back_with_both_branches(session: Session, office: Office) -> None:
    plan, avis = forked(session, office)
    (first,) = [one for one in office.engine.progress(session, plan.instance_id).steps if one.outcome == "done"]
    step = office.engine.recall(session, first.task, by="claire", now=NOW)
    assert {(one.id, one.outcome) for one in step.closed} == {(plan.id, "recalled"), (avis.id, "recalled")}
    assert len(finish(session, office, *step.opened)) == 6


def test_an_act_that_waits_at_a_join_is_taken_back_until_the_others_come(session: Session, office: Office) -> None:
    plan, avis = forked(session, office)
    office.do(session, avis)
    (again,) = office.engine.recall(session, avis.id, by="claire", now=NOW).opened
    assert again.step == "avis"
    (calcul,) = office.do(session, plan).opened
    (conclure,) = [*office.do(session, again).opened, *office.do(session, calcul).opened]
    with pytest.raises(NothingAfter):
        office.engine.recall(session, again.id, by="claire", now=NOW)
    with pytest.raises(AlreadyJoined):
        office.engine.recall(session, calcul.id, by="claire", now=NOW)
    assert finish(session, office, conclure) == ["conclure", "signer"]


def test_one_visa_of_several_is_neither_sent_back_nor_taken_back(session: Session, office: Office) -> None:
    office.deploy(session, SEVERAL)
    (preparer,) = office.start(session, viseurs=["paul", "zoe"]).opened
    paul, _zoe = office.do(session, preparer).opened
    assert ways(session, office, paul) == []
    with pytest.raises(OneOfSeveral):
        back(session, office, paul, "preparer")


def test_all_visas_are_asked_again(session: Session, office: Office) -> None:
    office.deploy(session, SEVERAL)
    (preparer,) = office.start(session, viseurs=["paul", "zoe"]).opened
    paul, zoe = office.do(session, preparer).opened
    office.do(session, paul, by="paul", visa="oui")
    with pytest.raises(OneOfSeveral):
        office.engine.recall(session, paul.id, by="paul", now=NOW)
    with pytest.raises(TooLate):
        office.engine.recall(session, preparer.id, by="claire", now=NOW)
    (signer,) = office.do(session, zoe, by="zoe", visa="oui").opened
    assert ways(session, office, signer) == ["viser", "preparer"]
    again = back(session, office, signer, "viser").opened
    assert [one.assignee for one in again] == ["paul", "zoe"]
    assert finish(session, office, *again) == ["viser", "viser", "signer"]


def test_out_of_a_sub_process_to_a_step_before_it(session: Session, office: Office) -> None:
    office.deploy(session, PART)
    (annoter,) = office.start(session).opened
    (lire,) = office.do(session, annoter).opened
    assert office.engine.recallable(session, annoter.id, by="claire", now=NOW)
    (ecrire,) = office.do(session, lire).opened
    assert not office.engine.recallable(session, annoter.id, by="claire", now=NOW)
    assert ways(session, office, ecrire) == ["lire", "annoter"]
    (again,) = back(session, office, ecrire, "annoter").opened
    assert office.engine.due(session, now=NOW + timedelta(days=400)) == []
    assert finish(session, office, again) == ["annoter", "lire", "ecrire", "signer"]


def test_into_a_sub_process_that_is_over_nobody_goes(session: Session, office: Office) -> None:
    office.deploy(session, PART)
    (annoter,) = office.start(session).opened
    (lire,) = office.do(session, annoter).opened
    (again,) = office.engine.recall(session, annoter.id, by="claire", now=NOW).opened
    (lire,) = office.do(session, again).opened
    (ecrire,) = office.do(session, lire).opened
    (signer,) = office.do(session, ecrire).opened
    assert ways(session, office, signer) == ["annoter"]
    with pytest.raises(NeverDone):
        back(session, office, signer, "lire")


def test_a_branch_of_a_delay_that_is_at_work_holds_back(session: Session, office: Office) -> None:
    office.deploy(session, PART)
    (annoter,) = office.start(session).opened
    (lire,) = office.do(session, annoter).opened
    late = NOW + timedelta(days=10)
    (timer,) = office.engine.due(session, now=late)
    step = office.engine.wake(session, timer, now=late)
    assert step is not None
    (relire,) = step.opened
    assert ways(session, office, lire) == []
    assert ways(session, office, relire) == []
    assert not office.engine.recallable(session, annoter.id, by="claire", now=late)
    office.do(session, relire)
    assert ways(session, office, lire) == ["annoter"]
    (again,) = back(session, office, lire, "annoter").opened
    assert finish(session, office, again) == ["annoter", "lire", "ecrire", "signer"]


def test_a_wait_is_sent_back_with_all_that_it_waited_for(session: Session, office: Office) -> None:
    office.deploy(session, FIRST)
    (envoyer,) = office.start(session).opened
    (attente,) = office.do(session, envoyer).opened
    assert attente.act == "recevoir"
    (again,) = back(session, office, attente, "envoyer").opened
    assert office.engine.due(session, now=NOW + timedelta(days=400)) == []
    (attente,) = office.do(session, again).opened
    assert office.engine.recallable(session, again.id, by="claire", now=NOW)
    step = office.engine.deliver(session, message="reponse", correlation="courrier:12", payload={}, now=NOW)
    assert step is not None
    assert not office.engine.recallable(session, again.id, by="claire", now=NOW)
    assert finish(session, office, *step.opened) == ["lire"]


def test_what_is_refused_changes_nothing(session: Session, office: Office) -> None:
    plan, _avis = forked(session, office)
    before = office.engine.progress(session, plan.instance_id).steps
    with pytest.raises(Unsound):
        back(session, office, plan, "recevoir_dossier")
    assert office.engine.progress(session, plan.instance_id).steps == before
