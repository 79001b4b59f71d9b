"""A decision file as a tree: read without DOCTYPE, entity or network, and walked without minding namespaces."""

from collections.abc import Iterator

from lxml import etree

from engine.errors import DrawingRefused

Element = etree._Element
MAX_BYTES = 2 * 1024 * 1024


def tree(xml: bytes) -> Element:
    """The root `definitions`; raises DrawingRefused when the file cannot be one."""
    if len(xml) > MAX_BYTES:
        raise DrawingRefused(reason="il dépasse 2 Mo")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DrawingRefused(reason=f"ce n’est pas du XML valable ({error})") from error
    if root.getroottree().docinfo.doctype:
        raise DrawingRefused(reason="il contient un DOCTYPE, ce qui n’est pas permis")
    # Some tools leave the model's own namespace on the elements, or none, so only another standard's is refused.
    named = namespace(root) or attribute(root, "namespace")
    if kind(root) != "definitions" or not named or any(other in namespace(root).upper() for other in ("BPMN", "CMMN")):
        raise DrawingRefused(reason="ce n’est pas un fichier de décisions DMN")
    return root


def kind(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def namespace(element: Element) -> str:
    """The element's namespace."""
    return etree.QName(element).namespace or ""


def children(element: Element, *kinds: str) -> Iterator[Element]:
    """The child elements of the same standard, of these kinds."""
    for child in element:
        if kind(child) in kinds and namespace(child) == namespace(element):
            yield child


def child(element: Element, *kinds: str) -> Element | None:
    """The first child of these kinds."""
    return next(children(element, *kinds), None)


def text(element: Element | None) -> str:
    """What is written in the `text` child, or in the element itself."""
    if element is None:
        return ""
    inner = child(element, "text")
    return ("".join((element if inner is None else inner).itertext())).strip()


def attribute(element: Element, name: str) -> str:
    """An attribute, stripped; a `typeRef` may also be a child, as in DMN 1.1."""
    value = element.get(name)
    if value is None and name == "typeRef":
        value = text(child(element, "typeRef"))
    return (value or "").strip()


def identity(element: Element) -> str:
    """The id of the element, or of the nearest one above it that has one."""
    found: Element | None = element
    while found is not None:
        if found.get("id"):
            return str(found.get("id"))
        found = found.getparent()
    return ""


def label(element: Element) -> str:
    """The name of the element, or of the nearest one above it that has one."""
    found: Element | None = element
    while found is not None:
        if found.get("name"):
            return " ".join(str(found.get("name")).split())
        found = found.getparent()
    return ""
