"""Reads what a designer wrote on one element: Camunda attributes, properties, parameters and mappings."""

from lxml import etree

from engine.instance.base import Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
NAMESPACES = {"bpmn": BPMN, "camunda": CAMUNDA}


def element_of(node: etree._Element, lane: str | None) -> Element:
    """The element of `node`, its extensions included."""
    prefix = f"{{{CAMUNDA}}}"
    properties = _named(node, "camunda:properties/camunda:property", "value")
    return Element(
        id=node.get("id", ""),
        saved=properties.pop("origine", node.get("id", "")),
        tag=etree.QName(node).localname,
        name=node.get("name") or "",
        lane=lane or "",
        documentation=node.findtext(f"{{{BPMN}}}documentation") or "",
        camunda={key.removeprefix(prefix): value for key, value in node.attrib.items() if str(key).startswith(prefix)},
        properties=properties,
        inputs=_named(node, "camunda:inputOutput/camunda:inputParameter", ""),
        outputs=_named(node, "camunda:inputOutput/camunda:outputParameter", ""),
        fields=_fields(node),
        gives=_mappings(node, "in"),
        takes=_mappings(node, "out"),
    )


def _extensions(node: etree._Element, path: str) -> list[etree._Element]:
    found = node.xpath(f"./bpmn:extensionElements/{path}", namespaces=NAMESPACES)
    return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []


def _named(node: etree._Element, path: str, attribute: str) -> dict[str, str]:
    return {
        one.get("name", ""): (one.get(attribute) if attribute else one.text) or ""
        for one in _extensions(node, path)
        if one.get("name")
    }


def _fields(node: etree._Element) -> dict[str, str]:
    fields = {}
    for one in _extensions(node, "camunda:field"):
        inside = "".join(str(text) for text in one.itertext()).strip()
        fields[one.get("name", "")] = one.get("stringValue") or one.get("expression") or inside
    return fields


def _mappings(node: etree._Element, tag: str) -> tuple[tuple[str, str], ...]:
    found = []
    for one in _extensions(node, f"camunda:{tag}"):
        source = one.get("sourceExpression") or one.get("source")
        if one.get("target") and source:
            found.append((one.get("target", ""), source))
    return tuple(found)
