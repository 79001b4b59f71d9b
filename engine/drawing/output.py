"""Writes a completed drawing as plain BPMN in Camunda's dialect: only elements that our parser knows, nothing else."""

from lxml import etree

from engine.drawing.extensions import CAMUNDA
from engine.drawing.model import Event, Flow, Node, Scope

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_NAMED = {"message": "message", "signal": "signal", "error": "error", "escalation": "escalation"}


def _bpmn(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{BPMN}}}{tag}", {key: _clean(value) for key, value in attributes.items()})


def _clean(text: str) -> str:
    """XML 1.0 text: what a file could not hold cannot reach here, names that rules made could."""
    return "".join(char for char in text if char >= " " or char in "\t\n")


class Output:
    """Builds one document."""

    def __init__(self, process: str, name: str) -> None:
        self.root = etree.Element(
            f"{{{BPMN}}}definitions", {"targetNamespace": "circuit"}, nsmap={"bpmn": BPMN, "camunda": CAMUNDA}
        )
        self.process = _bpmn(self.root, "process", id=process, name=name, isExecutable="true")
        self.references: dict[tuple[str, str], str] = {}

    def write(self, scope: Scope) -> bytes:
        """The document as UTF-8 bytes."""
        self._lanes(scope)
        self._scope(self.process, scope)
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _lanes(self, scope: Scope) -> None:
        lanes: dict[str, list[str]] = {}
        for _, node in scope.walk():
            # SpiffWorkflow gives a sub-process' lane to all that is inside, whatever lane the inside stands in.
            if node.lane and node.scope is None:
                lanes.setdefault(node.lane, []).append(node.id)
        if not lanes:
            return
        holder = _bpmn(self.process, "laneSet", id="lanes_runnable")
        for number, (name, nodes) in enumerate(lanes.items(), 1):
            lane = _bpmn(holder, "lane", id=f"lane_runnable_{number}", name=name)
            for identifier in nodes:
                _bpmn(lane, "flowNodeRef").text = identifier

    def _scope(self, parent: etree._Element, scope: Scope) -> None:
        for node in scope.nodes.values():
            self._node(parent, scope, node)
        for flow in scope.flows.values():
            self._flow(parent, flow)

    def _flow(self, parent: etree._Element, flow: Flow) -> None:
        element = _bpmn(parent, "sequenceFlow", id=flow.id, name=flow.name, sourceRef=flow.source, targetRef=flow.target)
        if flow.condition:
            _bpmn(element, "conditionExpression").text = flow.condition

    def _node(self, parent: etree._Element, scope: Scope, node: Node) -> None:
        element = _bpmn(parent, node.tag, id=node.id, name=node.name)
        for key, value in node.camunda.items():
            element.set(f"{{{CAMUNDA}}}{key}", value)
        for key, value in _attributes(node).items():
            element.set(key, value)
        if node.documentation:
            _bpmn(element, "documentation").text = _clean(node.documentation)
        _extend(element, node)
        for flow in scope.into(node.id):
            _bpmn(element, "incoming").text = flow.id
        for flow in scope.out(node.id):
            _bpmn(element, "outgoing").text = flow.id
        if node.event is not None:
            self._event(element, node.event)
        if node.loop is not None:
            _write_loop(element, node)
        if node.scope is not None:
            self._scope(element, node.scope)

    def _event(self, parent: etree._Element, event: Event) -> None:
        tag = {"compensate": "compensateEventDefinition"}.get(event.kind, f"{event.kind}EventDefinition")
        element = _bpmn(parent, tag)
        for key, value in event.camunda.items():
            element.set(f"{{{CAMUNDA}}}{key}", value)
        for kind, text in event.texts.items():
            _bpmn(element, kind).text = _clean(text)
        if event.kind in _NAMED and (event.name or event.code):
            element.set(f"{event.kind}Ref", self._reference(event))

    def _reference(self, event: Event) -> str:
        key = (event.kind, event.code or event.name)
        if key not in self.references:
            self.references[key] = f"{event.kind}_runnable_{len(self.references) + 1}"
            element = etree.Element(f"{{{BPMN}}}{event.kind}", {"id": self.references[key], "name": event.name or event.code})
            if event.code:
                element.set({"error": "errorCode", "escalation": "escalationCode"}.get(event.kind, "code"), event.code)
            self.process.addprevious(element)
        return self.references[key]


def _attributes(node: Node) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if node.tag == "boundaryEvent":
        attributes = {"attachedToRef": node.attached, "cancelActivity": "true" if node.interrupting else "false"}
    if node.default:
        attributes["default"] = node.default
    if node.tag == "callActivity":
        attributes["calledElement"] = node.called
    return attributes


def _extend(element: etree._Element, node: Node) -> None:
    properties = dict(node.properties)
    if node.saved != node.id:
        properties["origine"] = node.saved
    if not (properties or node.mappings or node.fields):
        return
    holder = _bpmn(element, "extensionElements")
    if properties:
        listed = etree.SubElement(holder, f"{{{CAMUNDA}}}properties")
        for name, value in properties.items():
            etree.SubElement(listed, f"{{{CAMUNDA}}}property", {"name": name, "value": value})
    _write_mappings(holder, node)
    for name, value in node.fields.items():
        etree.SubElement(holder, f"{{{CAMUNDA}}}field", {"name": name, "stringValue": value})


def _write_mappings(holder: etree._Element, node: Node) -> None:
    parameters = {tag: values for tag, values in node.mappings.items() if tag.endswith("Parameter")}
    if parameters:
        inputs = etree.SubElement(holder, f"{{{CAMUNDA}}}inputOutput")
        for tag, values in parameters.items():
            for name, text in values.items():
                etree.SubElement(inputs, f"{{{CAMUNDA}}}{tag}", {"name": name}).text = text
    for tag in ("in", "out"):
        for target, source in node.mappings.get(tag, {}).items():
            etree.SubElement(holder, f"{{{CAMUNDA}}}{tag}", {"source": source, "target": target})


def _write_loop(parent: etree._Element, node: Node) -> None:
    loop = node.loop
    if loop is None:
        return
    if not loop.many:
        element = _bpmn(parent, "standardLoopCharacteristics", testBefore="true" if loop.before else "false")
        if loop.maximum:
            element.set("loopMaximum", loop.maximum)
        if loop.condition:
            _bpmn(element, "loopCondition").text = loop.condition
        return
    element = _bpmn(parent, "multiInstanceLoopCharacteristics", isSequential="true" if loop.sequential else "false")
    if loop.collection:
        element.set(f"{{{CAMUNDA}}}collection", loop.collection)
    if loop.element:
        element.set(f"{{{CAMUNDA}}}elementVariable", loop.element)
    if loop.cardinality:
        _bpmn(element, "loopCardinality").text = loop.cardinality
    if loop.condition:
        _bpmn(element, "completionCondition").text = loop.condition
