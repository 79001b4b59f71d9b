"""What the rules share while they complete one drawing: the ids already taken, and what there is to tell."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.drawing.model import Flow, Node, Scope
from engine.drawing.rules import RULES
from engine.findings import Finding

# SpiffWorkflow keeps these names for its own specs and silently empties a process that uses them.
RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_SUFFIXES = ("_EndJoin", "_BoundaryEventSplit", "_BoundaryEventJoin")


@dataclass(frozen=True, kw_only=True)
class Eased:
    """Elements of a sketch, as saved, that are read more loosely than BPMN would: it would make the circuit wait for ever.

    `joins` wait only for what can still come, `merges` for nothing, and `endless` steps also offer to end.
    """

    joins: frozenset[str] = frozenset()
    merges: frozenset[str] = frozenset()
    endless: frozenset[str] = frozenset()


class Work:
    """The desk on which one drawing is completed."""

    def __init__(
        self,
        *,
        forms: Iterable[str] = (),
        groups: Iterable[str] = (),
        circuits: Iterable[str] | None = None,
        eased: Eased | None = None,
        default_delay: str,
    ) -> None:
        self.forms = tuple(forms)
        self.groups = tuple(groups)
        self.circuits = None if circuits is None else frozenset(circuits)
        self.eased = eased or Eased()
        self.default_delay = default_delay
        self.sketch = False
        self.findings: list[Finding] = []
        self.taken: set[str] = set()

    def tell(self, rule: str, element: Node | Flow | None = None, **values: object) -> None:
        """Keep one finding about `element` as it was saved."""
        row = RULES[rule]
        self.findings.append(
            Finding(
                level=row.level,
                element=element.saved if element else "",
                name=element.name if element else "",
                rule=rule,
                template=row.template,
                values=values,
                mend=row.mend,
            )
        )

    def fresh(self, hint: str) -> str:
        """An id that nobody has yet and that can stand in a variable's name."""
        safe = re.sub(r"\W", "_", hint) or "n"
        if safe[0].isdigit():
            safe = "n" + safe
        if safe in RESERVED or safe.endswith(_SUFFIXES):
            safe += "_"
        name, number = safe, 1
        while name in self.taken:
            number += 1
            name = f"{safe}_{number}"
        self.taken.add(name)
        return name

    def add(self, scope: Scope, tag: str, about: Node, name: str = "") -> Node:
        """A new node that completes `about` and stands in its lane."""
        node = Node(id=self.fresh(f"{about.id}_{tag}"), saved=about.saved, tag=tag, name=name, lane=about.lane, added=True)
        scope.nodes[node.id] = node
        return node

    def join(self, scope: Scope, source: Node, target: Node, *, name: str = "", condition: str = "") -> Flow:
        """A new flow between two nodes."""
        flow = Flow(id=self.fresh(f"vers_{target.id}"), name=name, source=source.id, target=target.id, condition=condition)
        scope.flows[flow.id] = flow
        return flow
