"""What a task says of itself: who may take it, until when, its form, its buttons, what it may receive."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Task, TaskGroup
from engine.errors import FormRefused
from tests.engine.office import NOW, Office, draw, user

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def office() -> Office:
    return Office()


def one_step(attributes: str, inside: str = "") -> bytes:
    step = user("lire", attributes, inside)
    return draw(f'<bpmn:startEvent id="debut"/>\n{step}\n<bpmn:endEvent id="fin"/>\ndebut -> lire\nlire -> fin')


def opened(session: Session, office: Office, attributes: str, inside: str = "", **data: object) -> Task:
    office.deploy(session, one_step(attributes, inside))
    (task,) = office.start(session, **data).opened
    return task


@pytest.mark.parametrize(
    ("attributes", "groups"),
    [
        ('camunda:candidateGroups="voirie, finances"', {"voirie", "finances"}),
        ('camunda:candidateGroups="${bureau}"', {"urbanisme"}),
        ('camunda:candidateGroups="${chef(bureau)},voirie"', {"urbanisme.chef", "voirie"}),
        ('camunda:candidateGroups="${bureaux}"', {"voirie", "finances"}),
        ('camunda:assignee="claire"', {"@claire"}),
        ('camunda:assignee="${qui}" camunda:candidateGroups="voirie"', {"@paul", "voirie"}),
        ('camunda:candidateUsers="paul,zoe" camunda:candidateGroups=""', {"@paul", "@zoe"}),
    ],
)
def test_who_may_take_it(session: Session, office: Office, attributes: str, groups: set[str]) -> None:
    task = opened(session, office, attributes, qui="paul", bureaux=["voirie", "finances"])
    assert set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == task.id))) == groups


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("P5D", datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("UTC"))),
        ("2026-12-04", datetime(2026, 12, 4, 23, 59, 59, tzinfo=PARIS)),
        ("${jours_ouvres(5)}", datetime(2026, 11, 22, 23, 59, 59, tzinfo=PARIS)),
        ("${echeance}", datetime(2026, 12, 1, 23, 59, 59, tzinfo=PARIS)),
        ("${inconnue}", None),
        ("", None),
    ],
)
def test_until_when(session: Session, office: Office, written: str, due: datetime | None) -> None:
    assert opened(session, office, f'camunda:dueDate="{written}"', echeance="2026-12-01").due == due


def test_its_priority(session: Session, office: Office) -> None:
    assert opened(session, office, 'camunda:priority="${if courrier.urgent then 80 else 20}"').priority == 20


def test_a_step_without_a_form_asks_for_a_comment(session: Session, office: Office) -> None:
    task = opened(session, office, "")
    form = office.engine.form(session, task)
    assert [(field.type, field.key, field.required) for field in form.fields] == [("textarea", "commentaire", False)]
    assert form.choices == ()


def test_a_draft_is_shown_again_and_what_was_typed_wins(session: Session, office: Office) -> None:
    task = opened(session, office, "")
    office.engine.save_draft(session, task.id, {"commentaire": "à finir"}, by="claire")
    task = session.get_one(Task, task.id)
    assert office.engine.form(session, task).fields[0].value == "à finir"
    assert office.engine.form(session, task, values={"commentaire": "tapé"}).fields[0].value == "tapé"


CHOICE = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("decider")}
    <bpmn:KINDGateway id="accord" name="Accord ?"/>
    {user("ecrire")}
    {user("appeler")}
    <bpmn:KINDGateway id="jonction"/>
    <bpmn:endEvent id="fin"/>
    debut -> decider
    decider -> accord
    accord -> ecrire
    accord -> appeler
    ecrire -> jonction
    appeler -> jonction
    jonction -> fin
    """
)


def test_a_drawn_choice_is_buttons_on_the_step_before(session: Session, office: Office) -> None:
    office.deploy(session, CHOICE.replace(b"KIND", b"exclusive"))
    (task,) = office.start(session).opened
    form = office.engine.form(session, task)
    assert [(option.value, option.label) for option in form.choices] == [
        ("accord_ecrire", "Ecrire"), ("accord_appeler", "Appeler"),
    ]  # fmt: skip
    with pytest.raises(FormRefused) as refused:
        office.engine.clean(session, task, {"commentaire": "x"})
    assert refused.value.errors == {"choix": "Choisissez la suite à donner."}
    with pytest.raises(FormRefused):
        office.do(session, task, choix="ailleurs")
    values = office.engine.clean(session, task, {"choix": "accord_appeler"})
    step = office.engine.complete(session, task.id, values, by="claire", now=NOW)
    assert [one.step for one in step.opened] == ["appeler"]
    assert step.closed[0].result["choix"] == "accord_appeler"


def test_several_choices_may_be_made_at_an_inclusive_gateway(session: Session, office: Office) -> None:
    office.deploy(session, CHOICE.replace(b"KIND", b"inclusive"))
    (task,) = office.start(session).opened
    assert office.engine.form(session, task).multiple
    step = office.do(session, task, choix=["accord_ecrire", "accord_appeler"])
    assert sorted(one.step for one in step.opened) == ["appeler", "ecrire"]
    first, second = step.opened
    assert not office.do(session, first).ended
    assert office.do(session, second).ended


def test_inputs_are_evaluated_and_outputs_kept(session: Session, office: Office) -> None:
    office.gives["noter"] = {"reference": "R1"}
    parameters = (
        '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="objet">${titre}</camunda:inputParameter>'
        '<camunda:inputParameter name="ton">neutre</camunda:inputParameter>'
        '<camunda:outputParameter name="cote">${reference}</camunda:outputParameter></camunda:inputOutput>'
        '<camunda:field name="niveau" stringValue="chef"/></bpmn:extensionElements>'
    )
    office.deploy(session, draw(f"""
        <bpmn:startEvent id="debut"/>
        <bpmn:serviceTask id="noter" camunda:type="external" camunda:topic="noter">{parameters}</bpmn:serviceTask>
        {user("lire", 'camunda:candidateGroups="${cote}"')}
        <bpmn:endEvent id="fin"/>
        debut -> noter
        noter -> lire
        lire -> fin
        """))  # fmt: skip
    (task,) = office.start(session, titre="Permis").opened
    assert office.calls == [("noter", {"niveau": "chef", "objet": "Permis", "ton": "neutre"})]
    assert session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == task.id)).all() == ["R1"]


def received(attributes: str = "", message: str = "") -> str:
    """A message that may come beside the step `instruire`."""
    return (
        f'<bpmn:boundaryEvent id="piece" {attributes} attachedToRef="instruire" cancelActivity="false">'
        f"<bpmn:messageEventDefinition {message}/></bpmn:boundaryEvent>"
    )


def test_a_border_message_may_be_received_or_confirmed_by_hand(session: Session, office: Office) -> None:
    office.deploy(session, draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("instruire")}
        {received('name="Pièce reçue"', 'messageRef="m"')}
        {user("verser")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> instruire
        instruire -> fin
        piece -> verser
        verser -> fin2
        """,
        outside='<bpmn:message id="m" name="piece"/>',
    ))  # fmt: skip
    step = office.start(session)
    assert {task.step: task.act for task in step.opened} == {"instruire": "faire", "piece": "recevoir"}
    come = office.engine.deliver(session, message="piece", correlation="courrier:12", payload={"nom": "plan"}, now=NOW)
    assert come is not None
    assert [task.step for task in come.opened] == ["verser"]
    instruire = next(task for task in step.opened if task.step == "instruire")
    assert not office.do(session, instruire).ended
    assert office.do(session, come.opened[0]).ended


def test_a_task_done_takes_the_border_message_with_it(session: Session, office: Office) -> None:
    office.deploy(session, draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("instruire")}
        {received()}
        {user("verser")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        debut -> instruire
        instruire -> fin
        piece -> verser
        verser -> fin2
        """
    ))  # fmt: skip
    step = office.start(session)
    instruire = next(task for task in step.opened if task.step == "instruire")
    done = office.do(session, instruire)
    assert {task.step: task.outcome for task in done.closed} == {"instruire": "done", "piece": "taken-away"}
    assert done.ended
