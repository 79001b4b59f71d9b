"""A model: its inputs, decisions, knowledge and services, and what each of them requires."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.decisions.boxed import boxed, function
from engine.decisions.compiling import Compiler
from engine.decisions.imports import name_of, whole
from engine.decisions.itemtypes import Item, reference
from engine.decisions.xml import Element, attribute, child, children, kind, label
from engine.expressions.nodes import Node
from engine.expressions.types import Type
from engine.findings import Finding

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Required:
    """What an element requires: its key (namespace and id), and the prefix under which its name is seen."""

    key: Key
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One element of a requirement graph."""

    key: Key
    kind: str
    name: str
    variable: str
    type: Type | None
    requires: tuple[Required, ...] = ()
    logic: Node | None = None
    outputs: tuple[Key, ...] = ()
    parameters: tuple[Key, ...] = ()
    types: Mapping[str, Type] = field(compare=False, repr=False, default_factory=dict)
    kinds: Mapping[str, Type] = field(compare=False, repr=False, default_factory=dict)


class Reading:
    """One file being read into elements."""

    def __init__(self, root: Element, roots: Mapping[str, Element], others: Mapping[str, "Reading"]) -> None:
        """`roots` and `others`: the models it may import, by namespace, as files and as they are read."""
        self.root = root
        self.namespace = attribute(root, "namespace")
        self.compiler = Compiler(language=attribute(root, "expressionLanguage"))
        self._others = others
        self._whole = whole(root, roots)
        self.variables: dict[Key, str] = {}
        for element in self._whole.elements:
            self.variables[self.namespace, attribute(element, "id")] = variable_of(element)

    def read_types(self) -> None:
        """Define the types, imported ones under their prefix."""
        for one in self._whole.types:
            for types, strict in ((self.compiler.types, True), (self.compiler.kinds, False)):
                types[label(one)] = self._item(one, types, strict=strict)
        for namespace, prefix in self._whole.imports.items():
            other = self._others.get(namespace)
            if other is not None:
                self.compiler.types.update({f"{prefix}.{name}": of for name, of in other.compiler.types.items()})
                self.compiler.kinds.update({f"{prefix}.{name}": of for name, of in other.compiler.kinds.items()})
                self.compiler.members |= other.compiler.members | set(other.variables.values())

    def _item(self, element: Element, types: Mapping[str, Type], *, strict: bool) -> Item:
        """One item definition, with its components."""
        compiler = self.compiler
        parts = children(element, "itemComponent")
        components = [(name_of(one), self._item(one, types, strict=strict)) for one in parts]
        compiler.members |= {name for name, _ in components}
        functional = child(element, "functionItem")
        result = None if functional is None else reference(attribute(functional, "outputTypeRef"), types)
        takes = () if functional is None else children(functional, "parameters")
        allowed = compiler.tests(child(element, "allowedValues"), ()) if strict else None
        return Item(
            # Its own allowed values stand in the place of those of its base.
            base=reference(attribute(element, "typeRef"), types if allowed is None else compiler.kinds),
            components=tuple(components),
            allowed=allowed,
            collection=attribute(element, "isCollection") == "true",
            function=functional is not None,
            result=result,
            takes=tuple((name_of(one), reference(attribute(one, "typeRef"), types)) for one in takes),
        )

    def elements(self) -> list[Part]:
        """Every element, compiled."""
        made = [self._element(one) for one in self._whole.elements]
        self._check_ids()
        self._check_loops({part.key: part for part in made})
        return made

    def _check_ids(self) -> None:
        """Each element has an id of its own."""
        seen: set[str] = set()
        for element in self._whole.elements:
            found = attribute(element, "id")
            if not found:
                self.compiler.find(element, "identifiant", "« {name} » n’a pas d’identifiant.", name=name_of(element))
            elif found in seen:
                self.compiler.find(
                    element, "identifiant", "Deux éléments portent l’identifiant « {id} ».", id=found
                )  # fmt: skip
            seen.add(found)

    def _check_loops(self, parts: Mapping[Key, Part]) -> None:
        """No decision requires itself, straight or through others."""
        ahead = {key: {one.key for one in part.requires} for key, part in parts.items() if part.kind == "decision"}
        for element in self._whole.elements:
            start = (self.namespace, attribute(element, "id"))
            reached: set[Key] = set()
            waiting = set(ahead.get(start, ()))
            while waiting:
                key = waiting.pop()
                reached.add(key)
                waiting |= ahead.get(key, set()) - reached
            if start in reached:
                self.compiler.find(element, "boucle", "« {name} » dépend d’elle-même.", name=name_of(element))

    def _element(self, element: Element) -> Part:
        """One element."""
        compiler = self.compiler
        of = kind(element)
        requires = tuple(self._requirements(element))
        known = frozenset(self._seen(required) for required in requires) - {""}
        logic: Node | None = None
        if of == "decision":
            logic = boxed(compiler, element, known)
        elif of == "businessKnowledgeModel":
            body = child(element, "encapsulatedLogic")
            logic = None if body is None else function(compiler, body, known | {variable_of(element)})
        references = {
            name: tuple(self._keys(element, element, name)) for name in ("outputDecision", "inputDecision", "inputData")
        }
        return Part(
            key=(self.namespace, attribute(element, "id")),
            kind=of,
            name=name_of(element),
            variable=variable_of(element),
            type=compiler.type_of(child(element, "variable")),
            requires=requires,
            logic=logic,
            outputs=references["outputDecision"],
            # DMN 1.3: a service's parameters are its input data, then its input decisions.
            parameters=references["inputData"] + references["inputDecision"],
            types=compiler.types,
            kinds=compiler.kinds,
        )

    def _requirements(self, element: Element) -> list[Required]:
        """What the requirements of an element point at."""
        found: list[Required] = []
        for one in children(element, "informationRequirement", "knowledgeRequirement"):
            for key in self._keys(element, one, "requiredInput", "requiredDecision", "requiredKnowledge"):
                found.append(Required(key=key, prefix=self._whole.imports.get(key[0], "")))
        return found

    def _keys(self, element: Element, holder: Element, *names: str) -> Iterator[Key]:
        """The keys that children of those names point at; those that lead nowhere are found at the element."""
        for target in children(holder, *names):
            key = self._key(target)
            if key in self._all_variables():
                yield key
            else:
                self.compiler.find(
                    element, "lien", "« {name} » demande un élément « {href} » qui n’existe pas.",
                    name=name_of(element), href=attribute(target, "href"),
                )  # fmt: skip

    def _all_variables(self) -> dict[Key, str]:
        """The variables of this model and of those it imports."""
        merged = dict(self.variables)
        for namespace in self._whole.imports:
            if namespace in self._others:
                merged.update(self._others[namespace].variables)
        return merged

    def _seen(self, required: Required) -> str:
        """The root name under which a required element is seen."""
        return required.prefix or self._all_variables()[required.key]

    def _key(self, element: Element) -> Key:
        """The key of a reference: `#id`, or `namespace#id`."""
        namespace, _, local = attribute(element, "href").rpartition("#")
        if not namespace or namespace in self._whole.namespaces:
            return (self.namespace, self._whole.ids.get(local, local))
        return (namespace, local)

    def findings(self) -> list[Finding]:
        """What was found while compiling."""
        return self.compiler.findings


def variable_of(element: Element) -> str:
    """The name that stands for the element in expressions."""
    variable = child(element, "variable")
    return label(element if variable is None else variable)
