"""Walks one circuit at random, saved and restored between steps as transactions do, with nobody but chance to decide."""

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from engine import codec
from engine.checking import Known, examine
from engine.checking.endings import endings
from engine.checking.net import nets
from engine.drawing import Drawing
from engine.expressions import parse as parse_expression
from engine.findings import Finding
from engine.instance.circuit import Circuit
from engine.instance.script import Script
from engine.parsing import Blueprint, parse

MAX_TURNS = 400  # after which chance is helped towards an end, see _choose
FORMS = ("qualifier", "annoter", "rediger", "avis", "viser", "valider", "signer", "expedier")
KNOWN = Known(forms=frozenset(FORMS), circuits=frozenset())
MANY_OPEN, MAX_OPEN = 10, 320  # more than a drawing may have steps
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def judge(source: bytes) -> tuple[Drawing, list[Finding]]:
    """The drawing in `source` and all there is to say of it; each walks alone, so that it can call no other circuit."""
    return examine(source, known=KNOWN)


def script() -> Script:
    """A town hall where every service answers nothing and every count of working days is one of days."""
    return Script(
        now=NOW,
        by="hasard",
        view=lambda: {"courrier": {}},
        functions=lambda: {
            "jours_ouvres": lambda days: NOW + timedelta(days=int(days)),
            "aujourdhui": lambda: NOW.date(),
        },
        serve=lambda *_: {},
        decide=lambda *_: None,
        default_delay=timedelta(days=15),
    )


class Stuck(Exception):
    """The circuit cannot go on, and is not over."""


class Walk:
    """One walk."""

    def __init__(self, drawing: Drawing, blueprint: Blueprint, seed: int) -> None:
        """The same `seed` walks the same way."""
        self.blueprint, self.rnd = blueprint, Random(seed)
        self.visits: dict[str, int] = {}
        self.crowded = False
        self.answers = _answers(drawing)
        self.far = _distances(drawing)
        self.circuit = Circuit.start(blueprint, _given(drawing), script())

    def to_the_end(self) -> int:
        """The number of steps it took; Stuck with the reason when there is no way on."""
        turns = 0
        while not self.circuit.ended:
            if turns > 3 * MAX_TURNS:
                raise Stuck("sans fin")
            self._turn(turns)
            turns += 1
        return turns

    def _turn(self, turns: int) -> None:
        faults = self.circuit.faults()
        if faults:
            raise Stuck("; ".join(fault.cause for fault in faults.values()))
        opened, timers = self.circuit.opened(), self.circuit.timers()
        if not opened and not timers:
            raise Stuck("plus rien n’attend personne")
        self.crowded = len(opened) > MANY_OPEN
        if len(opened) > MAX_OPEN:
            raise Stuck("les étapes se multiplient sans fin")
        # Borders wait beside a step: chance takes them now and then only, or nobody would ever finish anything.
        steps = [one for one in opened.values() if one.kind == "user"]
        beside = [*timers, *(token for token, one in opened.items() if one.kind == "message")]
        if steps and (not beside or self.rnd.random() < (0.97 if self.crowded else 0.85)):
            one = self.rnd.choice(steps)
            self.circuit.complete(one.token, self._choose(one.element.properties, turns))
        else:
            token = self.rnd.choice(beside)
            if token in timers:
                self.circuit.fire(token)
            else:
                self.circuit.complete(token, {})
        self._save_and_restore()

    def _choose(self, properties: dict[str, str], turns: int) -> dict[str, object]:
        """A button at random; when a walk grows long or wide, one that leads to its end."""
        options = [name.removeprefix("choix:") for name in properties if name.startswith("choix:")]
        values: dict[str, object] = {name: self.rnd.choice(ones) for name, ones in self.answers.items()}
        if "choix" not in properties and "choix_multiple" not in properties:
            return values
        chosen = self.rnd.choice(options)
        if self.crowded or (turns > MAX_TURNS // 8 and self.rnd.random() < 0.7):
            chosen = min(options, key=lambda one: self.far.get(one, MAX_TURNS))
        elif turns > MAX_TURNS // 4:
            chosen = min(options, key=lambda one: self.visits.get(one, 0))
        self.visits[chosen] = self.visits.get(chosen, 0) + 1
        if "choix_multiple" in properties:
            more = 0.0 if self.crowded or turns > MAX_TURNS // 8 else 0.5
            others = [one for one in options if one != chosen and self.rnd.random() < more]
            return {**values, "choix": [chosen, *others]}
        return {**values, "choix": chosen}

    def _save_and_restore(self) -> None:
        state = codec.dump(self.circuit.workflow)
        fresh = script()
        self.circuit = Circuit(self.blueprint, codec.load(state, self.blueprint, fresh), fresh)


def _answers(drawing: Drawing) -> dict[str, list[object]]:
    """What forms might give to the names that conditions compare: the values they are compared with, and others."""
    answers: dict[str, list[object]] = {}
    for _, kind, source in drawing.expressions:
        if kind != "condition" or "choix_" in source:
            continue
        for name in parse_expression(source).names - {"courrier"}:
            said = re.findall(r"[\"']([^\"']*)[\"']", source)
            compared: list[object] = [*said, "autre"] if said else [0, 10**6] if re.search(r"[<>]|\d", source) else [True, False]
            answers.setdefault(name, []).extend(compared)
    return answers


def _distances(drawing: Drawing) -> dict[str, int]:
    """How far the end is by each arrow."""
    return {
        arrow.id: far[arrow.target]
        for net in nets(drawing.runnable)
        for far in [endings(net)]
        for arrow in net.arrows.values()
        if arrow.target in far
    }


def _given(drawing: Drawing) -> dict[str, Any]:
    """What expressions name and nobody in the circuit gives: the lists that steps are repeated for, the delays of timers."""
    given: dict[str, Any] = {}
    for _, kind, source in drawing.expressions:
        value = {"liste": ["camille", "noé"], "delai": "P3D"}.get(kind)
        for name in parse_expression(source).names if value else ():
            path = next(iter(re.findall(rf"\b{re.escape(name)}((?:\.\w+)*)", source)), "")
            given.setdefault(name, _nested(path.split(".")[1:], value))
    return {name: ["camille", "noé"] for name in drawing.collections} | given


def _nested(path: list[str], value: object) -> object:
    return {path[0]: _nested(path[1:], value)} if path else value


def blueprint_of(drawing: Drawing) -> Blueprint:
    """The drawing as what runs."""
    return parse(drawing.runnable)
