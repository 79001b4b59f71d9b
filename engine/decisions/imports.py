"""Imports without a name: what they bring counts as the importing model's own (DMN 1.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.decisions.xml import Element, attribute, children

KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A model and what its unnamed imports bring.

    `namespaces` are those of the models that make it, `ids` tell under which id the element of an id is kept,
    `imports` are the named ones: their prefix by namespace.
    """

    elements: tuple[Element, ...]
    types: tuple[Element, ...]
    imports: Mapping[str, str]
    namespaces: frozenset[str]
    ids: Mapping[str, str]


def whole(root: Element, roots: Mapping[str, Element]) -> Whole:
    """The model of `root`; of two elements of one name the nearest is kept, and stands for the other where it is required."""
    models = list(_reached(root, roots, set()))
    elements = list(children(root, *KINDS))
    types = list(children(root, "itemDefinition"))
    kept = {name_of(one): attribute(one, "id") for one in elements}
    ids = {identity: identity for identity in (attribute(one, "id") for one in elements)}
    defined = {name_of(one) for one in types}
    for model in models[1:]:
        for one in children(model, *KINDS):
            name, identity = name_of(one), attribute(one, "id")
            if name not in kept and identity not in ids:
                kept[name] = identity
                elements.append(one)
            ids.setdefault(identity, kept.get(name, identity))
        fresh = [one for one in children(model, "itemDefinition") if name_of(one) not in defined]
        defined |= {name_of(one) for one in fresh}
        types += fresh
    return Whole(
        elements=tuple(elements),
        types=tuple(types),
        imports={space: name for model in reversed(models) for space, name in _imports(model) if name},
        namespaces=frozenset(attribute(model, "namespace") for model in models),
        ids=ids,
    )


def name_of(element: Element) -> str:
    """The element's own name."""
    return " ".join(attribute(element, "name").split())


def _imports(root: Element) -> list[tuple[str, str]]:
    """The namespace and the name of each import."""
    return [(attribute(one, "namespace"), name_of(one)) for one in children(root, "import")]


def _reached(root: Element, roots: Mapping[str, Element], seen: set[str]) -> Iterator[Element]:
    """The model, then those it reaches through unnamed imports, each once, the imports of an import before the next one."""
    seen.add(attribute(root, "namespace"))
    yield root
    for space, name in _imports(root):
        if not name and space in roots and space not in seen:
            yield from _reached(roots[space], roots, seen)
