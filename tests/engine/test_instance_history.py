"""What a circuit forgets of its way changes nothing to what comes, whatever the circuit and wherever it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.instance import history
from tests.engine import zoo
from tests.engine.memory import Run


def told(run: Run) -> tuple[object, ...]:
    """What a person sees of it."""
    tasks = history.own(run.circuit.workflow)
    kept = run.circuit.workflow.history
    done = set(kept["done"]) | set(history.done(tasks))
    return sorted(run.open), sorted(run.timers.items()), run.causes, run.circuit.ended, run.data, done


def move(run: Run, choice: int, refuse: bool) -> None:
    """Do the step or fire the timer of that rank, in an order that does not depend on the tree."""
    tokens = sorted((one.element.id, rank) for rank, one in enumerate(run.circuit.opened().values()))
    timers = sorted((due, element.id) for due, element in run.circuit.timers().values())
    if choice % 3 == 2 and timers:
        run.fire(timers[0][1])
        return
    element, _ = tokens[choice % len(tokens)]
    run.do(element, refus=refuse, encore=refuse)


@pytest.mark.parametrize("name", sorted(set(zoo.CIRCUITS) - {"ecoute"}))
@settings(max_examples=8, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=14))
def test_forgetting_changes_nothing(name: str, moves: list[tuple[int, bool]]) -> None:
    whole, short = zoo.run(name), zoo.run(name)
    for choice, refuse in moves:
        if whole.circuit.ended or not whole.open:
            break
        for run in (whole, short):
            move(run, choice, refuse)
        history.trim(short.circuit.workflow, short.blueprint)
        assert told(short) == told(whole)
    assert len(short.circuit.workflow.tasks) <= len(whole.circuit.workflow.tasks)
