"""Ways to spoil a file or an expression, as hands, bad exports and ill will do."""

from collections.abc import Callable
from random import Random

from lxml import etree

from tests.engine.test_expressions_hostile import WORDS

TAGS = (
    "task", "userTask", "serviceTask", "scriptTask", "receiveTask", "sendTask", "callActivity", "subProcess", "transaction",
    "adHocSubProcess", "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
)  # fmt: skip
EVENTS = ("message", "timer", "signal", "error", "escalation", "conditional", "link", "terminate", "compensate", "cancel")
ENCODINGS = ("utf-16", "utf-8-sig", "utf-7", "latin-1", "cp1252")
VALUES = (
    "", "true", "false", "Start", "${", "${a > 1}", "=1/0", "P5D", "R/P1D", "R0/P1D", "2026-13-45", "0 0 * * *", "\u202e",
    "é" * 300, "x\ny", "-1", "nan",
)  # fmt: skip


def bytes_of(rnd: Random, source: bytes) -> bytes:
    """The same file with bytes lost, changed, doubled or inserted, or in another encoding."""
    if rnd.random() < 0.1:
        return source.decode("utf-8", "replace").encode(rnd.choice(ENCODINGS), "replace")
    spoilt = bytearray(source)
    for _ in range(rnd.randint(1, 12)):
        place = rnd.randrange(len(spoilt) or 1)
        cut = rnd.randrange(1, 40)
        spoilt[place : place + rnd.choice((0, 1, cut))] = rnd.choice(
            (b"", bytes([rnd.randrange(256)]), bytes(spoilt[place : place + cut]), b"<", b"&#0;", b"&x;", b"]]>", b"<!DOCTYPE a>")
        )
    return bytes(spoilt)


def tree_of(rnd: Random, source: bytes) -> bytes:
    """The same file, still XML, with elements and attributes lost, moved, renamed and tied otherwise."""
    root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    for _ in range(rnd.randint(1, 10)):
        elements = [one for one in root.iter() if isinstance(one.tag, str) and one is not root]
        if not elements:
            break
        rnd.choice(_VERBS)(rnd, rnd.choice(elements), elements)
    return etree.tostring(root)


def _lose(rnd: Random, one: etree._Element, elements: list[etree._Element]) -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _double(rnd: Random, one: etree._Element, elements: list[etree._Element]) -> None:
    other = rnd.choice(elements)
    if one not in other.iterancestors() and one is not other:
        other.append(etree.fromstring(etree.tostring(one)))


def _move(rnd: Random, one: etree._Element, elements: list[etree._Element]) -> None:
    other = rnd.choice(elements)
    if one is not other and one not in other.iterancestors():
        other.insert(0, one)


def _rename(rnd: Random, one: etree._Element, elements: list[etree._Element]) -> None:
    space = etree.QName(one).namespace
    name = f"{rnd.choice(EVENTS)}EventDefinition" if str(one.tag).endswith("EventDefinition") else rnd.choice(TAGS)
    one.tag = f"{{{space}}}{name}" if space else name


def _retie(rnd: Random, one: etree._Element, elements: list[etree._Element]) -> None:
    ties = [other for other in elements if other.get("sourceRef") or other.get("attachedToRef")]
    ids = [other.get("id", "") for other in elements if other.get("id")]
    if ties and ids:
        tie = rnd.choice(ties)
        tie.set(rnd.choice(("sourceRef", "targetRef")) if tie.get("sourceRef") else "attachedToRef", rnd.choice(ids))


def _attribute(rnd: Random, one: etree._Element, elements: list[etree._Element]) -> None:
    names = list(one.attrib)
    if names and rnd.random() < 0.5:
        one.set(rnd.choice(names), rnd.choice(VALUES))
    elif names:
        del one.attrib[rnd.choice(names)]
    else:
        one.text = rnd.choice(VALUES)


_VERBS: tuple[Callable[[Random, etree._Element, list[etree._Element]], None], ...] = (
    _lose, _double, _move, _rename, _retie, _retie, _attribute, _attribute,
)  # fmt: skip


def expression_of(rnd: Random, depth: int = 0) -> str:
    """Words of the language in any order, some of them well nested."""
    if depth < 4 and rnd.random() < 0.5:
        a, b, c = (expression_of(rnd, depth + 1) for _ in range(3))
        operator = rnd.choice(("+", "-", "*", "/", "**", "=", "<", "and", "or", ".."))
        shapes = (
            f"({a}) {operator} ({b})", f"[{a}, {b}, {c}]", f"if {a} then {b} else {c}", f"for x in {a} return {b}",
            f"{{k: {a}, l: {b}}}", f"{a}[{b}]", f"some x in {a} satisfies {b}", f"{rnd.choice(WORDS)}({a}, {b})",
            f"{a} in [{b}..{c}]", f"${{{a}}}",
        )  # fmt: skip
        return rnd.choice(shapes)
    return " ".join(rnd.choice(WORDS) for _ in range(rnd.randint(1, 5)))
