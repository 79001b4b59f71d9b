"""Whatever the file, it is refused, faulty where it says so, or evaluated; nothing else comes out."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions import read
from engine.errors import DecisionError, DrawingRefused, ExpressionError

ROOT = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="d" namespace="n">'
EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "invocation", "relation", "list", "functionDefinition",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip
TAGS = (
    *EXPRESSIONS, *EXPRESSIONS, "decision", "inputData", "businessKnowledgeModel", "decisionService", "itemDefinition",
    "itemComponent", "allowedValues", "typeRef", "variable", "informationRequirement", "requiredDecision", "requiredInput",
    "knowledgeRequirement", "requiredKnowledge", "encapsulatedLogic", "formalParameter", "contextEntry", "binding", "parameter",
    "column", "row", "input", "inputExpression", "inputValues", "output", "outputValues", "defaultOutputEntry", "rule",
    "inputEntry", "outputEntry", "annotationEntry", "if", "then", "else", "in", "match", "return", "satisfies", "text", "text",
    "outputDecision", "inputDecision", "import", "functionItem",
)  # fmt: skip
TEXTS = ("", "a", "1", "b(1)", "> 5", "a + b", "-", '"x"', "a, b", "{a: b}", "(", "for x in a return x", "n.a")
ATTRIBUTES = {
    "id": ("a", "b", "c"),
    "name": ("a", "b", "a b"),
    "href": ("#a", "#b", "n#c", "#", "z"),
    "typeRef": ("number", "a", "b", "feel:string"),
    "hitPolicy": ("UNIQUE", "ANY", "COLLECT", "PRIORITY", "OUTPUT ORDER", "X"),
    "aggregation": ("SUM", "COUNT", "X"),
    "isCollection": ("true",),
    "kind": ("FEEL", "Java"),
    "namespace": ("n", "m"),
    "iteratorVariable": ("x",),
}


@st.composite
def attributes(draw: st.DrawFn) -> str:
    chosen = draw(st.lists(st.sampled_from(sorted(ATTRIBUTES)), unique=True, max_size=5))
    return "".join(f' {name}="{draw(st.sampled_from(ATTRIBUTES[name]))}"' for name in chosen)


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, max_size=5).map("".join)
    return st.builds(lambda tag, held, within: f"<{tag}{held}>{within}</{tag}>", st.sampled_from(TAGS), attributes(), body)


LEAVES = st.sampled_from(TEXTS).map(lambda one: f"<text>{one}</text>")
ANY = st.recursive(LEAVES, elements, max_leaves=12)


def tried(xml: str) -> None:
    try:
        decisions = read(xml.encode())
    except DrawingRefused:
        return
    assert all(one.message for one in decisions.check())
    for name in ("a", "b", "c", "a b"):
        with suppress(DecisionError, ExpressionError):
            decisions.evaluate(name, {"a": 1, "b": [1, "x"]})


@settings(max_examples=150, deadline=None)
@given(st.lists(elements(ANY), max_size=6).map("".join))
def test_any_elements_in_any_order(body: str) -> None:
    tried(f"{ROOT}{body}</definitions>")


@st.composite
def graphs(draw: st.DrawFn) -> str:
    made = []
    for name in ("a", "b", "c"):
        kind, inner = draw(
            st.sampled_from([("decision", ""), ("businessKnowledgeModel", "encapsulatedLogic"), ("inputData", "")])
        )
        target = draw(st.sampled_from(ATTRIBUTES["href"]))
        needs = f'<informationRequirement><requiredDecision href="{target}"/></informationRequirement>'
        tag = draw(st.sampled_from(EXPRESSIONS))
        logic = f"<{tag}>{draw(st.lists(ANY, max_size=4).map(''.join))}</{tag}>"
        logic = f"<{inner}>{logic}</{inner}>" if inner else logic
        made.append(f'<{kind} id="{name}" name="{name}"><variable name="{name}"{draw(attributes())}/>{needs}{logic}</{kind}>')
    return "".join(made)


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_any_graph(body: str) -> None:
    tried(f"{ROOT}{body}</definitions>")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(xml: bytes) -> None:
    with pytest.raises(DrawingRefused):
        read(xml)


@pytest.mark.parametrize("tag", ["context><contextEntry", "list", "itemDefinition><itemComponent", "functionDefinition", "if"])
@pytest.mark.parametrize("depth", [20, 60, 120, 250, 5000])
def test_nesting_is_bounded(tag: str, depth: int) -> None:
    opening = f"<{tag}>" * depth
    closing = "".join(f"</{one}>" for one in reversed(tag.split("><"))) * depth
    for holder in ("decision", "itemDefinition"):
        tried(f'{ROOT}<{holder} id="a" name="a">{opening}<literalExpression/>{closing}</{holder}></definitions>')


def test_types_that_go_round_in_circles_end() -> None:
    item = '<itemDefinition name="{}"><typeRef>{}</typeRef></itemDefinition>'
    types = item.format("a", "b") + item.format("b", "a")
    decision = '<decision id="c" name="c"><variable name="c" typeRef="a"/><literalExpression><text>1</text></literalExpression>'
    tried(f"{ROOT}{types}{decision}</decision></definitions>")
