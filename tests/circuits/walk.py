"""Walks a shipped circuit along every path that its forms and delays allow, saved and restored between steps."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from engine import codec, forms
from engine.drawing import read
from engine.expressions import parse
from engine.forms import Field, FormSpec
from engine.instance import history
from engine.opening import choices_of, form_of
from tests.engine.memory import Run

ROOT = Path(__file__).parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MAX_STATES = 3_000


@dataclass(kw_only=True)
class Walk:
    """What was seen: elements and flows gone through, ends reached, faults, and states from which no end was reached."""

    elements: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    states: int = 0
    ended: int = 0


class Town(Run):
    """The functions and data that circuits may use here."""

    def functions(self) -> Mapping[str, Any]:
        """As the trade's host gives."""
        return {**super().functions(), "chef": lambda bureau: f"{bureau}.chef", "aujourdhui": self.now.date}


def drawn(name: str) -> tuple[set[str], set[str]]:
    """The ids of the steps and of the flows in a circuit's file."""
    root = etree.parse(ROOT / f"processes/{name}.bpmn").getroot()
    nodes = {one.get("sourceRef") for one in root.iter(f"{BPMN}sequenceFlow")} | {
        one.get("targetRef") for one in root.iter(f"{BPMN}sequenceFlow")
    }
    return {str(one) for one in nodes}, {str(one.get("id")) for one in root.iter(f"{BPMN}sequenceFlow")}


def walk(name: str, **data: object) -> Walk:
    """Every path of `processes/<name>.bpmn` from `data`."""
    source = (ROOT / f"processes/{name}.bpmn").read_bytes()
    known = {path.stem: forms.read(path.read_bytes()) for path in (ROOT / "forms").glob("*.form")}
    run = Town(read(source, known_forms=known).runnable, raw=True, **data)
    told = Walk()
    start = _save(run)
    _note(run, told)
    todo, seen, ways = [start], {_position(run)}, {}
    while todo:
        state, now = todo.pop()
        here = _restore(run, state, now)
        ways[here] = set()
        assert len(seen) <= MAX_STATES, "ce circuit a trop d’états pour être parcouru en entier"
        for move in list(_moves(run, known)):
            _restore(run, state, now)
            move(run)
            _note(run, told)
            there = _position(run)
            ways[here].add(there)
            if there not in seen:
                seen.add(there)
                todo.append(_save(run))
    told.states = len(seen)
    told.stuck = sorted(set(ways) - _leading_to_an_end(ways))
    return told


def _save(run: Run) -> tuple[bytes, Any]:
    return codec.dump(run.circuit.workflow), run.now


def _restore(run: Run, state: bytes, now: Any) -> str:
    run.now = now
    workflow = codec.load(state, run.blueprint, run.script())
    run.circuit = type(run.circuit)(run.blueprint, workflow, workflow.script_engine)
    return _position(run)


def _position(run: Run) -> str:
    """Where a run stands: two runs that stand there have the same ways before them."""
    if run.circuit.ended:
        return "fin"
    kept = {name: run.data.get(name) for name in _read_names(run)}
    timers = sorted(element.id for _, element in run.circuit.timers().values())
    return json.dumps([sorted(run.open), timers, kept, run.causes], sort_keys=True)


def _read_names(run: Run) -> set[str]:
    """The names that conditions read: other data cannot change the way."""
    specs = [run.blueprint.spec, *run.blueprint.inner.values()]
    choices = [one for spec in specs for one in spec.task_specs.values() if hasattr(one, "cond_task_specs")]
    conditions = [condition for one in choices for condition, _ in one.cond_task_specs if condition is not None]
    return {name for condition in conditions for name in parse(condition.source).names}


def _note(run: Run, told: Walk) -> None:
    tasks = run.circuit.workflow.every_task()
    told.elements |= set(history.done(tasks)) | set(run.circuit.workflow.history["done"])
    told.flows |= set(history.taken(tasks, run.blueprint)) | set(run.circuit.workflow.history["flows"])
    told.steps |= set(run.open)
    told.faults += run.causes
    told.ended += run.circuit.ended


def _moves(run: Run, known: Mapping[str, FormSpec]) -> "Iterator[Any]":
    """Each open task with each answer that its form takes, then the delay that comes first."""
    for token, one in list(run.circuit.opened().items()):
        spec = known.get(form_of(one.element) or "", forms.default())
        options = choices_of(one.element).get("options") or {"": ""}
        for answer, choice in itertools.product(answers(spec, run.circuit.seen(token)), options):  # type: ignore[call-overload]
            values = answer | ({"choix": choice} if choice else {})
            yield lambda run, token=token, values=values: run.circuit.complete(token, values)
    timers = sorted((due, token) for token, (due, _) in run.circuit.timers().items())
    if timers:
        due, token = timers[0]
        yield lambda run: _fire(run, token, due)


def _fire(run: Run, token: str, due: Any) -> None:
    run.now = max(run.now, due)
    state, _ = _save(run)
    _restore(run, state, run.now)
    run.circuit.fire(token)


def answers(spec: FormSpec, data: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """The clean values of each combination of buttons and boxes of a form, its other required fields filled."""
    data = {**data, "liste_bureaux": ["voirie", "urbanisme"]}
    form = forms.fill(spec, data)
    decided = [one for one in form.walk() if one.type in ("radio", "checkbox", "checklist") and not one.readonly]
    for combination in itertools.product(*map(_values, decided)):
        chosen = {one.key: value for one, value in zip(decided, combination, strict=True)}
        shown = forms.fill(spec, data, entered=chosen)
        typed = {one.key: _sample(one) for one in shown.walk() if one.answers and not one.hidden and one.key not in chosen}
        yield forms.clean(shown, {**chosen, **typed}, data)


def _values(field: Field) -> list[object]:
    kinds: dict[str, list[object]] = {"checkbox": [True, False], "checklist": [[]]}
    return kinds.get(field.type) or [option.value for option in field.options]


def _sample(field: Field) -> object:
    if field.options:
        return field.options[0].value
    if field.type in ("date", "datetime"):
        return "2026-12-04"
    kind = str(field.validate.get("validationType") or field.type)
    return {"number": 3, "email": "a@exemple.fr"}.get(kind, "Texte assez long pour être lu.")


def _leading_to_an_end(ways: Mapping[str, set[str]]) -> set[str]:
    good = {"fin"}
    while True:
        more = {here for here, there in ways.items() if here not in good and there & good}
        if not more:
            return good
        good |= more


def check(name: str, **data: object) -> Walk:
    """Walk, and hold that nothing is left out, nothing fails, and an end is near from everywhere."""
    told = walk(name, **data)
    nodes, flows = drawn(name)
    assert told.faults == []
    assert told.stuck == []
    assert told.ended
    assert flows - told.flows == set()
    assert nodes - told.elements == set()
    return told
