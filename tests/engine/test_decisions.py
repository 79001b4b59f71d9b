"""Decision tables, graphs and services, as dmn-js and Camunda write them."""

from datetime import date

import pytest

from engine.decisions import Decisions, read
from engine.errors import DecisionError, DrawingRefused

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://ville.fr/dmn">'


def model(body: str) -> Decisions:
    return read(f'<?xml version="1.0"?>{HEAD}{body}</definitions>'.encode())


def cell(kind: str, source: str) -> str:
    return f"<{kind}><text>{source.replace('<', '&lt;')}</text></{kind}>"


def literal(name: str, source: str, requires: str = "", of: str = "") -> str:
    wanted = f' typeRef="{of}"' if of else ""
    body = f"<literalExpression><text>{source.replace('<', '&lt;')}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{wanted}/>{requires}{body}</decision>'


def table(policy: str, inputs: list[str], outputs: list[str], rules: list[tuple[list[str], list[str]]]) -> str:
    columns = "".join(f"<input><inputExpression><text>{one}</text></inputExpression></input>" for one in inputs)
    columns += "".join(f'<output name="{one}"/>' if " " not in one else one for one in outputs)
    lines = ""
    for number, (tests, values) in enumerate(rules, 1):
        cells = "".join(cell("inputEntry", one) for one in tests) + "".join(cell("outputEntry", one) for one in values)
        lines += f'<rule id="regle{number}"><description>note {number}</description>{cells}</rule>'
    return f'<decision id="choix" name="Choix du circuit"><decisionTable {policy}>{columns}{lines}</decisionTable></decision>'


TOWN = [
    (['"urbanisme"', "-"], ['"permis"', '"URB"']),
    (['not("urbanisme")', 'contains(?, "voirie")'], ['"travaux"', '"TECH"']),
    (["-", "-"], ['"general"', '"ACC"']),
]


@pytest.mark.parametrize(
    ("names", "answer", "rules"),
    [
        ({"nature": "urbanisme", "objet": "maison"}, {"circuit": "permis", "bureau": "URB"}, ["regle1"]),
        ({"nature": "plainte", "objet": "trou de voirie"}, {"circuit": "travaux", "bureau": "TECH"}, ["regle2"]),
        ({"nature": "plainte"}, {"circuit": "general", "bureau": "ACC"}, ["regle3"]),
    ],
)
def test_a_table_chooses_circuit_and_bureau_and_tells_why(names: dict[str, object], answer: object, rules: list[str]) -> None:
    decisions = model(table('hitPolicy="FIRST"', ["nature", "objet"], ["circuit", "bureau"], TOWN))
    assert decisions.check() == []
    assert decisions.ids == ("choix",)
    assert decisions.evaluate("choix", names) == answer
    assert decisions.evaluate("Choix du circuit", names) == answer
    value, matched = decisions.explain("choix", names)
    assert value == answer
    assert [one.rule for one in matched] == rules
    assert matched[0].annotation == f"note {matched[0].number}"


NUMBERS = [(["> 10"], ["1"]), (["> 20"], ["3"]), (["> 30"], ["2"])]
_ORDERED = '<output name="n"><outputValues><text>3, 2, 1</text></outputValues></output>'


@pytest.mark.parametrize(
    ("policy", "n", "answer"),
    [
        ('hitPolicy="UNIQUE"', 15, 1),
        ('hitPolicy="FIRST"', 40, 1),
        ('hitPolicy="PRIORITY"', 40, 3),
        ('hitPolicy="RULE ORDER"', 40, [1, 3, 2]),
        ('hitPolicy="OUTPUT ORDER"', 40, [3, 2, 1]),
        ('hitPolicy="COLLECT"', 25, [1, 3]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 40, 6),
        ('hitPolicy="COLLECT" aggregation="MIN"', 40, 1),
        ('hitPolicy="COLLECT" aggregation="MAX"', 40, 3),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 40, 3),
        ('hitPolicy="COLLECT"', 5, []),
        ('hitPolicy="UNIQUE"', 5, None),
        ('hitPolicy="ANY"', 15, 1),
    ],
)
def test_hit_policies(policy: str, n: int, answer: object) -> None:
    assert model(table(policy, ["n"], [_ORDERED], NUMBERS)).evaluate("choix", {"n": n}) == answer


@pytest.mark.parametrize(
    ("policy", "rules"),
    [("PRIORITY", [2]), ("OUTPUT ORDER", [2, 3, 1]), ("RULE ORDER", [1, 2, 3]), ("FIRST", [1]), ("COLLECT", [1, 2, 3])],
)
def test_the_reasons_are_those_of_the_answer_in_its_order(policy: str, rules: list[int]) -> None:
    _value, made = model(table(f'hitPolicy="{policy}"', ["n"], [_ORDERED], NUMBERS)).explain("choix", {"n": 40})
    assert [one.number for one in made] == rules


@pytest.mark.parametrize("policy", ['hitPolicy="UNIQUE"', 'hitPolicy="ANY"'])
def test_rules_that_contradict_the_policy_are_named(policy: str) -> None:
    with pytest.raises(DecisionError, match="les règles 1, 2 s’appliquent"):
        model(table(policy, ["n"], ["r"], NUMBERS)).evaluate("choix", {"n": 25})


def test_default_output() -> None:
    default = '<output name="r"><defaultOutputEntry><text>"aucun"</text></defaultOutputEntry></output>'
    assert model(table("", ["n"], [default], NUMBERS)).evaluate("choix", {"n": 1}) == "aucun"


def test_every_faulty_cell_is_found_at_its_element() -> None:
    rules = [(["> "], ["1"]), (["5"], ["(2"]), (["6", "7"], ["3"])]
    decisions = model(table("", ["n +"], ["r"], rules))
    found = decisions.check()
    assert [one.element for one in found] == ["choix", "regle1", "regle2", "regle3"]
    assert all(one.level == "erreur" and one.message.endswith(".") for one in found)
    assert found[0].name == "Choix du circuit"
    with pytest.raises(DecisionError, match="n’est pas valable"):
        decisions.evaluate("choix", {"n": 5})


_GRAPH = """
<itemDefinition name="tCourrier">
  <itemComponent name="date de réception"><typeRef>date</typeRef></itemComponent>
  <itemComponent name="canal"><typeRef>string</typeRef>
    <allowedValues><text>"papier", "courriel"</text></allowedValues></itemComponent>
</itemDefinition>
<inputData id="i1" name="courrier"><variable name="courrier" typeRef="tCourrier"/></inputData>
<inputData id="i2" name="jour"><variable name="jour" typeRef="date"/></inputData>
<businessKnowledgeModel id="b" name="Écart en jours"><variable name="Écart en jours"/>
  <encapsulatedLogic><formalParameter name="de" typeRef="date"/><formalParameter name="à" typeRef="date"/>
    <literalExpression><text>(à - de).days</text></literalExpression></encapsulatedLogic>
</businessKnowledgeModel>
<decision id="age" name="Âge du courrier"><variable name="Âge du courrier" typeRef="number"/>
  <informationRequirement><requiredInput href="#i1"/></informationRequirement>
  <informationRequirement><requiredInput href="#i2"/></informationRequirement>
  <knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>
  <invocation><literalExpression><text>Écart en jours</text></literalExpression>
    <binding><parameter name="à"/><literalExpression><text>jour</text></literalExpression></binding>
    <binding><parameter name="de"/>
      <literalExpression><text>courrier.date de réception</text></literalExpression></binding>
  </invocation></decision>
<decision id="urgent" name="urgent"><variable name="urgent"/>
  <informationRequirement><requiredDecision href="#age"/></informationRequirement>
  <context><contextEntry><variable name="limite"/><literalExpression><text>30</text></literalExpression></contextEntry>
    <contextEntry><literalExpression><text>Âge du courrier &gt; limite</text></literalExpression></contextEntry></context>
</decision>
<decisionService id="s" name="Mesurer"><outputDecision href="#urgent"/><inputDecision href="#age"/></decisionService>
"""


def test_a_graph_joins_inputs_knowledge_and_decisions() -> None:
    decisions = model(_GRAPH)
    assert decisions.check() == []
    mail = {"date de réception": date(2026, 1, 1), "canal": "papier"}
    assert decisions.evaluate("age", {"courrier": mail, "jour": date(2026, 1, 31)}) == 30
    assert decisions.evaluate("urgent", {"courrier": mail, "jour": "2026-02-02"}) is True
    assert decisions.evaluate("Mesurer", {"Âge du courrier": 31}) is True


def test_a_value_that_its_type_does_not_allow_is_null() -> None:
    mail = {"date de réception": date(2026, 1, 1), "canal": "pigeon"}
    assert model(_GRAPH).evaluate("age", {"courrier": mail, "jour": date(2026, 1, 31)}) is None


def test_a_decision_that_needs_itself_says_so() -> None:
    body = '<decision id="a" name="a"><informationRequirement><requiredDecision href="#a"/></informationRequirement>'
    with pytest.raises(DecisionError, match="d’elle-même"):
        model(f"{body}<literalExpression><text>a</text></literalExpression></decision>").evaluate("a", {})


def test_a_link_to_nothing_and_a_foreign_function_are_found() -> None:
    body = (
        '<decision id="a" name="a"><informationRequirement><requiredInput href="#x"/></informationRequirement>'
        '<functionDefinition id="f" kind="Java"/></decision>'
    )
    assert [(one.element, one.rule) for one in model(body).check()] == [("a", "lien"), ("f", "fonction")]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a",
        b"<definitions/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd">&b;</definitions>',
        b"<definitions>" + b" " * 2_100_000 + b"</definitions>",
    ],
)
def test_what_is_no_decision_file_is_refused(xml: bytes) -> None:
    with pytest.raises(DrawingRefused):
        read(xml)


def test_ids_links_and_loops_are_checked() -> None:
    needs = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement>'
    loop = literal("a", "b", needs.format("b")) + literal("b", "a", needs.format("a"))
    assert [(one.element, one.rule) for one in model(loop).check()] == [("a", "boucle"), ("b", "boucle")]
    twice = literal("a", "1") + literal("a", "2")
    assert [one.rule for one in model(twice).check()] == ["identifiant"]
    service = '<decisionService id="s" name="s"><outputDecision href="#x"/><inputData href="#y"/></decisionService>'
    broken = model(service)
    assert [one.rule for one in broken.check()] == ["lien", "lien"]
    assert broken.evaluate("s", {}) == {}
