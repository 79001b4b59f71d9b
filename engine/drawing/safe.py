"""Reads XML that somebody half trusted has sent: nothing outside it is fetched and nothing in it can grow."""

import re
from xml.parsers import expat

from lxml import etree

from engine.errors import DrawingRefused

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 50
MAX_ELEMENTS = 60_000


_ADDRESSES = {
    **dict.fromkeys(("bpmn", "bpmn2", "semantic", "model"), "http://www.omg.org/spec/BPMN/20100524/MODEL"),
    **dict.fromkeys(("dc", "omgdc"), "http://www.omg.org/spec/DD/20100524/DC"),
    **dict.fromkeys(("di", "omgdi"), "http://www.omg.org/spec/DD/20100524/DI"),
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "modeler": "http://camunda.org/schema/modeler/1.0",
    "activiti": "http://activiti.org/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "signavio": "http://www.signavio.com",
    "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


class _Guard:
    """Walks the raw text once, before any tree is built, and stops at the first thing that is not allowed."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def doctype(self, *_: object) -> None:
        raise DrawingRefused(reason="il contient une déclaration DOCTYPE, qui n'est pas admise. Enregistrez-le de nouveau")

    def start(self, *_: object) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise DrawingRefused(reason=f"ses éléments sont emboîtés sur plus de {MAX_DEPTH} niveaux")
        if self.elements > MAX_ELEMENTS:
            raise DrawingRefused(reason=f"il contient plus de {MAX_ELEMENTS} éléments XML. Découpez-le")

    def end(self, *_: object) -> None:
        self.depth -= 1


def read_xml(source: bytes, *, comments: bool = False) -> etree._Element:
    """The root element of `source`, its `comments` kept or not; DrawingRefused when it is not plain, bounded XML."""
    if len(source) > MAX_BYTES:
        size = len(source) / 1024 / 1024
        raise DrawingRefused(reason=f"il pèse {size:.1f} Mo et la limite est de 2 Mo. Découpez-le")
    # Some exports start with blank lines before the XML declaration, which XML forbids and every reader can forgive.
    text = _declaration_mended(source.lstrip(b" \t\r\n"))
    if not text:
        raise DrawingRefused(reason="le fichier est vide")
    _guard(text)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=not comments, remove_pis=True
    )
    try:
        try:
            return etree.fromstring(text, parser)
        except etree.XMLSyntaxError as error:
            if error.code != etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
                raise
            return etree.fromstring(_declared(text), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DrawingRefused(reason=f"ce n'est pas du XML valable ({error})") from error


def _declaration_mended(text: bytes) -> bytes:
    """`text` with its first line as XML wants it: tools and hands write it without its spaces, or for a version nobody reads."""
    found = re.match(rb"<\?xml\b[^<>]*\?>", text)
    if found is None:
        return text
    encoding = re.search(rb"encoding\s*=\s*[\"']([\w.:-]+)[\"']", found[0])
    named = b' encoding="' + encoding[1] + b'"' if encoding else b""
    return b'<?xml version="1.0"' + named + b"?>" + b"\n" * found[0].count(b"\n") + text[found.end() :]


def _declared(text: bytes) -> bytes:
    """`text` with the prefixes declared that were lost when it was cut out of another file, by the addresses they mostly have."""
    found = re.search(rb"<(?![?!])[^\s/>]+", text)
    if found is None:
        return text
    missing = [name for name in _ADDRESSES if name.encode() + b":" in text and b"xmlns:" + name.encode() not in text]
    added = "".join(f' xmlns:{name}="{_ADDRESSES[name]}"' for name in missing)
    return text[: found.end()] + added.encode() + text[found.end() :]


def _guard(text: bytes) -> None:
    guard = _Guard()
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = guard.doctype
    reader.StartElementHandler = guard.start
    reader.EndElementHandler = guard.end
    try:
        reader.Parse(text, True)
    except expat.ExpatError as error:
        raise DrawingRefused(reason=f"ce n'est pas du XML valable (ligne {error.lineno}, {error})") from error
    except (LookupError, ValueError) as error:
        raise DrawingRefused(reason=f"son encodage n'est pas connu ({error})") from error
