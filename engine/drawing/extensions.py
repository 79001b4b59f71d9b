"""Reads Camunda's attributes and extension elements, and names the code that only a Java engine could run."""

from collections.abc import Iterator

from lxml import etree

from engine.drawing.elements import Element, children, content, local, one_of
from engine.drawing.model import ACTIVITIES, Loop, Node

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
# Its forerunner and its cousin write the same attributes under their own addresses.
_SAME = (CAMUNDA, "http://activiti.org/bpmn", "http://flowable.org/bpmn")
_JAVA = ("class", "delegateExpression", "expression")


def camunda_of(element: Element) -> dict[str, str]:
    """Its `camunda:` attributes by bare name."""
    names = {name: etree.QName(name) for name in element.attrib}
    return {one.localname: element.attrib[name] for name, one in names.items() if one.namespace in _SAME}


def _extensions(element: Element, *namespaces: str) -> Iterator[Element]:
    for holder in children(element, "extensionElements"):
        for child in holder:
            if isinstance(child.tag, str) and etree.QName(child).namespace in namespaces:
                yield child


def read_camunda(element: Element, node: Node) -> None:
    """Put into `node` what Camunda's panel wrote on `element`."""
    node.camunda = camunda_of(element)
    if node.tag in ACTIVITIES or node.tag.endswith("Event"):
        node.code += [f"camunda:{name}={node.camunda[name]}" for name in _JAVA if node.camunda.get(name)]
    for definition in element:
        if local(definition).endswith("EventDefinition"):
            given = camunda_of(definition)
            node.code += [f"camunda:{name}={given[name]}" for name in _JAVA if given.get(name)]
            if given.get("topic"):
                node.camunda |= {"type": given.get("type", "external"), "topic": given["topic"]}
    for child in _extensions(element, *_SAME):
        _read_extension(child, node)
    for child in _extensions(element, ZEEBE):
        _read_zeebe(child, node)


def _read_extension(child: Element, node: Node) -> None:
    tag = local(child)
    if tag == "properties":
        node.properties |= {one.get("name", ""): one.get("value", "") for one in child if one.get("name")}
    elif tag == "inputOutput":
        for one in child:
            node.mappings.setdefault(local(one), {})[one.get("name", "")] = content(one)
            if any(local(inner) == "script" for inner in one.iter()):
                node.code.append(f"script dans le paramètre {one.get('name', '')}")
    elif tag in ("in", "out"):
        source = one_of(child.get("sourceExpression"), child.get("source"))
        if child.get("target") and source:
            node.mappings.setdefault(tag, {})[child.get("target", "")] = source
    elif tag == "field":
        node.fields[child.get("name", "")] = one_of(child.get("stringValue"), content(child))
    elif tag == "connector":
        node.code.append("connecteur " + " ".join(content(one) for one in children(child, "connectorId")))
    elif tag in ("executionListener", "taskListener"):
        named = one_of(*(child.get(name) for name in _JAVA), "script")
        node.code.append(f"écouteur {named}")


def _read_zeebe(child: Element, node: Node) -> None:
    """Camunda 8 says the same things in elements of its own; its job types have no worker here, so an agent does them."""
    tag = local(child)
    if tag == "assignmentDefinition":
        node.camunda |= {
            name: child.get(name, "") for name in ("assignee", "candidateGroups", "candidateUsers") if child.get(name)
        }
    elif tag == "taskSchedule" and child.get("dueDate"):
        node.camunda["dueDate"] = child.get("dueDate", "")
    elif tag == "formDefinition":
        node.camunda["formKey"] = one_of(child.get("formId"), child.get("formKey"))
    elif tag == "calledElement":
        node.called = child.get("processId", "")
    elif tag == "calledDecision":
        node.camunda |= {"decisionRef": child.get("decisionId", ""), "resultVariable": child.get("resultVariable", "")}


def _zeebe_loop(loop: Element, name: str) -> str:
    return "".join(child.get(name, "") for child in _extensions(loop, ZEEBE) if local(child) == "loopCharacteristics")


def loop_of(element: Element) -> Loop | None:
    """Its loop or multi-instance marker."""
    for one in children(element, "multiInstanceLoopCharacteristics"):
        return Loop(
            many=True,
            sequential=one.get("isSequential") == "true",
            collection=one_of(
                camunda_of(one).get("collection"),
                _zeebe_loop(one, "inputCollection"),
                _data_name(element, _text(one, "loopDataInputRef")),
            ),
            element=one_of(camunda_of(one).get("elementVariable"), _zeebe_loop(one, "inputElement"), _item(one)),
            cardinality=_text(one, "loopCardinality"),
            condition=_text(one, "completionCondition"),
        )
    for one in children(element, "standardLoopCharacteristics"):
        return Loop(
            many=False,
            condition=_text(one, "loopCondition"),
            maximum=one.get("loopMaximum", ""),
            before=one.get("testBefore") == "true",
        )
    return None


def _text(element: Element, name: str) -> str:
    return "".join(content(one) for one in children(element, name))


def _item(element: Element) -> str:
    return "".join(one.get("name") or one.get("id") or "" for one in children(element, "inputDataItem"))


def _data_name(element: Element, reference: str) -> str:
    """A data input is named by its id; its name is what expressions can use."""
    for one in element.iter():
        if local(one) == "dataInput" and one.get("id") == reference:
            return one.get("name") or reference
    return reference
