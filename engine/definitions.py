"""Deployed definitions as what runs: blueprints, decisions and forms, parsed once per version and pinned to it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import decisions, forms
from engine.errors import DecisionError, UnknownCircuit
from engine.library import Cache
from engine.parsing import Blueprint, parse
from engine.tables import Definition

Functions = Mapping[str, Callable[..., object]]


def latest(session: Session, kind: str, key: str) -> Definition | None:
    """The newest version of that key."""
    query = select(Definition).where(Definition.kind == kind, Definition.key == key)
    return session.scalars(query.order_by(Definition.version.desc()).limit(1)).first()


def deciding(session: Session, decision: str) -> Definition | None:
    """The newest file that holds a decision: the one of its name, else one where it is among others."""
    named = latest(session, "dmn", decision)
    if named is not None:
        return named
    keys = session.scalars(select(Definition.key).where(Definition.kind == "dmn").distinct().order_by(Definition.key))
    for key in list(keys):
        definition = latest(session, "dmn", key)
        if definition is not None and decision in decisions.read(definition.source).ids:
            return definition
    return None


class Definitions:
    """Reads definitions; keeps what was parsed, by version and digest."""

    def __init__(self) -> None:
        """Empty caches; one object serves all threads of a process."""
        self._blueprints: Cache[Blueprint] = Cache()
        self._decisions: Cache[decisions.Decisions] = Cache()
        self._forms: Cache[forms.FormSpec] = Cache()
        self._pinned_forms: Cache[forms.FormSpec | None] = Cache()

    def circuit(self, session: Session, key: str) -> Definition:
        """The newest version of a circuit; UnknownCircuit."""
        definition = latest(session, "bpmn", key)
        if definition is None:
            raise UnknownCircuit(key=key)
        return definition

    def blueprint(self, session: Session, definition_id: int, sha256: str) -> Blueprint:
        """What instances of that version run on."""
        return self._blueprints.get(f"{definition_id}:{sha256}", lambda: self._parse(session, definition_id))

    def _parse(self, session: Session, definition_id: int) -> Blueprint:
        definition = session.get_one(Definition, definition_id)
        called = {
            pin.removeprefix("bpmn:"): session.get_one(Definition, pinned).runnable or b""
            for pin, pinned in definition.pins.items()
            if pin.startswith("bpmn:")
        }
        return parse(definition.runnable or b"", called=called)

    @staticmethod
    def pinned_decision(session: Session, definition_id: int, key: str) -> Definition | None:
        """The version of a decision that a circuit was deployed with; the newest when it was deployed without."""
        pin = session.get_one(Definition, definition_id).pins.get(f"dmn:{key}")
        return session.get_one(Definition, pin) if pin else deciding(session, key)

    def form(self, session: Session, definition_id: int, sha256: str, key: str) -> forms.FormSpec | None:
        """A form, as pinned by the circuit's version, whose digest is `sha256`; the newest when it was deployed without."""
        pinned = self._pinned_forms.get(f"{definition_id}:{sha256}:{key}", lambda: self._pinned_form(session, definition_id, key))
        if pinned is not None:
            return pinned
        definition = latest(session, "form", key)
        return None if definition is None else self._read_form(definition)

    def _pinned_form(self, session: Session, definition_id: int, key: str) -> forms.FormSpec | None:
        pin = session.get_one(Definition, definition_id).pins.get(f"form:{key}")
        return self._read_form(session.get_one(Definition, pin)) if pin else None

    def _read_form(self, definition: Definition) -> forms.FormSpec:
        return self._forms.get(f"{definition.id}:{definition.sha256}", lambda: forms.read(definition.source))

    def decision(self, definition: Definition) -> decisions.Decisions:
        """The decisions of a deployed file."""
        return self._decisions.get(f"{definition.id}:{definition.sha256}", lambda: decisions.read(definition.source))

    def decide(
        self, session: Session, definition_id: int, decision: str, names: Mapping[str, object], functions: Functions
    ) -> object:
        """The answer of a circuit's decision; DecisionError."""
        definition = self.pinned_decision(session, definition_id, decision)
        if definition is None:
            raise DecisionError(decision=decision, reason="elle n’est pas déployée")
        return self.decision(definition).evaluate(decision, names, functions)

    def explain(
        self, session: Session, decision: str, names: Mapping[str, object], functions: Functions
    ) -> tuple[Any, tuple[decisions.Matched, ...]]:
        """The answer of the newest version of a decision, and the rules that gave it."""
        definition = deciding(session, decision)
        if definition is None:
            raise DecisionError(decision=decision, reason="elle n’est pas déployée")
        return self.decision(definition).explain(decision, names, functions)
