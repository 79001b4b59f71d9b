"""Lists what a completed drawing names outside itself: groups, forms, tables, circuits, services and expressions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.drawing.model import Node, Scope
from engine.drawing.words import wrapped

_WHO = ("assignee", "candidateGroups", "candidateUsers")
_WHEN = ("dueDate", "followUpDate")


@dataclass(frozen=True, kw_only=True)
class Uses:
    """Names in the order in which they appear, each once; `expressions` are (element as saved, kind, source)."""

    groups: tuple[str, ...]
    forms: tuple[str, ...]
    decisions: tuple[str, ...]
    called: tuple[str, ...]
    topics: tuple[str, ...]
    collections: tuple[str, ...]
    expressions: tuple[tuple[str, str, str], ...]


def uses_of(scope: Scope) -> Uses:
    """What the nodes and flows of `scope`, and of the scopes inside it, name."""
    nodes = [node for _, node in scope.walk()]
    return Uses(
        groups=_once(group for node in nodes for group in _groups(node)),
        forms=_once(node.camunda.get("formRef", "") for node in nodes),
        decisions=_once(node.camunda.get("decisionRef", "") for node in nodes if node.tag == "businessRuleTask"),
        called=_once(node.called for node in nodes if node.tag == "callActivity"),
        topics=_once(node.camunda.get("topic", "") for node in nodes if node.tag == "serviceTask"),
        collections=_once(node.loop.collection for node in nodes if node.loop and node.loop.collection.isidentifier()),
        expressions=tuple(_expressions(scope)),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and not wrapped(name)))


def _groups(node: Node) -> list[str]:
    named = node.camunda.get("candidateGroups", "")
    listed = [named] if wrapped(named) else [one.strip() for one in named.split(",")]
    return [*listed, node.lane if node.tag == "userTask" else ""]


def _expressions(scope: Scope) -> Iterator[tuple[str, str, str]]:
    for flow in scope.flows.values():
        if flow.condition:
            yield flow.saved or scope.nodes[flow.source].saved, "condition", flow.condition
    for node in scope.nodes.values():
        for kind, source in _of_node(node):
            yield node.saved, kind, source
        if node.scope is not None:
            yield from _expressions(node.scope)


def _of_node(node: Node) -> Iterator[tuple[str, str]]:
    # A step that completes another one has its people, whose fault is told where they were written.
    camunda = {} if node.added else node.camunda
    yield from (("affectation", camunda[name]) for name in _WHO if wrapped(camunda.get(name, "")))
    yield from (("echeance", camunda[name]) for name in _WHEN if wrapped(camunda.get(name, "")))
    for values in node.mappings.values():
        yield from (("parametre", text) for text in values.values() if wrapped(text))
    yield from (("parametre", text) for text in node.fields.values() if wrapped(text))
    if node.event is not None:
        for name, text in node.event.texts.items():
            if name == "condition":
                yield "evenement", text
            elif wrapped(text):
                yield "delai", text
    if node.loop is not None:
        yield from _of_loop(node)


def _of_loop(node: Node) -> Iterator[tuple[str, str]]:
    loop = node.loop
    if loop is None:
        return
    if loop.condition:
        yield "boucle", loop.condition
    if loop.cardinality:
        yield "liste", loop.cardinality
    if loop.collection and not loop.collection.isidentifier():
        yield "liste", loop.collection
