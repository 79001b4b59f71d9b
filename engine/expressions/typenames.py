"""Types as they are written in an expression."""

from engine.expressions.cursor import Cursor
from engine.expressions.types import BASIC, Basic, ContextOf, FunctionOf, ListOf, Named, RangeOf, Type

_SEVERAL = tuple(sorted((name.split() for name in BASIC if " " in name), key=len, reverse=True))


def type_here(cursor: Cursor) -> Type:
    """The type that starts here: a built-in one, `list<…>`, `context<…>`, `function<…> -> …`, or a name of the model."""
    with cursor.deeper():
        for parts in _SEVERAL:
            if [cursor.ahead(place).text for place in range(len(parts))] == parts:
                cursor.place += len(parts)
                return Basic(name=BASIC[" ".join(parts)])
        if cursor.token.kind != "name":
            raise cursor.fault("un type est attendu")
        if cursor.ahead().text == "<" and cursor.token.text in ("list", "range", "context", "function"):
            return _generic(cursor)
        name = cursor.member()
        while cursor.take("."):
            name += "." + cursor.member()
        return Basic(name=BASIC[name]) if name in BASIC else Named(name=name)


def _generic(cursor: Cursor) -> Type:
    """A type with others between angle brackets."""
    head = cursor.take("list", "range", "context", "function")
    cursor.expect("<")
    if head in ("list", "range"):
        of = type_here(cursor)
        cursor.expect(">")
        return ListOf(of=of) if head == "list" else RangeOf(of=of)
    if head == "context":
        return ContextOf(entries=tuple(_entries(cursor)))
    parameters: list[Type] = []
    while not cursor.at(">"):
        parameters.append(type_here(cursor))
        if not cursor.take(","):
            break
    cursor.expect(">")
    cursor.expect("->")
    return FunctionOf(parameters=tuple(parameters), result=type_here(cursor))


def _entries(cursor: Cursor) -> list[tuple[str, Type]]:
    """`a: number, b: string>`."""
    entries: list[tuple[str, Type]] = []
    while not cursor.take(">"):
        name = cursor.declared(":")
        cursor.expect(":")
        entries.append((name, type_here(cursor)))
        if not cursor.at(">"):
            cursor.expect(",")
    return entries
