"""A diagram while it is being completed: nodes and flows in nested scopes, which the rules change in place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import dataclass_transform

ACTIVITIES = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "sendTask",
        "receiveTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "adHocSubProcess",
        "transaction",
    ]
)
GATEWAYS = frozenset(["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"])
EVENTS = frozenset(["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"])
NODES = ACTIVITIES | GATEWAYS | EVENTS | {"implicitThrowEvent", "event"}


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class Draft:
    """A part of a drawing in the making: not a value, each rule changes it and hands it to the next."""

    def __init_subclass__(cls) -> None:
        dataclass(kw_only=True)(cls)


class Event(Draft):
    """What an event waits for or throws; `kind` is message, timer, signal, error, escalation, conditional, link…"""

    kind: str
    ref: str = ""  # id of the message, signal, error or escalation it names
    name: str = ""  # name of that thing, or of the link
    code: str = ""  # code of an error or an escalation
    texts: dict[str, str] = field(default_factory=dict)  # timeDuration, timeDate, timeCycle, condition
    camunda: dict[str, str] = field(default_factory=dict)
    others: int = 0  # further definitions drawn on the same event


class Loop(Draft):
    """A loop or multi-instance marker; `collection`, `cardinality` and `condition` are expressions or empty."""

    many: bool
    sequential: bool = False
    collection: str = ""
    element: str = ""
    cardinality: str = ""
    condition: str = ""
    maximum: str = ""
    before: bool = False


class Flow(Draft):
    """One sequence flow; `saved` is its id in the designer's file, "" for one that a rule added."""

    id: str
    saved: str = ""
    name: str = ""
    source: str
    target: str
    condition: str = ""


class Node(Draft):
    """One step, event or gateway; `saved` is the id, in the designer's file, of the element it comes from."""

    id: str
    saved: str
    tag: str
    name: str = ""
    lane: str = ""
    added: bool = False
    documentation: str = ""
    camunda: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    mappings: dict[str, dict[str, str]] = field(default_factory=dict)  # inputParameter, outputParameter, in, out
    fields: dict[str, str] = field(default_factory=dict)  # camunda:field
    code: list[str] = field(default_factory=list)  # what only a Java engine could run, in words
    event: Event | None = None
    attached: str = ""
    interrupting: bool = True
    default: str = ""
    loop: Loop | None = None
    called: str = ""
    by_event: bool = False
    compensation: bool = False
    script: bool = False
    message: str = ""  # what a message flow from another pool says
    scope: "Scope | None" = None

    @property
    def kind(self) -> str:
        """Kind of its event, "" for none."""
        return self.event.kind if self.event else ""

    @property
    def carries_out(self) -> bool:
        """Whether it is an activity."""
        return self.tag in ACTIVITIES


class Scope(Draft):
    """The inside of a process or of a sub-process."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    undo: list[tuple[str, str]] = field(default_factory=list)  # associations, source and target

    def into(self, node: str) -> list[Flow]:
        """Flows that arrive at `node`, in file order."""
        return [flow for flow in self.flows.values() if flow.target == node]

    def out(self, node: str) -> list[Flow]:
        """Flows that leave `node`, in file order."""
        return [flow for flow in self.flows.values() if flow.source == node]

    def boundaries(self, node: str) -> list[Node]:
        """Boundary events drawn on `node`."""
        return [one for one in self.nodes.values() if one.tag == "boundaryEvent" and one.attached == node]

    def remove(self, node: str) -> None:
        """Take `node` and its flows out."""
        for flow in self.into(node) + self.out(node):
            self.flows.pop(flow.id, None)
        self.nodes.pop(node, None)

    def bypass(self, node: str) -> None:
        """Take `node` out and lead what arrived at it to where its only flow went."""
        (onward,) = self.out(node)
        for flow in self.into(node):
            flow.target = onward.target
        self.remove(node)

    def walk(self) -> "Iterator[tuple[Scope, Node]]":
        """Every node of this scope and of those inside it, outer first."""
        for node in list(self.nodes.values()):
            yield self, node
            if node.scope is not None:
                yield from node.scope.walk()
