"""Where an instance stands is told on the diagram as it was saved."""

from datetime import timedelta

from sqlalchemy.orm import Session

from engine import Task
from tests.engine.office import NOW, Office, border, draw, service, user

CIRCUIT = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("annoter")}
    {border("retard", "annoter")}
    {service("relancer", "relancer")}
    <bpmn:exclusiveGateway id="suite" default="suite_signer"/>
    {user("signer", 'camunda:dueDate="P2D"')}
    {user("archiver")}
    <bpmn:endEvent id="fin"/>
    <bpmn:endEvent id="fin_relance"/>
    debut -> annoter
    annoter -> suite
    retard -> relancer
    relancer -> fin_relance
    suite -> signer
    suite -> archiver : ${{archiver = true}}
    signer -> fin
    archiver -> fin
    """
)


def test_done_active_and_to_come(session: Session) -> None:
    office = Office()
    office.deploy(session, CIRCUIT)
    step = office.start(session)
    seen = office.engine.progress(session, step.instance.id)
    assert (seen.done, seen.active, seen.flows) == (("debut",), ("annoter",), ("debut_annoter",))
    assert set(seen.planned) == {"suite", "signer", "archiver", "fin", "retard", "relancer", "fin_relance"}
    assert seen.source == CIRCUIT
    later = NOW.replace(day=21)
    office.engine.wake(session, office.engine.due(session, now=later)[0], now=later)
    office.do(session, step.opened[0], by="claire", now=later)
    seen = office.engine.progress(session, step.instance.id)
    assert set(seen.done) == {"debut", "annoter", "retard", "relancer", "fin_relance", "suite"}
    assert seen.active == ("signer",)
    assert set(seen.flows) == {
        "debut_annoter", "retard_relancer", "relancer_fin_relance", "annoter_suite", "suite_signer",
    }  # fmt: skip
    assert seen.planned == ("fin",)
    annoter, signer = seen.steps
    assert (annoter.name, annoter.closed_by, annoter.closed_at, annoter.outcome) == ("Annoter", "claire", later, "done")
    assert (signer.groups, signer.closed_at, signer.due) == (("urbanisme",), None, later.replace(day=23))


def test_an_ended_instance_has_nothing_left(session: Session) -> None:
    office = Office()
    office.deploy(session, CIRCUIT)
    step = office.start(session)
    step = office.do(session, step.opened[0], archiver=True)
    office.do(session, step.opened[0])
    seen = office.engine.progress(session, step.instance.id)
    assert (seen.active, seen.planned) == ((), ())
    assert "suite_signer" not in seen.flows
    assert {"suite_archiver", "archiver_fin"} <= set(seen.flows)


def test_what_a_completion_added_is_not_on_the_diagram(session: Session) -> None:
    office = Office()
    office.deploy(session, draw(f"""
        <bpmn:startEvent id="debut"/>
        {service("noter")}
        <bpmn:exclusiveGateway id="accord" name="Accord ?"/>
        <bpmn:endEvent id="oui" name="Oui"/>
        <bpmn:endEvent id="non" name="Non"/>
        debut -> noter
        noter -> accord
        accord -> oui
        accord -> non
        """))  # fmt: skip
    (decider,) = office.start(session, bureau="x").opened
    assert decider.act == "decider"
    assert set(decider.choices["options"].values()) == {"Oui", "Non"}
    seen = office.engine.progress(session, decider.instance_id)
    assert (set(seen.done), seen.active) == ({"debut", "noter"}, ("accord",))
    step = office.do(session, decider, choix="accord_non")
    assert step.ended
    seen = office.engine.progress(session, decider.instance_id)
    assert {"debut", "noter", "accord", "non"} == set(seen.done)
    assert "oui" not in seen.done


TWO_BRANCHES = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("qualifier")}
    <bpmn:parallelGateway id="ouvre"/>
    {user("etudier")}
    <bpmn:exclusiveGateway id="assez" default="assez_ferme"/>
    {user("informer")}
    <bpmn:parallelGateway id="ferme"/>
    {user("rediger")}
    {user("valider")}
    {user("signer")}
    <bpmn:exclusiveGateway id="suite" default="suite_fin"/>
    <bpmn:endEvent id="fin"/>
    debut -> qualifier
    qualifier -> ouvre
    ouvre -> etudier
    ouvre -> informer
    etudier -> assez
    assez -> ferme
    assez -> etudier : ${{encore = true}}
    informer -> ferme
    ferme -> rediger
    rediger -> valider
    valider -> signer
    signer -> suite
    suite -> fin
    suite -> rediger : ${{vers = "rediger"}}
    suite -> qualifier : ${{vers = "qualifier"}}
    """
)


def test_what_was_done_below_a_step_entered_anew_is_to_be_done_again_and_nothing_beside_or_above(session: Session) -> None:
    office = Office()
    office.deploy(session, TWO_BRANCHES)
    number = office.start(session).instance.id
    told = []
    for hour, (name, said) in enumerate((
        ("qualifier", {}), ("informer", {}), ("etudier", {"encore": True}), ("etudier", {"encore": False}), ("rediger", {}),
        ("valider", {}), ("signer", {"vers": "rediger"}), ("rediger", {}), ("valider", {}), ("signer", {"vers": "qualifier"}),
    ), 1):  # fmt: skip
        seen = office.engine.progress(session, number)
        open_task = next(one.task for one in seen.steps if one.step == name and one.closed_at is None)
        office.do(session, session.get_one(Task, open_task), now=NOW + timedelta(hours=hour), **said)
        again = office.engine.progress(session, number).again
        if again:
            told.append((name, sorted(again)))
    assert told == [
        ("signer", ["signer", "valider"]), ("rediger", ["signer"]),
        ("signer", ["etudier", "informer", "rediger", "signer", "valider"]),
    ]  # fmt: skip
