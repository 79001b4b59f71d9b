"""Small questions to an XML element, asked by local name because tools differ in prefixes."""

from lxml import etree

Element = etree._Element


def local(element: Element) -> str:
    """Name of `element` without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def words(text: str | None) -> str:
    """A label on one line."""
    return " ".join((text or "").split())


def content(element: Element) -> str:
    """All text inside, on one line."""
    return words("".join(str(piece) for piece in element.itertext()))


def children(element: Element, name: str) -> list[Element]:
    """Direct children of that local name."""
    return [child for child in element if local(child) == name]


def one_of(*values: str | None) -> str:
    """The first that says something."""
    return next((value for value in values if value), "")
