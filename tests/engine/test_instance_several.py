"""Visas asked of several people, at once or one after the other: every answer is kept."""

import pytest

from engine.errors import DrawingRefused
from engine.parsing import parse
from tests.engine.memory import Run
from tests.engine.office import draw, user


def several(inside: str, more: str = "") -> str:
    """Visas asked of a list of people."""
    return user(
        "viser",
        'camunda:assignee="${viseur}"',
        f'<bpmn:multiInstanceLoopCharacteristics {more} camunda:collection="viseurs" camunda:elementVariable="viseur">'
        f"{inside}</bpmn:multiInstanceLoopCharacteristics>",
    )


def visas(inside: str = "", more: str = "") -> bytes:
    return draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {several(inside, more)}
        <bpmn:exclusiveGateway id="encore" default="encore_signer"/>
        {user("signer")}
        <bpmn:endEvent id="fin"/>
        debut -> viser
        viser -> encore
        encore -> signer
        encore -> viser : ${{refaire = true}}
        signer -> fin
        """
    )


def test_every_parallel_visa_is_kept() -> None:
    run = Run(visas(), viseurs=["paul", "zoe", "omar"])
    assert run.open == ["viser", "viser", "viser"]
    assert [one.task.data["viseur"] for one in run.circuit.opened().values()] == ["paul", "zoe", "omar"]
    run.by = "zoe"
    run.do("viser", 1, avis="favorable")
    run.by = "paul"
    run.do("viser", 0, avis="reserve")
    run.by = "omar"
    assert run.do("viser", avis="favorable").open == ["signer"]
    assert run.data["viser_resultats"] == [
        {"avis": "favorable", "par": "zoe"}, {"avis": "reserve", "par": "paul"}, {"avis": "favorable", "par": "omar"},
    ]  # fmt: skip
    assert run.data["viseurs"] == ["paul", "zoe", "omar"]
    assert "viseur" not in run.data


def test_sequential_visas_come_one_after_the_other() -> None:
    run = Run(visas(more='isSequential="true"'), viseurs=["paul", "zoe"])
    assert run.open == ["viser"]
    run.do("viser", avis="favorable")
    assert run.open == ["viser"]
    assert next(iter(run.circuit.opened().values())).task.data["viseur"] == "zoe"
    assert run.do("viser", avis="reserve").open == ["signer"]
    assert [one["avis"] for one in run.data["viser_resultats"]] == ["favorable", "reserve"]


@pytest.mark.parametrize(
    ("condition", "answers"),
    [("${nrOfCompletedInstances >= 2}", ["favorable", "reserve"]), ('${avis = "refus"}', ["favorable", "refus"])],
)
def test_a_quorum_or_a_refusal_ends_the_visas(condition: str, answers: list[str]) -> None:
    until = f"<bpmn:completionCondition>{condition.replace('>', '&gt;')}</bpmn:completionCondition>"
    run = Run(visas(until), viseurs=["a", "b", "c"])
    for answer in answers:
        assert run.open[0] == "viser"
        run.do("viser", avis=answer)
    assert run.open == ["signer"]


def test_visas_asked_again_start_from_nothing() -> None:
    run = Run(visas(), viseurs=["paul"]).do("viser", avis="refus", refaire=True)
    assert run.open == ["viser"]
    run.do("viser", avis="favorable", refaire=False)
    assert run.data["viser_resultats"] == [{"avis": "favorable", "refaire": False, "par": "claire"}]


def test_nobody_to_ask_is_passed_by() -> None:
    assert Run(visas(), viseurs=[]).open == ["signer"]


@pytest.mark.parametrize("viseurs", ["paul", None, [1] * 1000])
def test_what_is_not_a_list_is_an_incident_set_right_by_a_retry(viseurs: object) -> None:
    run = Run(visas(), viseurs=viseurs)
    assert "viseurs" in run.causes[0]
    (token,) = run.circuit.faults()
    run.restore()
    run.data["viseurs"] = ["paul", "zoe"]
    run.circuit.retry(token)
    assert run.open == ["viser", "viser"]
    assert run.do("viser").do("viser").open == ["signer"]


def test_a_step_without_list_or_count_is_refused() -> None:
    broken = user("viser", "", "<bpmn:multiInstanceLoopCharacteristics/>")
    with pytest.raises(DrawingRefused, match="sur quelle liste"):
        parse(draw(f'<bpmn:startEvent id="debut"/>\n{broken}\n<bpmn:endEvent id="fin"/>\ndebut -> viser\nviser -> fin'))
