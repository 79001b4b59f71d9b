"""A decision table, from the XML."""

from engine.decisions.compiling import Compiler, Names
from engine.decisions.itemtypes import Item, Reference, defined
from engine.decisions.tables import Input, Output, Rule, Table
from engine.decisions.xml import Element, attribute, child, children, label, text
from engine.expressions.nodes import Literal, Name, Node
from engine.expressions.operations import Tests

_POLICIES = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R", "OUTPUT ORDER": "O", "COLLECT": "C",
}  # fmt: skip
_AGGREGATIONS = {"": "C", "SUM": "C+", "MIN": "C<", "MAX": "C>", "COUNT": "C#"}
_ANY = Tests(tests=(Literal(value=True),))


def table(compiler: Compiler, element: Element, known: Names) -> Node:
    """The table; its faulty cells are findings."""
    policy = _policy(compiler, element)
    inputs = tuple(_input(compiler, column, known) for column in children(element, "input"))
    columns = tuple(children(element, "output"))
    outputs = tuple(_output(compiler, column, known) for column in columns)
    rules = [
        _rule(compiler, line, number, (len(inputs), columns), known)
        for number, line in enumerate(children(element, "rule"), 1)
    ]
    if not outputs:
        return compiler.faulty(element, "table", "la table n’a pas de colonne de sortie")
    return Table(
        name=label(element),
        policy=policy,
        inputs=inputs,
        outputs=outputs,
        rules=tuple(rule for rule in rules if rule is not None),
    )


def _policy(compiler: Compiler, element: Element) -> str:
    """The hit policy, `U` when nothing is said."""
    written = attribute(element, "hitPolicy").upper() or "UNIQUE"
    policy = _POLICIES.get(written)
    aggregation = attribute(element, "aggregation").upper()
    if policy is None or (policy == "C" and aggregation not in _AGGREGATIONS):
        full = f"{written} {aggregation}".strip()
        compiler.find(element, "politique", "La politique de résultat « {policy} » n’existe pas.", policy=full)
        return "U"
    return _AGGREGATIONS[aggregation] if policy == "C" else policy


def _input(compiler: Compiler, column: Element, known: Names) -> Input:
    """An input column; one without an expression reads the name written as its label."""
    expression = child(column, "inputExpression")
    value: Node = Literal(value=None)
    if expression is not None and text(expression):
        value = compiler.expression(expression, known)
    elif attribute(column, "label"):
        value = Name(name=attribute(column, "label"))
    allowed = compiler.tests(child(column, "inputValues"), known)
    return Input(value=value, type=compiler.type_of(expression), allowed=allowed)


def _output(compiler: Compiler, column: Element, known: Names) -> Output:
    """An output column; without values of its own it takes those its type allows."""
    default = child(column, "defaultOutputEntry")
    allowed = compiler.tests(child(column, "outputValues"), known)
    wanted = compiler.type_of(column)
    item = defined(wanted)
    if allowed is None and isinstance(item, Item):
        allowed = item.allowed
    return Output(
        name=" ".join(attribute(column, "name").split()),
        allowed=allowed,
        default=None if default is None or not text(default) else compiler.expression(default, known),
    )


def _rule(compiler: Compiler, line: Element, number: int, shape: tuple[int, tuple[Element, ...]], known: Names) -> Rule | None:
    """One rule; an empty test always passes. `shape`: how many inputs the table has, and its output columns."""
    width, columns = shape
    tests = [compiler.tests(cell, known | {"?"}) or _ANY for cell in children(line, "inputEntry")]
    cells = tuple(children(line, "outputEntry"))
    if (len(tests), len(cells)) != (width, len(columns)):
        compiler.find(line, "table", "La règle n° {number} n’a pas autant de cellules que la table a de colonnes.", number=number)
        return None
    return Rule(
        id=attribute(line, "id"),
        number=number,
        tests=tuple(tests),
        outputs=tuple(_said(compiler, cell, column, known) for cell, column in zip(cells, columns, strict=True)),
        annotation=_annotation(line),
    )


def _said(compiler: Compiler, cell: Element, column: Element, known: Names) -> Node:
    """What an output cell says, held to its own type and to its column's."""
    said = compiler.typed(compiler.expression(cell, known), cell)
    # Tools write a built-in type on every column, whatever the cells say: only a type of the model is meant.
    return compiler.typed(said, column) if isinstance(compiler.type_of(column), Reference) else said


def _annotation(line: Element) -> str:
    """What the author noted beside the rule."""
    notes = [text(entry) for entry in children(line, "annotationEntry")]
    description = child(line, "description")
    return " ".join(note for note in (text(description), *notes) if note)
