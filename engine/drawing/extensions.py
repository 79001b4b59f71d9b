"""Reads Camunda's attributes and extension elements, and names the code that only a Java engine could run."""

from collections.abc import Iterator

from lxml import etree

from engine.drawing.elements import Element, children, content, local, one_of
from engine.drawing.model import ACTIVITIES, Loop, Node

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
_JAVA = ("class", "delegateExpression", "expression")


def camunda_of(element: Element) -> dict[str, str]:
    """Its `camunda:` attributes by bare name."""
    prefix = f"{{{CAMUNDA}}}"
    return {name.removeprefix(prefix): value for name, value in element.attrib.items() if name.startswith(prefix)}


def _extensions(element: Element) -> Iterator[Element]:
    for holder in children(element, "extensionElements"):
        for child in holder:
            if isinstance(child.tag, str) and etree.QName(child).namespace == CAMUNDA:
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
    for child in _extensions(element):
        _read_extension(child, node)


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
        target = one_of(child.get("target"), child.get("businessKey") and "businessKey", child.get("variables"))
        node.mappings.setdefault(tag, {})[target] = one_of(child.get("sourceExpression"), child.get("source"), "all")
    elif tag == "field":
        node.fields[child.get("name", "")] = one_of(child.get("stringValue"), content(child))
    elif tag == "connector":
        node.code.append("connecteur " + " ".join(content(one) for one in children(child, "connectorId")))
    elif tag in ("executionListener", "taskListener"):
        named = one_of(*(child.get(name) for name in _JAVA), "script")
        node.code.append(f"écouteur {named}")


def loop_of(element: Element) -> Loop | None:
    """Its loop or multi-instance marker."""
    for one in children(element, "multiInstanceLoopCharacteristics"):
        return Loop(
            many=True,
            sequential=one.get("isSequential") == "true",
            collection=one_of(one.get(f"{{{CAMUNDA}}}collection"), _data_name(element, _text(one, "loopDataInputRef"))),
            element=one_of(one.get(f"{{{CAMUNDA}}}elementVariable"), _item(one)),
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
