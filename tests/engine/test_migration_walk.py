"""Whatever the change of a circuit, an instance that was moved goes to its end on every path, and its dates stay."""

from random import Random

import pytest

from engine import codec
from engine.drawing import read
from engine.instance.circuit import Circuit
from engine.migration.alignment import Alignment
from engine.migration.awakening import awaken
from engine.migration.grafting import graft
from engine.migration.ground import Ground
from engine.migration.obstacles import Obstacle
from engine.parsing import parse
from tests.engine.gardens import Garden, drawn
from tests.engine.memory import Run

SEEDS = range(80)


class Walker(Run):
    """An instance that is saved and restored at every step; sub-processes may come back in another order."""

    def restore(self) -> None:
        workflow = codec.load(codec.dump(self.circuit.workflow), self.blueprint, self.script())
        self.circuit = Circuit(self.blueprint, workflow, workflow.script_engine)


def begun(source: bytes) -> Walker:
    """An instance of `source`."""
    return Walker(source, viseurs=["paul", "zoe", "omar"])


def walk(run: Run, chance: Random, steps: int) -> bool:
    """As many steps at random, saved and restored between them; whether the end was reached."""
    for _ in range(steps):
        if run.circuit.ended:
            return True
        assert run.causes == []
        waiting = [("do", one.element.id) for one in run.circuit.opened().values()]
        waiting += [("fire", element.id) for _, element in run.circuit.timers().values()]
        how, element = chance.choice(waiting)
        if how == "fire":
            run.fire(element)
        else:
            values = {name: chance.randint(0, 3) for name in _asked(run)}
            run.circuit.data.update(values)
            run.do(element)
    return run.circuit.ended


def _asked(run: Run) -> list[str]:
    return [f"choix_{name}" for spec in (run.blueprint.spec, *run.blueprint.inner.values()) for name in spec.task_specs
            if name.endswith("_s")]  # fmt: skip


def move(run: Run, source: bytes, mapping: dict[str, str] | None = None) -> tuple[Obstacle, ...]:
    """Take an instance to another version; why it cannot go there."""
    runnable = read(source).runnable
    new = parse(runnable)
    run.restore()
    workflow = run.circuit.workflow
    refused = graft(workflow, Alignment(run.blueprint, new, mapping)) or Ground({"": runnable}).hopeless(workflow)
    if not refused:
        run.blueprint = new
        script = run.script()
        run.circuit = Circuit(new, codec.load(codec.dump(workflow), new, script), script)
        awaken(run.circuit)
    return refused


@pytest.mark.parametrize("seed", SEEDS)
def test_a_moved_instance_goes_to_its_end(seed: int) -> None:
    chance = Random(seed)
    garden = Garden(chance=chance)
    first = garden.grow()
    second = garden.change(first, chance.randint(1, 3))
    state = seed
    for turn in range(4):
        run = begun(drawn(first))
        if walk(run, Random(state * 31 + turn), turn * 2):
            continue
        open_before, timers = run.circuit.opened(), run.circuit.timers()
        if move(run, drawn(second)):
            continue
        assert [token for token in run.circuit.opened() if token in open_before] == list(open_before)
        for token, (due, _) in run.circuit.timers().items():
            assert token not in timers or timers[token][0] == due
        assert walk(run, Random(turn), 400), f"seed {seed}, turn {turn}"


def test_most_changes_can_be_followed() -> None:
    moved = refused = 0
    for seed in range(40):
        chance = Random(seed)
        garden = Garden(chance=chance)
        first = garden.grow()
        second = garden.change(first, 1)
        run = begun(drawn(first))
        if not walk(run, chance, 2):
            reasons = move(run, drawn(second))
            refused, moved = refused + bool(reasons), moved + (not reasons)
            assert all(reason.message for reason in reasons)
    assert moved > refused > 0


@pytest.mark.parametrize("seed", range(20))
def test_the_same_version_once_more_changes_nothing(seed: int) -> None:
    chance = Random(seed)
    source = drawn(Garden(chance=chance).grow())
    run = begun(source)
    if walk(run, chance, 3):
        return
    before = [list(run.circuit.opened()), run.timers, dict(run.data)]
    assert move(run, source) == ()
    assert [list(run.circuit.opened()), run.timers, dict(run.data)] == before
