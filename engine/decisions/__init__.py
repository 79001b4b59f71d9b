"""Decisions drawn in DMN: tables, expressions and the graphs that join them, evaluated and explained."""

from collections.abc import Callable, Iterable, Mapping

from engine.decisions.model import Key, Part, Reading
from engine.decisions.running import Run
from engine.decisions.tables import Matched, Recorder
from engine.decisions.xml import Element, attribute, tree
from engine.errors import DecisionError, DrawingRefused, ExpressionLimit
from engine.expressions.limits import Budget, OverLimit
from engine.expressions.scope import HostScope
from engine.expressions.values import to_python
from engine.findings import Finding

__all__ = ["Decisions", "Matched", "read"]

Functions = Mapping[str, Callable[..., object]]


class Decisions:
    """The decisions of one file, compiled once; it keeps nothing of an evaluation."""

    def __init__(self, parts: Mapping[Key, Part], namespace: str, findings: tuple[Finding, ...]) -> None:
        """`namespace` tells the file's own elements from the imported ones."""
        self._parts = parts
        self._own = {key[1]: part for key, part in parts.items() if key[0] == namespace}
        self._findings = findings

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the decisions, in the file's order."""
        return tuple(key for key, part in self._own.items() if part.kind == "decision")

    def check(self) -> list[Finding]:
        """Every faulty cell, expression and link, each at its element."""
        return list(self._findings)

    def evaluate(self, decision: str, names: Mapping[str, object], functions: Functions | None = None) -> object:
        """The value of a decision, in plain Python; a knowledge model or a service takes its parameters from `names`.

        `decision` is an id or a name. Raises DecisionError (unknown, faulty, hit policy broken) and ExpressionLimit.
        """
        return self.explain(decision, names, functions)[0]

    def explain(
        self, decision: str, names: Mapping[str, object], functions: Functions | None = None
    ) -> tuple[object, tuple[Matched, ...]]:
        """The value that `evaluate` gives and the rules that made it, those of the required decisions first: one evaluation."""
        part = self._part(decision)
        machine = Recorder(Budget(), functions, part.types)
        machine.kinds, machine.matched = part.kinds, []
        host = HostScope(machine, names)
        try:
            value = Run(self._parts, machine, host).value(part.key)
            if part.kind in ("businessKnowledgeModel", "decisionService"):
                given = {name: host.find(name)[1] for name in getattr(value, "parameters", ())}
                value = machine.invoke(value, [], given)
            return to_python(value, machine.budget), tuple(machine.matched)
        except OverLimit as error:
            raise ExpressionLimit(source=part.name, reason=str(error)) from error
        except RecursionError as error:
            raise ExpressionLimit(source=part.name, reason="trop de niveaux imbriqués") from error

    def _part(self, wanted: str) -> Part:
        """The element of that id, else of that name."""
        if wanted in self._own:
            return self._own[wanted]
        named = [part for part in self._own.values() if part.name == wanted and part.kind != "inputData"]
        if not named:
            raise DecisionError(decision=wanted, reason="elle n’est pas dans ce fichier")
        return named[0]


def read(xml: bytes, *, others: Iterable[bytes] = ()) -> Decisions:
    """The decisions of a file; `others` are the files it may import. Raises DrawingRefused for what is no DMN."""
    try:
        return _read(xml, others)
    except RecursionError as error:
        raise DrawingRefused(reason="il a trop de niveaux imbriqués") from error


def _read(xml: bytes, others: Iterable[bytes]) -> Decisions:
    """The files, read then joined."""
    root = tree(xml)
    roots: dict[str, Element] = {}
    for other in map(tree, others):
        roots.setdefault(attribute(other, "namespace"), other)
    roots[attribute(root, "namespace")] = root
    readings: dict[str, Reading] = {}
    for namespace, one in roots.items():
        readings[namespace] = Reading(one, roots, readings)
    own = readings[attribute(root, "namespace")]
    for _ in range(2):
        # Twice, since two files may use each other's types.
        for reading in readings.values():
            reading.compiler.findings.clear()
            reading.read_types()
    parts = {part.key: part for reading in readings.values() for part in reading.elements()}
    return Decisions(parts, own.namespace, tuple(own.findings()))
