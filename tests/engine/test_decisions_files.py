"""What decision files are made of: imports, boxed expressions, types, and the habits of the tools that write them."""

from datetime import UTC, datetime

import pytest

from engine.decisions import read
from tests.engine.test_decisions import HEAD, literal, model

_PART = (
    '<itemDefinition name="tPart"><typeRef>number</typeRef><allowedValues><text>[0..100]</text></allowedValues></itemDefinition>'
)


def test_an_imported_model_is_seen_under_its_name() -> None:
    needs = '<informationRequirement><requiredDecision href="http://ville.fr/taux#taux"/></informationRequirement>'
    needs += '<knowledgeRequirement><requiredKnowledge href="http://ville.fr/taux#plus"/></knowledgeRequirement>'
    taken = (
        '<import namespace="http://ville.fr/taux" name="taux ville" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    )
    own = f"{HEAD}{taken}{literal('montant', 'taux ville.plus(taux ville.taux)', needs, 'taux ville.tPart')}</definitions>"
    model_of_town = (
        HEAD.replace("http://ville.fr/dmn", "http://ville.fr/taux")
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


def requires(href: str) -> str:
    return f'<informationRequirement><requiredDecision href="{href}"/></informationRequirement>'


def town(of: str, *taken: str, body: str = "") -> bytes:
    """The model `of`, which takes in others without naming them."""
    imports = "".join(f'<import namespace="http://ville.fr/{other}" name="" importType="dmn"/>' for other in taken)
    return (HEAD.replace("http://ville.fr/dmn", f"http://ville.fr/{of}") + imports + body + "</definitions>").encode()


def test_what_an_unnamed_import_brings_is_the_models_own() -> None:
    own = town(
        "mairie", "service", "voisine",
        body=literal("réponse", "délai + 1", requires("#d"), "tPart") + literal("jours", "5") + _PART,
    )  # fmt: skip
    nine, thirty, sixty = (
        literal(name, days).replace("id=", f'id="{identity}" was=')
        for name, days, identity in (("jours", "9", "j"), ("délai", "30", "d"), ("délai", "60", "d"))
    )
    service = town("service", "socle", body=literal("tard", "jours * 2", requires("http://ville.fr/service#j")) + nine)
    floor = town("socle", "mairie", body=thirty)
    other = town("voisine", body=sixty + _PART.replace("100", "10"))
    decisions = read(own, others=[other, floor, service])
    assert decisions.check() == []
    assert decisions.ids == ("réponse", "jours", "tard", "d")
    # The nearest of a name wins, however an imported model points at its own; an import's imports come before the next import.
    assert decisions.evaluate("réponse", {}) == 31
    assert decisions.evaluate("tard", {}) == 10
    assert {one.rule for one in read(own).check()} == {"lien"}


_STREETS = (
    '<itemDefinition name="tRue"><typeRef>string</typeRef><allowedValues><text>"Lavoir", "Moulin"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tPlace"><typeRef>tRue</typeRef><allowedValues><text>"Halle"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tNommer"><functionItem outputTypeRef="tRue"><parameters name="lieu" typeRef="tRue"/>'
    '</functionItem></itemDefinition><inputData id="lieu" name="lieu"><variable name="lieu"/></inputData>'
)
_PLACE = '<informationRequirement><requiredInput href="#lieu"/></informationRequirement>'
_ASKED = "<literalExpression><text>lieu</text></literalExpression>"
_NAMER = '<formalParameter name="n"/><literalExpression><text>n</text></literalExpression>'


def decision(name: str, body: str, requires: str = _PLACE) -> str:
    return f'<decision id="{name}" name="{name}"><variable name="{name}"/>{requires}{body}</decision>'


_DEFINED = (
    f'<context><contextEntry><variable name="f"/><functionDefinition typeRef="tNommer">{_NAMER}</functionDefinition>'
    "</contextEntry><contextEntry><literalExpression><text>f(lieu)</text></literalExpression></contextEntry></context>"
)
_CALLED = (
    '<invocation><literalExpression><text>function(n) n</text></literalExpression><binding><parameter name="n" typeRef="tRue"/>'
    f"{_ASKED}</binding></invocation>"
)
_VALUES = '<outputValues><text>"Lavoir", "Moulin"</text></outputValues>'


@pytest.mark.parametrize("body", [
    "<literalExpression><text>(function(n: tRue) n)(lieu)</text></literalExpression>",
    _DEFINED,
    _CALLED,
    '<decisionTable><output typeRef="tRue"/><rule><outputEntry><text>lieu</text></outputEntry></rule></decisionTable>',
    '<decisionTable><output/><rule><outputEntry typeRef="tRue"><text>lieu</text></outputEntry></rule></decisionTable>',
    f"<decisionTable><output>{_VALUES}</output><rule><outputEntry><text>lieu</text></outputEntry></rule></decisionTable>",
])  # fmt: skip
def test_every_place_that_bears_a_type_holds_to_its_allowed_values(body: str) -> None:
    decisions = model(_STREETS + decision("a", body))
    assert decisions.check() == []
    assert [decisions.evaluate("a", {"lieu": one}) for one in ("Moulin", "Halle")] == ["Moulin", None]


def test_knowledge_and_services_are_held_to_the_type_of_their_function() -> None:
    knowledge = (
        '<businessKnowledgeModel id="b" name="b"><variable name="b"/><encapsulatedLogic typeRef="tNommer">'
        f"{_NAMER}</encapsulatedLogic></businessKnowledgeModel>"
    )
    service = (
        '<decisionService id="s" name="s"><variable name="s" typeRef="tNommer"/><outputDecision href="#dit"/>'
        '<inputData href="#lieu"/></decisionService>'
    )
    said = decision("dit", "<literalExpression><text>if lieu = null then \"Lavoir\" else lieu</text></literalExpression>")
    decisions = model(_STREETS + knowledge + service + said)
    assert decisions.check() == []
    assert [decisions.evaluate("b", {"n": one}) for one in ("Moulin", "Halle")] == ["Moulin", None]
    # What a service may not take is null inside it.
    assert [decisions.evaluate("s", {"lieu": one}) for one in ("Moulin", "Halle")] == ["Moulin", "Lavoir"]


def test_allowed_values_stand_in_the_place_of_those_of_the_base() -> None:
    decisions = model(_STREETS + literal("a", '"Halle"', "", "tPlace") + literal("b", '"Moulin"', "", "tPlace"))
    assert (decisions.evaluate("a", {}), decisions.evaluate("b", {})) == ("Halle", None)


def test_a_column_of_a_built_in_type_lets_every_cell_speak() -> None:
    table = (
        '<decisionTable><output name="n" typeRef="string"/><output name="rues"><outputValues><text>"Halle", "Moulin"</text>'
        "</outputValues></output><rule><outputEntry><text>[1, 2]</text></outputEntry>"
        '<outputEntry><text>["Moulin", "Halle"]</text></outputEntry></rule></decisionTable>'
    )
    # So does a list of values that the column allows.
    assert model(decision("a", table, "")).evaluate("a", {}) == {"n": [1, 2], "rues": ["Moulin", "Halle"]}


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


def test_a_date_where_a_moment_is_asked_is_its_midnight() -> None:
    moments = '<itemDefinition name="tMoments" isCollection="true"><typeRef>date and time</typeRef></itemDefinition>'
    midnight = datetime(2026, 1, 2, tzinfo=UTC)
    assert model(literal("a", "date(2026, 1, 2)", "", "date and time")).evaluate("a", {}) == midnight
    assert model(literal("a", "[date(2026, 1, 2)]", "", "date and time")).evaluate("a", {}) == midnight
    assert model(moments + literal("a", "date(2026, 1, 2)", "", "tMoments")).evaluate("a", {}) is None


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
    assert [(one.number, one.annotation) for one in decisions.explain("orientation", town | {"recu": "2025-12-31"})[1]] == [
        (2, "Le reste")
    ]


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
