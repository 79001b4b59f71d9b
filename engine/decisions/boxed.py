"""Boxed expressions, from the XML to the parts that the language runs."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.decisions.compiling import Compiler, Names
from engine.decisions.itemtypes import result_of
from engine.decisions.tablereading import table
from engine.decisions.xml import Element, attribute, child, children, kind, label
from engine.expressions.loops import For, Quantified
from engine.expressions.nodes import Call, ContextOf, Define, Filter, ListOf, Literal, Node
from engine.expressions.operations import If
from engine.expressions.scope import Scope

_MAX_DEPTH = 25
KINDS = (
    "literalExpression", "decisionTable", "context", "invocation", "relation", "list", "functionDefinition",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Context(Node):
    """A boxed context: entries that see those before them, and maybe a result instead of them."""

    entries: tuple[tuple[str, Node], ...]
    result: Node | None

    def run(self, scope: Scope) -> object:
        """The context, or its result."""
        scope.machine.budget.spend()
        values: dict[str, object] = {}
        inner = scope.within(values)
        for name, node in self.entries:
            values[name] = node.run(inner)
        return dict(values) if self.result is None else self.result.run(inner)


def boxed(compiler: Compiler, parent: Element, known: Names, depth: int = 0) -> Node | None:
    """The boxed expression among an element's children, or None when there is none."""
    element = child(parent, *KINDS)
    return None if element is None else compiled(compiler, element, known, depth)


def compiled(compiler: Compiler, element: Element, known: Names, depth: int = 0) -> Node:
    """One boxed expression, held to its own `typeRef`."""
    if depth > _MAX_DEPTH:
        return compiler.faulty(element, "profondeur", "la décision est trop imbriquée")
    node = _READERS[kind(element)](compiler, element, known, depth + 1)
    return compiler.typed(node, element) if kind(element) != "functionDefinition" else node


def _literal(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:  # noqa: ARG001
    """A literal expression."""
    return compiler.expression(element, known)


def _table(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:  # noqa: ARG001
    """A decision table."""
    return table(compiler, element, known)


def _inside(compiler: Compiler, parent: Element | None, known: Names, depth: int) -> Node:
    """The boxed expression inside an element, or null."""
    found = None if parent is None else boxed(compiler, parent, known, depth)
    return found or Literal(value=None)


def _context(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A boxed context."""
    entries: list[tuple[str, Node]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        value = child(entry, *KINDS)
        if variable is None:
            return Context(entries=tuple(entries), result=_inside(compiler, entry, known, depth))
        name = label(variable)
        if value is not None and kind(value) == "functionDefinition":
            # It may call itself, and its variable may tell the type of what it answers.
            entries.append((name, _inside(compiler, entry, known | {name}, depth)))
        else:
            entries.append((name, compiler.typed(_inside(compiler, entry, known, depth), variable)))
        known |= {name}
    return Context(entries=tuple(entries), result=None)


def _invocation(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A boxed invocation."""
    named = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is not None:
            named.append((label(parameter), compiler.typed(_inside(compiler, binding, known, depth), parameter)))
    return Call(callee=_inside(compiler, element, known, depth), named=tuple(named))


def _relation(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A relation: a list of contexts."""
    columns = list(children(element, "column"))
    rows: list[Node] = []
    for row in children(element, "row"):
        cells = [compiled(compiler, cell, known, depth) for cell in children(row, *KINDS)]
        if len(cells) != len(columns):
            return compiler.faulty(row, "relation", "la ligne n’a pas autant de cellules que la relation a de colonnes")
        typed = (compiler.typed(cell, column) for cell, column in zip(cells, columns, strict=True))
        rows.append(ContextOf(entries=tuple((label(column), cell) for column, cell in zip(columns, typed, strict=True))))
    return ListOf(items=tuple(rows))


def _list(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A boxed list."""
    return ListOf(items=tuple(compiled(compiler, item, known, depth) for item in children(element, *KINDS)))


def function(compiler: Compiler, element: Element, known: Names, depth: int = 0) -> Node:
    """A function definition, or the encapsulated logic of a business knowledge model."""
    if attribute(element, "kind") not in ("", "FEEL"):
        language = attribute(element, "kind")
        return compiler.faulty(element, "fonction", f"une fonction {language} n’est pas permise, écrivez-la en FEEL")
    parameters = list(children(element, "formalParameter"))
    names = tuple(label(parameter) for parameter in parameters)
    return Define(
        parameters=names,
        types=tuple(compiler.type_of(parameter) for parameter in parameters),
        body=_inside(compiler, element, known | set(names), depth),
        result=result_of(compiler.type_of(element)),
    )


def _conditional(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A boxed conditional."""
    parts = [_inside(compiler, child(element, name), known, depth) for name in ("if", "then", "else")]
    return If(branches=((parts[0], parts[1]),), otherwise=parts[2])


def _filter(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A boxed filter."""
    base = _inside(compiler, child(element, "in"), known, depth)
    return Filter(base=base, condition=_inside(compiler, child(element, "match"), known | {"item"}, depth))


def _loop(compiler: Compiler, element: Element, known: Names, depth: int) -> Node:
    """A boxed iterator: for, some, every."""
    name = " ".join(attribute(element, "iteratorVariable").split())
    source = child(element, "in")
    iterators = ((name, _inside(compiler, source, known, depth)),)
    body = _inside(compiler, child(element, "return", "satisfies"), known | {name, "partial"}, depth)
    if kind(element) == "for":
        return For(iterators=iterators, result=body)
    return Quantified(iterators=iterators, every=kind(element) == "every", condition=body)


Reader = Callable[[Compiler, Element, Names, int], Node]
_READERS: dict[str, Reader] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "relation": _relation,
    "list": _list,
    "functionDefinition": function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
