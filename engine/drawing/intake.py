"""Turns a BPMN file into scopes of nodes and flows, keeping every meaning an engine can use and no tool's decoration."""

import re
from collections.abc import Mapping

from lxml import etree

from engine.drawing.elements import Element, children, content, local, one_of, words
from engine.drawing.extensions import camunda_of, loop_of, read_camunda
from engine.drawing.flows import place
from engine.drawing.layout import Layout
from engine.drawing.loose import Loose, attach
from engine.drawing.model import Event, Flow, Node, Scope
from engine.drawing.processes import HOLDERS, called, is_node, lanes, nesting
from engine.drawing.work import Work
from engine.errors import DrawingRefused

MAX_NODES = 300
MAX_FLOWS = 900
MAX_NESTED = 15  # what is completed inside them must still be read as XML, see safe.MAX_DEPTH
MAX_CALLS = 5  # levels of sub-processes and calls at which a call is still followed into its process
_KINDS = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "terminateEventDefinition": "terminate",
    "compensateEventDefinition": "compensate",
    "cancelEventDefinition": "cancel",
}
# Decoration and data: kept in the designer's file, of no effect on the walk.
_SILENT = frozenset(
    [
        "documentation",
        "extensionElements",
        "laneSet",
        "sequenceFlow",
        "association",
        "textAnnotation",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataInput",
        "dataOutput",
        "ioSpecification",
        "property",
        "auditing",
        "monitoring",
        "incoming",
        "outgoing",
        "artifact",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "completionCondition",
        "supports",
        "resourceRole",
        "performer",
        "potentialOwner",
        "humanPerformer",
        "correlationSubscription",
        "dataInputAssociation",
        "dataOutputAssociation",
    ]
)


class Intake:
    """Reads one file; `definitions` are the messages, signals, errors and escalations by id."""

    def __init__(self, root: Element, work: Work) -> None:
        self.root = root
        self.work = work
        self.processes = [one for one in root.iter() if local(one) == "process"]
        self.definitions = {one.get("id", ""): one for one in root if local(one) in ("message", "signal", "error", "escalation")}
        self.messages = {
            one.get("targetRef", ""): one_of(words(one.get("name")), self._message_name(one.get("messageRef", "")), "message")
            for one in root.iter()
            if local(one) == "messageFlow"
        }
        self.called = called(root, self.processes)
        self.reading: list[str] = []
        self.depth = 0
        self.lanes: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self.flow_ids: dict[str, str] = {}
        self._check_size()

    def _message_name(self, reference: str) -> str:
        found = self.definitions.get(reference)
        return words(found.get("name")) if found is not None else ""

    def _check_size(self) -> None:
        if not self.processes:
            raise DrawingRefused(reason=self._why_nothing())
        count = sum(1 for process in self.processes for one in process.iter() if is_node(one))
        if count > MAX_NODES:
            raise DrawingRefused(
                reason=f"il contient {count} étapes, événements et passerelles et la limite est de {MAX_NODES}."
                " Découpez-le en plusieurs circuits"
            )
        holders = (one for process in self.processes for one in process.iter() if local(one) in HOLDERS)
        if max(map(nesting, holders), default=0) > MAX_NESTED:
            raise DrawingRefused(
                reason=f"ses sous-processus sont emboîtés sur plus de {MAX_NESTED} niveaux."
                " Faites-en des circuits appelés (Call Activity)"
            )
        arrows = sum(1 for process in self.processes for one in process.iter() if local(one) == "sequenceFlow")
        if arrows > MAX_FLOWS:
            raise DrawingRefused(reason=f"il contient {arrows} flèches et la limite est de {MAX_FLOWS}. Découpez-le")

    def _why_nothing(self) -> str:
        name = local(self.root)
        if name != "definitions":
            return f"ce n'est pas un diagramme BPMN 2.0 (élément principal «{name}»)"
        if any(local(one) in ("choreography", "globalChoreographyTask") for one in self.root):
            return "c'est une chorégraphie, qui ne dit pas ce que fait chacun. Dessinez un processus"
        if any(local(one) in ("decision", "case", "drgElement") for one in self.root):
            return "il contient une décision (DMN) ou un dossier (CMMN), et non un processus BPMN"
        return "il ne contient aucun processus. Dessinez au moins une étape entre un début et une fin"

    def scope(self, process: Element, lane: str) -> Scope:
        """The content of one process, its flows still where the file has them; `lane` holds what no lane does."""
        self.lanes = lanes(process)
        self.reading = [process.get("id", "")]
        return self._scope(process, lane)

    def place(self, scope: Scope) -> None:
        """Name ends, hosts and defaults by runnable ids, and move each flow to the scope of its ends."""
        self._tie_loose(scope)
        place(scope, self.named, self.flow_ids, self.work)

    def _tie_loose(self, scope: Scope) -> None:
        """Tie what is drawn to the border of a box, or onto another arrow, but not tied to it."""
        boxes = {node.saved for _, node in scope.walk() if node.saved}
        nodes = {one.get("id", "") for process in self.processes for one in process.iter() if is_node(one)}
        scopes = [scope, *(node.scope for _, node in scope.walk() if node.scope is not None)]
        homes = {flow.saved: one for one in scopes for flow in one.flows.values()}
        flows = [flow for one in scopes for flow in one.flows.values()] + self._strays(homes, nodes)
        layout = Layout(self.root)
        loose = Loose(layout, flows, boxes=boxes, nodes=nodes)
        for flow in loose.tied:
            homes.get(flow.saved, scope).flows[flow.id] = flow
            rule = "fleche-sur-fleche" if flow.saved in loose.onto else "fleche-recollee"
            self.work.tell(rule, flow, source=flow.source, target=flow.target)
        for flow in loose.trunks:
            homes.get(flow.saved, scope).flows.pop(flow.id, None)
            self.work.tell("fleche-perdue", flow)
        attach(scope, flows, layout, self.work)

    def _strays(self, homes: Mapping[str, Scope], nodes: set[str]) -> list[Flow]:
        """Arrows tied to nothing at all; Signavio saves them in a process of their own, outside of every pool."""
        arrows = (one for process in self.processes for one in process.iter() if local(one) == "sequenceFlow")
        ends = ("sourceRef", "targetRef")
        return [
            self._flow(one)
            for one in arrows
            if one.get("id", "") not in homes and not any(one.get(end) in nodes for end in ends)
        ]

    def _scope(self, element: Element, lane: str) -> Scope:
        scope = Scope()
        self.depth += 1
        for child in element:
            tag = local(child)
            if is_node(child):
                node = self._node(child, lane)
                scope.nodes[node.id] = node
            elif tag == "sequenceFlow":
                flow = self._flow(child)
                scope.flows[flow.id] = flow
            elif tag == "association":
                scope.undo.append((child.get("sourceRef", ""), child.get("targetRef", "")))
            elif tag and tag not in _SILENT and "BPMN" in (etree.QName(child).namespace or ""):
                self.work.tell("element-inconnu", _about(child), tag=tag)
        self.depth -= 1
        return scope

    def _flow(self, element: Element) -> Flow:
        saved = element.get("id", "")
        if not re.fullmatch(r"[\w.\-]+", saved) or saved in self.work.taken:
            runnable = self.work.fresh(saved or "fleche")
        else:
            runnable = saved
            self.work.taken.add(saved)
        self.flow_ids.setdefault(saved, runnable)
        condition = "".join(content(one) for one in children(element, "conditionExpression"))
        return Flow(
            id=runnable,
            saved=saved,
            name=words(element.get("name")),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            condition=condition,
        )

    def _node(self, element: Element, lane: str) -> Node:
        saved, tag = element.get("id", ""), local(element)
        node = Node(
            id=self.work.fresh(saved or tag),
            saved=saved,
            tag="intermediateThrowEvent" if tag in ("event", "implicitThrowEvent") else tag,
            name=words(element.get("name")),
            lane=self.lanes.get(saved, lane),
            documentation=" ".join(content(one) for one in children(element, "documentation")),
            attached=element.get("attachedToRef", ""),
            interrupting=element.get("cancelActivity", element.get("isInterrupting", "true")) != "false",
            default=element.get("default", ""),
            called=element.get("calledElement", ""),
            by_event=element.get("triggeredByEvent") == "true",
            compensation=element.get("isForCompensation") == "true",
            script=any(content(one) for one in children(element, "script")),
            message=self.messages.get(saved, ""),
        )
        self._identify(node)
        read_camunda(element, node)
        node.event = self._event(element, node)
        node.loop = loop_of(element)
        if tag in HOLDERS:
            node.scope = self._scope(element, node.lane)
        elif tag == "callActivity":
            self._call(node)
        return node

    def _call(self, node: Node) -> None:
        """Put in the place of a call the process of this very file that it calls, where no circuit of ours has that name."""
        name = node.called.rpartition(":")[2]
        ours = self.work.circuits is not None and node.called in self.work.circuits
        if name not in self.called or name in self.reading or ours or node.mappings or self.depth >= MAX_CALLS:
            return
        process = self.called[name]
        self.work.tell("appel-dans-le-fichier", node, called=words(process.get("name")) or name)
        self.lanes |= lanes(process)
        self.reading.append(name)
        node.tag, node.called = "subProcess", ""
        node.scope = self._scope(process, node.lane)

    def _identify(self, node: Node) -> None:
        if not node.saved:
            self.work.tell("sans-identifiant", node)
        elif node.saved in self.named:
            self.work.tell("identifiant-double", node, id=node.saved)
        else:
            self.named[node.saved] = node.id

    def _event(self, element: Element, node: Node) -> Event | None:
        found = [one for one in element if local(one) in _KINDS]
        shared = (self._definition(one.text) for one in children(element, "eventDefinitionRef"))
        found += [one for one in shared if one is not None]
        if not found:
            return self._task_message(element, node)
        found.sort(key=lambda one: local(one) in ("cancelEventDefinition", "terminateEventDefinition"))
        event = self._read_event(found[0])
        event.others = len(found) - 1
        return event

    def _definition(self, text: str | None) -> Element | None:
        wanted = (text or "").strip()
        return next((one for one in self.root if local(one) in _KINDS and one.get("id") == wanted), None)

    def _task_message(self, element: Element, node: Node) -> Event | None:
        if node.tag not in ("sendTask", "receiveTask"):
            return None
        return self._named(Event(kind="message", ref=element.get("messageRef", "")))

    def _read_event(self, element: Element) -> Event:
        kind = _KINDS[local(element)]
        event = Event(kind=kind, ref=element.get(f"{kind}Ref", ""), name=words(element.get("name")))
        event.camunda = camunda_of(element)
        for child in element:
            if local(child) in ("timeDuration", "timeDate", "timeCycle", "condition"):
                event.texts[local(child)] = content(child)
        return self._named(event)

    def _named(self, event: Event) -> Event:
        # A qualified name (tns:Message_1) names the same thing.
        definition = self.definitions.get(event.ref)
        if definition is None:
            definition = self.definitions.get(event.ref.rpartition(":")[2])
        if definition is None:
            event.ref = ""
            return event
        event.name = words(definition.get("name")) or event.name
        event.code = definition.get("errorCode") or definition.get("escalationCode") or ""
        return event


def _about(element: Element) -> Node:
    return Node(id="", saved=element.get("id", ""), tag=local(element), name=words(element.get("name")))
