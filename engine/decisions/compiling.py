"""What the compilers of one model share: its types, its names, and the findings they add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.decisions.itemtypes import reference
from engine.decisions.xml import Element, attribute, identity, label, text
from engine.errors import DecisionError, ExpressionError
from engine.expressions import parse, parse_unary
from engine.expressions.nodes import Literal, Node
from engine.expressions.scope import Scope
from engine.expressions.types import Type, coerce
from engine.findings import Finding

# Languages that are FEEL under one of its names, or that the expressions accept the habits of.
_LANGUAGES = ("feel", "juel")


@dataclass(frozen=True, kw_only=True)
class Faulty(Node):
    """An expression that could not be read; a Finding says so, and running it says so again."""

    decision: str
    reason: str

    def run(self, scope: Scope) -> object:  # noqa: ARG002 - the same for every node
        """Raises DecisionError."""
        raise DecisionError(decision=self.decision, reason=self.reason)


@dataclass(frozen=True, kw_only=True)
class Typed(Node):
    """A part whose value must be of a type."""

    of: Node
    type: Type

    def run(self, scope: Scope) -> object:
        """The value, coerced, or null."""
        return coerce(self.of.run(scope), self.type, scope.machine.types)


class Compiler:
    """One model being compiled; `kinds` are its `types` without their allowed values."""

    def __init__(self, *, language: str) -> None:
        """`language`: the one that the file declares for its expressions."""
        self.types: dict[str, Type] = {}
        self.kinds: dict[str, Type] = {}
        self.members: set[str] = set()
        self.findings: list[Finding] = []
        self._language = language

    def find(self, element: Element, rule: str, template: str, **values: object) -> None:
        """Add a fault at an element."""
        self.findings.append(
            Finding(
                level="erreur",
                element=identity(element),
                name=label(element),
                rule=rule,
                template=template,
                values=values,
            )
        )

    def faulty(self, element: Element, rule: str, reason: str) -> Faulty:
        """Add a fault, and a node that stands where the expression should."""
        self.find(element, rule, "{reason}", reason=reason[:1].upper() + reason[1:] + ".")
        return Faulty(decision=label(element), reason=reason)

    def type_of(self, element: Element | None) -> Type | None:
        """The type that an element's `typeRef` names."""
        return None if element is None else reference(attribute(element, "typeRef"), self.types)

    def typed(self, node: Node, element: Element | None) -> Node:
        """The node, held to the element's `typeRef`."""
        wanted = self.type_of(element)
        return node if wanted is None else Typed(of=node, type=wanted)

    def expression(self, element: Element, known: Iterable[str]) -> Node:
        """The literal expression of an element; null when it is empty."""
        source = text(element)
        return self._parsed(element, source, known, unary=False) if source else Literal(value=None)

    def tests(self, element: Element | None, known: Iterable[str]) -> Node | None:
        """The unary tests of an element; None when there are none."""
        source = text(element)
        return self._parsed(element, source, known, unary=True) if element is not None and source else None

    def _parsed(self, element: Element, source: str, known: Iterable[str], *, unary: bool) -> Node:
        """Parse, or a finding."""
        language = attribute(element, "expressionLanguage") or self._language
        if language and not any(name in language.lower() for name in _LANGUAGES):
            return self.faulty(element, "langage", f"le langage « {language} » n’est pas permis, écrivez l’expression en FEEL")
        names = frozenset(known) | self.members
        try:
            return (parse_unary if unary else parse)(source, known=names).root
        except ExpressionError as error:
            return self.faulty(element, "expression", f"l’expression « {source} » n’est pas valable : {error.values['reason']}")


Names = frozenset[str]
TypeMap = Mapping[str, Type]
