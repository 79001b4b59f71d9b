"""What our codec restores is what SpiffWorkflow's own serialiser restores, whatever the circuit and wherever it stands."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnSubWorkflowConverter, BpmnWorkflowConverter, TaskConverter
from SpiffWorkflow.bpmn.serializer.helpers import DefaultRegistry
from SpiffWorkflow.task import Task

from engine import codec
from engine.instance.script import plain
from engine.instance.workflow import Inside, Whole
from engine.parsing import Blueprint
from tests.engine import zoo
from tests.engine.memory import Run


class Library(BpmnWorkflowConverter):  # type: ignore[misc]
    """SpiffWorkflow's converter, with the specifications kept aside as ours does."""

    blueprint: Blueprint
    script: Any

    def to_dict(self, workflow: Whole) -> dict[str, Any]:
        own = super(BpmnWorkflowConverter, self).to_dict(workflow)
        return {**own, "subprocesses": self.mapping_to_dict(workflow.subprocesses), "bpmn_events": []}

    def from_dict(self, dct: dict[str, Any]) -> Whole:
        workflow = Whole(self.blueprint.spec, self.blueprint.inner, script_engine=self.script, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        return workflow


def by_the_library(run: Run) -> Whole:
    registry = DefaultRegistry()
    TaskConverter(Task, registry)
    BpmnSubWorkflowConverter(Inside, registry)
    converter = Library(Whole, registry)
    converter.blueprint, converter.script = run.blueprint, run.script()
    return registry.restore(json.loads(json.dumps(registry.convert(run.circuit.workflow))))  # type: ignore[no-any-return]


def seen(workflow: Any) -> dict[str, Any]:
    """Everything that a workflow is, by value."""
    return {
        "parts": [
            {
                "of": str(getattr(part, "parent_task_id", None)),
                "tasks": [
                    (
                        task.id, task._parent, list(task._children), task._state, task.task_spec.name, task.triggered,
                        task.internal_data, task.data, task.last_state_change,
                    )
                    for task in part.tasks.values()
                ],
                "root": part.task_tree.id, "data": part.data, "completed": part.completed, "success": part.success,
                "last": part.last_task.id if part.last_task else None, "correlations": part.correlations,
            }
            for part in (workflow, *sorted(workflow.subprocesses.values(), key=lambda part: str(part.parent_task_id)))
        ],
        "listening": {task.id for task in workflow.event_manager.tasks.values()},
    }  # fmt: skip


def move(run: Run, choice: int, refuse: bool) -> None:
    """One step of a walk: a task done or a timer fired."""
    tokens = [*run.circuit.opened()]
    timers = [*run.circuit.timers()]
    token = [*tokens, *timers][choice % (len(tokens) + len(timers))]
    if token in tokens:
        run.circuit.complete(token, {"refus": refuse, "note": "é\u2028\x00 «»", "montant": 12.5})
    else:
        run.circuit.fire(token)


@pytest.mark.parametrize("name", sorted(zoo.CIRCUITS))
@settings(max_examples=6, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=10))
def test_ours_restores_what_the_librarys_does(name: str, moves: list[tuple[int, bool]]) -> None:
    run = zoo.run(name)
    for choice, refuse in [*moves, (0, False)]:
        state = codec.dump(run.circuit.workflow)
        ours = codec.load(state, run.blueprint, run.script())
        assert seen(ours) == seen(run.circuit.workflow)
        assert seen(ours) == seen(by_the_library(run))
        assert codec.dump(ours) == state
        if run.circuit.ended:
            break
        run.restore()
        move(run, choice, refuse)
    assert run.causes == []


@pytest.mark.parametrize("name", sorted(zoo.CIRCUITS))
def test_a_restored_circuit_reaches_its_end(name: str) -> None:
    run = zoo.run(name)
    for _ in range(40):
        run.restore()
        if run.circuit.ended:
            break
        run.circuit.complete(next(iter(run.circuit.opened())), {"refus": False, "encore": False})
    assert run.circuit.ended


KEYS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    | st.dates() | st.datetimes() | st.timedeltas() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(data=st.dictionaries(KEYS, VALUES, max_size=6))
def test_every_value_comes_back_in_its_order(data: dict[str, Any]) -> None:
    run = zoo.run("visas")
    run.circuit.workflow.data = data
    restored = codec.load(codec.dump(run.circuit.workflow), run.blueprint, run.script()).data
    assert restored == data
    assert list(restored) == list(data)
    assert [type(value) for value in restored.values()] == [type(value) for value in data.values()]


def test_values_of_each_kind_keep_their_kind() -> None:
    run = zoo.run("visas")
    moment = datetime(2026, 12, 4, 9, tzinfo=UTC)
    kept = {"jour": date(2026, 12, 4), "heure": moment, "duree": timedelta(1, 2, 3), "prix": Decimal("12.10")}
    run.circuit.workflow.data = dict(kept)
    assert codec.load(codec.dump(run.circuit.workflow), run.blueprint, run.script()).data == kept


def test_what_cannot_be_kept_is_refused_and_not_dropped() -> None:
    run = zoo.run("visas")
    run.circuit.workflow.data = {"fonction": print}
    with pytest.raises(TypeError, match="not JSON serializable"):
        codec.dump(run.circuit.workflow)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ({"a\x00": "b\x00c"}, {"a": "bc"}),
        ("\ud800é", "?é"),
        (10**30, 1e30),
        ((Decimal("2.0"), Decimal("2.5")), [2, 2.5]),
        (timedelta(hours=2), "PT7200S"),
        ({date(2026, 1, 2)}, ["2026-01-02"]),
    ],
)
def test_data_is_made_plain_before_it_is_kept(given_: object, kept: object) -> None:
    assert plain(given_) == kept


def test_a_state_of_another_format_is_refused() -> None:
    run = zoo.run("visas")
    with pytest.raises(ValueError, match="unknown state version"):
        codec.load(b"V0[]", run.blueprint, run.script())
