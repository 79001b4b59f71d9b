"""Waits for a condition: it comes true by itself, or somebody says that it has."""

import pytest

from tests.engine.memory import Run
from tests.engine.office import draw, user

WAITING = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    <bpmn:parallelGateway id="fourche"/>
    <bpmn:intermediateCatchEvent id="solde" name="Solde disponible"><bpmn:conditionalEventDefinition>
    <bpmn:condition>${{solde >= 100}}</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>
    {user("crediter")}
    {user("payer")}
    <bpmn:endEvent id="fin"/>
    debut -> fourche
    fourche -> solde
    fourche -> crediter
    solde -> payer
    payer -> fin
    crediter -> fin
    """
)


@pytest.mark.parametrize(
    ("solde", "step", "left"),
    [(100, "", ["crediter", "payer"]), (99, "crediter", ["payer"]), (99, "solde", ["crediter", "payer"])],
)
def test_a_condition_is_waited_for_until_it_holds_or_somebody_says_so(solde: int, step: str, left: list[str]) -> None:
    run = Run(WAITING, solde=solde)
    if step:
        assert sorted(run.open) == ["crediter", "solde"]
        run.do(step, **({"solde": 100} if step == "crediter" else {}))
    assert sorted(run.open) == left
