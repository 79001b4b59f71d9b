"""Forms are filled and answers checked: typed values, or a sentence at each field."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine import forms
from engine.errors import FormRefused
from engine.forms import Form, FormSpec

TODAY = date(2026, 11, 17)


def form(*components: dict[str, Any]) -> FormSpec:
    spec = forms.read(json.dumps({"id": "essai", "schemaVersion": 19, "components": components}).encode())
    assert [finding.message for finding in spec.check() if finding.level == "erreur"] == []
    return spec


def one(kind: str, key: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"id_{key}", "key": key, "label": key, **more}


def clean(spec: FormSpec, posted: Any, data: dict[str, Any] | None = None, **more: Any) -> dict[str, object]:
    return forms.clean(forms.fill(spec, data or {}, **more), posted, data or {}, today=TODAY, **more)


def refusal(spec: FormSpec, posted: Any, data: dict[str, Any] | None = None) -> dict[str, str]:
    with pytest.raises(FormRefused) as refused:
        clean(spec, posted, data)
    return dict(refused.value.errors)


def listed(*values: str) -> dict[str, Any]:
    return {"values": [{"value": value, "label": value.capitalize()} for value in values]}


@pytest.mark.parametrize(
    ("component", "posted", "value"),
    [
        (one("textfield"), {"x": "  Bonjour  "}, "Bonjour"),
        (one("textfield"), {"x": "   "}, None),
        (one("textfield"), {}, None),
        (one("textarea"), {"x": "deux\r\nlignes\n"}, "deux\nlignes\n"),
        (one("number"), {"x": "1 234,50"}, 1234.5),
        (one("number"), {"x": "1\u202f234"}, 1234),
        (one("number"), {"x": "-0,5"}, -0.5),
        (one("number", serializeToString=True), {"x": "12,10"}, "12.10"),
        (one("number"), {"x": 7}, 7),
        (one("datetime", subtype="date"), {"x": "04/12/2026"}, "2026-12-04"),
        (one("datetime", subtype="date"), {"x": "2026-12-04"}, "2026-12-04"),
        (one("datetime", subtype="time"), {"x": "9h30"}, "09:30"),
        (one("datetime", subtype="datetime"), {"x": "2026-07-14T09:00"}, "2026-07-14T09:00:00+02:00"),
        (one("datetime", subtype="datetime"), {"x": "14/07/2026 9h30"}, "2026-07-14T09:30:00+02:00"),
        (one("checkbox"), {"x": "on"}, True),
        (one("checkbox"), {}, False),
        (one("radio", **listed("oui", "non")), {"x": "non"}, "non"),
        (one("select", **listed("oui", "non")), {"x": ""}, None),
        (one("checklist", **listed("a", "b", "c")), MultiDict([("x", "c"), ("x", "a"), ("x", "c")]), ["c", "a"]),
        (one("taglist", **listed("a", "b")), {"x": ["b"]}, ["b"]),
        (one("checklist", **listed("a", "b")), {}, []),
        (one("textfield", validate={"validationType": "email"}), {"x": "a.b@mairie.fr"}, "a.b@mairie.fr"),
        (one("textfield", validate={"validationType": "phone"}), {"x": "+33 (0)1 23 45 67 89"}, "+33 (0)1 23 45 67 89"),
    ],
)  # fmt: skip
def test_an_answer_becomes_a_value_and_stays_it(component: dict[str, Any], posted: Any, value: object) -> None:
    spec = form(component)
    assert clean(spec, posted) == {"x": value}
    assert clean(spec, {"x": value}) == {"x": value}


@pytest.mark.parametrize(
    ("component", "posted", "words"),
    [
        (one("textfield", validate={"required": True}), " ", "à remplir"),
        (one("checkbox", validate={"required": True}), "", "Cochez"),
        (one("textfield", validate={"minLength": 5}), "abc", "5 caractères au moins"),
        (one("textfield", validate={"maxLength": 3}), "abcd", "3 caractères au plus"),
        (one("textarea"), "x" * 60_000, "50000 caractères au plus"),
        (one("textfield", validate={"pattern": "^[A-Z]{2}$"}), "ab", "la forme attendue"),
        (one("textfield", validate={"pattern": "^[A-Z]$", "patternErrorMessage": "Une majuscule."}), "ab", "Une majuscule."),
        (one("textfield", validate={"validationType": "email"}), "a@b", "adresse électronique"),
        (one("textfield", validate={"validationType": "phone"}), "appelez", "téléphone"),
        (one("number"), "douze", "Écrivez un nombre"),
        (one("number"), "1e9", "Écrivez un nombre"),
        (one("number", validate={"min": 1}), "0", "au moins 1"),
        (one("number", validate={"max": 2.5}), "3", "au plus 2,5"),
        (one("number", decimalDigits=0), "1,5", "nombre entier"),
        (one("number", decimalDigits=2), "1,555", "2 chiffres"),
        (one("datetime", subtype="date"), "31/02/2026", "n’existe pas"),
        (one("datetime", subtype="date", disallowPassedDates=True), "16/11/2026", "passée"),
        (one("datetime", subtype="time"), "25:99", "heure n’existe pas"),
        (one("radio", **listed("oui")), "peut-être", "pas dans la liste"),
        (one("select", **listed("oui")), "<script>", "pas dans la liste"),
        (one("checklist", **listed("a")), ["a", "z"], "pas dans la liste"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(component: dict[str, Any], posted: Any, words: str) -> None:
    assert words in refusal(form(component), {"x": posted})["x"]


def test_all_errors_are_said_at_once() -> None:
    spec = form(one("textfield", "a", validate={"required": True}), one("number", "b"))
    assert set(refusal(spec, {"a": "", "b": "x"})) == {"a", "b"}


def test_an_unknown_field_is_refused_but_not_what_the_page_adds() -> None:
    spec = form(one("textfield", "a"))
    assert "n’existe pas" in refusal(spec, {"a": "x", "role": "manager"})["role"]
    assert clean(spec, {"a": "x", "csrf_token": "z", "_geste": "faire"}) == {"a": "x"}


@pytest.mark.parametrize("flag", [{"readonly": True}, {"disabled": True}, {"readonly": "=bureau = \"voirie\""}])
def test_what_is_only_shown_is_never_read(flag: dict[str, Any]) -> None:
    spec = form(one("textfield", "montant", **flag))
    data = {"montant": "12", "bureau": "voirie"}
    shown = forms.fill(spec, data).fields[0]
    assert (shown.readonly, shown.value) == (True, "12")
    assert clean(spec, {"montant": "99999"}, data) == {}


MOTIF = form(
    one("radio", "decision", **listed("oui", "non"), validate={"required": True}),
    one("textarea", "motif", validate={"required": True}, conditional={"hide": '=decision != "non"'}),
)


def test_what_a_condition_hides_is_neither_asked_nor_kept() -> None:
    assert clean(MOTIF, {"decision": "oui", "motif": "écrit puis caché"}) == {"decision": "oui"}
    assert "motif" in refusal(MOTIF, {"decision": "non"})
    assert clean(MOTIF, {"decision": "non", "motif": "trop cher"}) == {"decision": "non", "motif": "trop cher"}


def test_a_decision_taken_before_is_not_taken_again_by_itself() -> None:
    shown = forms.fill(MOTIF, {"decision": "non", "motif": "ancien"})
    assert [(field.value, field.hidden) for field in shown.fields] == [(None, False), ("ancien", True)]
    typed = forms.fill(MOTIF, {"decision": "non"}, entered={"decision": "oui"})
    assert [(field.value, field.hidden) for field in typed.fields] == [("oui", False), (None, True)]


def test_choices_come_from_the_data_or_from_an_expression() -> None:
    spec = form(
        one("select", "bureau", valuesKey="liste"),
        one("radio", "rang", valuesExpression="=for n in 1..3 return string(n)"),
    )
    shown = forms.fill(spec, {"liste": [{"value": "voirie", "label": "Voirie"}, "urbanisme"]})
    offered = [(option.value, option.label) for option in shown.fields[0].options]
    assert offered == [("voirie", "Voirie"), ("urbanisme", "urbanisme")]
    assert [option.value for option in shown.fields[1].options] == ["1", "2", "3"]
    data = {"liste": ["voirie"]}
    assert clean(spec, {"bureau": "voirie", "rang": "2"}, data) == {"bureau": "voirie", "rang": "2"}
    assert "bureau" in refusal(spec, {"bureau": "autre"}, data)


def test_texts_are_filled_and_functions_called() -> None:
    spec = form({"type": "text", "id": "t", "text": "Le {{courrier.chrono}} de {{= chef(bureau)}}, urgent : {{urgent}}."})
    data = {"courrier": {"chrono": "2026-12"}, "bureau": "voirie", "urgent": False}
    shown = forms.fill(spec, data, functions={"chef": lambda bureau: f"M. {bureau}"})
    assert shown.fields[0].text == "Le 2026-12 de M. voirie, urgent : non."


def test_groups_and_lists_keep_their_shape() -> None:
    spec = form(
        {"type": "group", "id": "g", "label": "Adresse", "path": "adresse", "components": [one("textfield", "ville")]},
        {"type": "group", "id": "h", "label": "Sans chemin", "components": [one("textfield", "note")]},
        {
            "type": "dynamiclist", "id": "l", "path": "lignes", "label": "Lignes",
            "components": [one("textfield", "quoi", validate={"required": True}), one("number", "combien")],
        },
    )  # fmt: skip
    posted = {
        "adresse.ville": "Nantes", "note": "x", "lignes.0.quoi": "clé", "lignes.0.combien": "2",
        "lignes.3.quoi": "badge", "lignes.3.combien": "", "lignes.4.quoi": "", "lignes.4.combien": "",
    }  # fmt: skip
    lines = [{"quoi": "clé", "combien": 2}, {"quoi": "badge", "combien": None}]
    kept = {"adresse": {"ville": "Nantes"}, "note": "x", "lignes": lines}
    assert clean(spec, posted) == kept
    assert clean(spec, kept) == kept
    assert refusal(spec, {"lignes.0.combien": "3"}) == {"lignes.0.quoi": "Ce champ est à remplir."}
    shown = forms.fill(spec, kept)
    assert [[field.value for field in row] for row in shown.fields[2].rows] == [["clé", 2], ["badge", None]]
    assert shown.fields[2].rows[1][0].key == "lignes.1.quoi"
    again = forms.fill(spec, {}, entered={"lignes.0.quoi": "clé", "adresse.ville": "Lyon"})
    assert (again.fields[2].rows[0][0].value, again.fields[0].fields[0].value) == ("clé", "Lyon")


def test_tables_and_expressions_are_shown() -> None:
    spec = form(
        {"type": "table", "id": "t", "label": "Pièces", "dataSource": "=pieces", "columns": [{"key": "nom", "label": "Nom"}]},
        one("expression", "total", expression="=a + b"),
    )
    shown = forms.fill(spec, {"pieces": [{"nom": "plan"}], "a": 1, "b": 2})
    assert (shown.fields[0].value, shown.fields[0].columns[0].label) == ([{"nom": "plan"}], "Nom")
    assert clean(spec, {"total": "999"}, {"a": 1, "b": 2}) == {"total": 3}


def test_a_drawn_choice_is_one_of_its_buttons() -> None:
    choices = (forms.Option(value="f1", label="Accorder"), forms.Option(value="f2", label="Refuser"))
    single, many = Form(id="x", choices=choices), Form(id="x", choices=choices, multiple=True)
    assert forms.clean(single, {"choix": "f2"}, {}) == {"choix": "f2"}
    assert forms.clean(many, MultiDict([("choix", "f2"), ("choix", "f1")]), {}) == {"choix": ["f2", "f1"]}
    for wrong in ({}, {"choix": "f9"}, {"choix": ["f1", "f2"]}):
        with pytest.raises(FormRefused):
            forms.clean(single, wrong, {})


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        ({"type": "iframe", "url": "https://exemple.fr"}, "interdit"),
        ({"type": "html", "content": "<b>x</b>"}, "interdit"),
        ({"type": "documentPreview", "dataSource": "=x"}, "interdit"),
        ({"type": "filepicker", "key": "f"}, "interdit"),
        ({"type": "script"}, "interdit"),
        ({"type": "holographe", "key": "x"}, "type-inconnu"),
        ({"type": "textfield", "label": "Nom"}, "sans-cle"),
        ({"type": "textfield", "key": "a b"}, "cle-invalide"),
        ({"type": "textfield", "key": "choix"}, "cle-reservee"),
        ({"type": "select", "key": "x"}, "sans-choix"),
        ({"type": "textfield", "key": "x", "conditional": {"hide": "=a ="}}, "expression"),
        ({"type": "textfield", "key": "x", "readonly": "=1 +"}, "expression"),
        ({"type": "radio", "key": "x", "valuesExpression": "=[1,"}, "expression"),
        ({"type": "textfield", "key": "x", "validate": {"pattern": "(a+)+$"}}, "motif"),
        ({"type": "textfield", "key": "x", "validate": {"pattern": "(["}}, "motif"),
    ],
)
def test_a_faulty_form_is_told_at_its_field(component: dict[str, Any], rule: str) -> None:
    spec = forms.read(json.dumps({"id": "f", "components": [{"id": "fautif", **component}]}).encode())
    (finding,) = spec.check()
    assert (finding.rule, finding.element) == (f"formulaire-{rule}", "fautif")
    assert finding.message


def test_two_fields_of_one_key_are_told_unless_one_hides() -> None:
    twice = [one("textfield", "a"), one("textfield", "a")]
    assert [f.rule for f in forms.read(json.dumps({"components": twice}).encode()).check()] == ["formulaire-cle-double"]
    twice[1]["conditional"] = {"hide": "=true"}
    assert forms.read(json.dumps({"components": twice}).encode()).check() == ()


HOPELESS = [b"", b"[", b"[]", b'{"components": 3}', b"\xff\xfe", b"[" * 100_000, b'{"components": []}' + b" " * 600_000]


@pytest.mark.parametrize("source", HOPELESS)
def test_what_is_not_a_form_is_a_finding(source: bytes) -> None:
    (finding,) = forms.read(source).check()
    assert finding.level == "erreur"


def test_a_form_nested_without_end_is_refused() -> None:
    inside: dict[str, Any] = one("textfield")
    for _ in range(30):
        inside = {"type": "group", "components": [inside]}
    assert "trop grand" in forms.read(json.dumps({"components": [inside]}).encode()).check()[0].message


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "forms").glob("*.form")), ids=lambda path: path.stem)
def test_the_forms_shipped_have_no_fault(path: Path) -> None:
    assert forms.read(path.read_bytes()).check() == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["=a", "textfield", "group"]),
    lambda inside: st.lists(inside, max_size=4)
    | st.dictionaries(st.sampled_from(["type", "key", "id", "components", "validate", "values", "conditional", "label"]), inside),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(
    components=st.lists(JSON, max_size=5),
    posted=st.dictionaries(st.text(max_size=6), st.text(max_size=6) | st.none(), max_size=4),
)
def test_no_file_and_no_answer_makes_it_fall(components: list[Any], posted: dict[str, Any]) -> None:
    spec = forms.read(json.dumps({"id": "f", "components": components}).encode())
    if not any(finding.level == "erreur" for finding in spec.check()):
        with suppress(FormRefused):
            clean(spec, posted)
