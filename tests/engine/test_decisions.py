"""Decision tables, graphs and services, as dmn-js and Camunda write them."""

from datetime import date

import pytest

from engine.decisions import Decisions, read
from engine.errors import DecisionError, DrawingRefused

_HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://ville.fr/dmn">'


def model(body: str) -> Decisions:
    return read(f'<?xml version="1.0"?>{_HEAD}{body}</definitions>'.encode())


def cell(kind: str, source: str) -> str:
    return f"<{kind}><text>{source.replace('<', '&lt;')}</text></{kind}>"


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
    matched = decisions.explain("choix", names)
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


_PART = (
    '<itemDefinition name="tPart"><typeRef>number</typeRef><allowedValues><text>[0..100]</text></allowedValues></itemDefinition>'
)


def literal(name: str, source: str, requires: str = "", of: str = "") -> str:
    wanted = f' typeRef="{of}"' if of else ""
    body = f"<literalExpression><text>{source.replace('<', '&lt;')}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{wanted}/>{requires}{body}</decision>'


def test_an_imported_model_is_seen_under_its_name() -> None:
    needs = '<informationRequirement><requiredDecision href="http://ville.fr/taux#taux"/></informationRequirement>'
    needs += '<knowledgeRequirement><requiredKnowledge href="http://ville.fr/taux#plus"/></knowledgeRequirement>'
    taken = (
        '<import namespace="http://ville.fr/taux" name="taux ville" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    )
    own = f"{_HEAD}{taken}{literal('montant', 'taux ville.plus(taux ville.taux)', needs, 'taux ville.tPart')}</definitions>"
    model_of_town = (
        _HEAD.replace("http://ville.fr/dmn", "http://ville.fr/taux")
        + _PART
        + literal("taux", "20")
        + '<businessKnowledgeModel id="plus" name="plus"><variable name="plus"/><encapsulatedLogic><formalParameter name="n"/>'
        "<literalExpression><text>n + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>"
    )
    decisions = read(own.encode(), others=[model_of_town.encode()])
    assert decisions.check() == []
    assert decisions.ids == ("montant",)
    assert decisions.evaluate("montant", {}) == 21
    assert {one.rule for one in read(own.encode()).check()} == {"lien"}


def test_boxed_iterators_filters_and_conditionals() -> None:
    loop = (
        '<for iteratorVariable="n"><in><literalExpression><text>[1..4]</text></literalExpression></in>'
        "<return><literalExpression><text>n * n</text></literalExpression></return></for>"
    )
    kept = f"<filter><in>{loop}</in><match><literalExpression><text>item &gt; 3</text></literalExpression></match></filter>"
    some = (
        f'<some iteratorVariable="n"><in>{loop}</in>'
        "<satisfies><literalExpression><text>n = 9</text></literalExpression></satisfies></some>"
    )
    choice = (
        f"<conditional><if>{some}</if><then>{kept}</then>"
        "<else><literalExpression><text>null</text></literalExpression></else></conditional>"
    )
    decisions = model(f'<decision id="a" name="a"><variable name="a"/>{choice}</decision>')
    assert decisions.check() == []
    assert decisions.evaluate("a", {}) == [4, 9, 16]


def test_a_relation_is_a_list_of_contexts() -> None:
    cells = "".join(f"<literalExpression><text>{one}</text></literalExpression>" for one in ('"URB"', "12"))
    relation = f'<relation><column name="bureau"/><column name="délai"/><row>{cells}</row></relation>'
    assert model(f'<decision id="a" name="a"><variable name="a"/>{relation}</decision>').evaluate("a", {}) == [
        {"bureau": "URB", "délai": 12}
    ]


@pytest.mark.parametrize(
    ("source", "of", "answer"),
    [
        ("[5]", "number", 5),
        ("5", "tNombres", [5]),
        ("[5, 6]", "number", None),
        ('"x"', "number", None),
        ("500", "tPart", None),
        ("50", "tPart", 50),
        ("500 instance of tPart", "boolean", True),
        ("{part: 1}", "tFiche", {"part": 1}),
        ("{part: 1, autre: 2}", "tFiche", {"part": 1, "autre": 2}),
        ("{autre: 2}", "tFiche", None),
        ("1", "inconnu", 1),
    ],
)
def test_a_value_is_held_to_its_type(source: str, of: str, answer: object) -> None:
    types = (
        '<itemDefinition name="tNombres" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
        + _PART
        + '<itemDefinition name="tFiche"><itemComponent name="part"><typeRef>tPart</typeRef></itemComponent></itemDefinition>'
    )
    assert model(types + literal("a", source, of=of)).evaluate("a", {}) == answer


def test_a_camunda_file_is_read_with_its_habits() -> None:
    xml = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" id="o" name="Orientation" namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="orientation" name="Orientation" camunda:historyTimeToLive="180">
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i1" label="Nature" camunda:inputVariable="nature"><inputExpression id="e1" typeRef="string">
        <text>nature</text></inputExpression><inputValues><text>"demande","plainte"</text></inputValues></input>
      <input id="i2" label="Objet"><inputExpression id="e2" typeRef="string" expressionLanguage="juel">
        <text>${objet}</text></inputExpression></input>
      <input id="i3" label="Reçu le"><inputExpression id="e3" typeRef="date"><text>recu</text></inputExpression></input>
      <output id="o1" label="Circuit" name="circuit" typeRef="string"/>
      <output id="o2" label="Délai" name="delai" typeRef="integer"/>
      <rule id="r1"><inputEntry id="c1"><text>"plainte"</text></inputEntry>
        <inputEntry id="c2"><text>matches(?, "voirie|trottoir", "i")</text></inputEntry>
        <inputEntry id="c3"><text>&gt;= date("2026-01-01")</text></inputEntry>
        <outputEntry id="v1"><text>"voirie"</text></outputEntry><outputEntry id="v2"><text>5</text></outputEntry></rule>
      <rule id="r2"><description>Le reste</description><inputEntry id="c4"><text></text></inputEntry>
        <inputEntry id="c5"><text/></inputEntry><inputEntry id="c6"><text>-</text></inputEntry>
        <outputEntry id="v3"><text>'accueil'</text></outputEntry><outputEntry id="v4"><text>${10 + 5}</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="x"><dmndi:DMNShape dmnElementRef="orientation"/></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>"""
    decisions = read(xml.encode())
    assert decisions.check() == []
    town = {"nature": "plainte", "objet": "Trou dans la VOIRIE", "recu": "2026-02-03"}
    assert decisions.evaluate("orientation", town) == {"circuit": "voirie", "delai": 5}
    assert decisions.evaluate("orientation", town | {"objet": "bruit"}) == {"circuit": "accueil", "delai": 15}
    assert [(one.number, one.annotation) for one in decisions.explain("orientation", town | {"recu": "2025-12-31"})] == [
        (2, "Le reste")
    ]


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


def test_iso_texts_are_read_inside_structures() -> None:
    types = (
        '<itemDefinition name="tPièces" isCollection="true"><itemComponent name="reçue"><typeRef>date</typeRef></itemComponent>'
        '<itemComponent name="titre"><typeRef>string</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tDossier"><itemComponent name="pièces"><typeRef>tPièces</typeRef></itemComponent></itemDefinition>'
        '<inputData id="i" name="dossier"><variable name="dossier" typeRef="tDossier"/></inputData>'
    )
    needs = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    decisions = model(types + literal("a", "max(dossier.pièces.reçue).year", needs))
    papers = [{"reçue": "2025-12-31", "titre": "2026-01-01"}, {"reçue": "2024-01-01", "titre": "plan"}]
    assert decisions.evaluate("a", {"dossier": {"pièces": papers}}) == 2025
    assert decisions.evaluate("a", {"dossier": {"pièces": [{"reçue": "hier", "titre": ""}]}}) is None
