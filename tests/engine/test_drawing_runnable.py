"""What is written for the engine: the contract between drawings and what runs them, attribute by attribute."""

import pytest
from lxml import etree

from engine.drawing import Drawing, read
from engine.drawing.elements import local
from engine.drawing.extensions import CAMUNDA
from tests.engine.sketches import HERE, sketches

FORMS = ("signer", "valider", "rediger")
IDS = {sketch.key: sketch.id for sketch in sketches()}


class Runnable:
    """Questions to one runnable document."""

    def __init__(self, key: str, **known: tuple[str, ...]) -> None:
        self.drawing: Drawing = read((HERE / f"{key}.bpmn").read_bytes(), known_forms=FORMS, **known)
        self.root = etree.fromstring(self.drawing.runnable)
        self.by_id = {one.get("id"): one for one in self.root.iter() if one.get("id")}

    def tag(self, name: str) -> str:
        return local(self.by_id[name])

    def camunda(self, name: str, attribute: str) -> str | None:
        return self.by_id[name].get(f"{{{CAMUNDA}}}{attribute}")

    def properties(self, name: str) -> dict[str, str]:
        holders = [one for one in self.by_id[name] if local(one) == "extensionElements"]
        return {
            one.get("name", ""): one.get("value", "") for holder in holders for one in holder.iter() if local(one) == "property"
        }

    def inside(self, name: str, tag: str) -> list[str]:
        return [one.text or "" for one in self.by_id[name].iter() if local(one) == tag]

    def leads(self, name: str) -> list[str]:
        return [one.get("targetRef", "") for one in self.root.iter() if one.get("sourceRef") == name]

    def lane(self, name: str) -> str | None:
        for one in self.root.iter():
            if local(one) == "flowNodeRef" and one.text == name:
                return one.getparent().get("name")
        return None


def test_a_gateway_without_conditions_becomes_buttons_of_the_step_before() -> None:
    run = Runnable("couloirs")
    assert run.properties("instruire") == {"choix": "accord", "choix:f3": "Oui", "choix:f4": "Non"}
    assert run.inside("f3", "conditionExpression") == ['${choix_accord = "f3"}']
    assert run.lane("instruire") == "Urbanisme"
    assert run.camunda("signer", "formRef") == "signer"


def test_where_no_step_stands_before_it_a_step_asks() -> None:
    run = Runnable("choix-sans-etape-avant")
    (asks,) = run.leads("debut")
    assert run.tag(asks) == "userTask"
    assert run.by_id[asks].get("name") == "Décider : Type de demande"
    assert run.properties(asks) == {"choix": "genre", "choix:f1": "État civil", "choix:f2": "Voirie", "origine": "genre"}
    assert run.drawing.origins[asks] == "genre"
    assert asks in run.drawing.added
    assert run.leads(asks) == ["genre"]


def test_an_inclusive_gateway_becomes_boxes_to_tick() -> None:
    run = Runnable("choix-multiple")
    assert run.properties("orienter")["choix_multiple"] == "avis"
    assert run.inside("f2", "conditionExpression") == ['${list contains(choix_avis, "f2")}']


def test_unsafe_ids_are_renamed_and_their_origin_kept() -> None:
    run = Runnable("mots-reserves")
    assert {"Start_", "Root_", "End_"} <= set(run.by_id)
    assert run.drawing.origins["Start_"] == "Start"
    saved = IDS["boucle-de-correction"]("bon")
    run = Runnable("boucle-de-correction")
    (safe,) = [name for name, origin in run.drawing.origins.items() if origin == saved]
    assert safe.isidentifier()
    assert run.properties(safe)["origine"] == saved


def test_timers_keep_the_text_that_was_written_and_take_the_one_that_is_told() -> None:
    run = Runnable("delai-ecrit")
    assert run.inside("r1", "timeDuration") == ["P3D"]
    assert run.inside("r2", "timeCycle") == ["R3/P1D"]
    assert run.inside("r3", "timeDuration") == ["${jours_ouvres(10)}"]
    assert run.by_id["r1"].get("cancelActivity") == "false"
    assert Runnable("delai-en-mots").inside("relance", "timeDuration") == ["${jours_ouvres(5)}"]
    assert Runnable("delai-illisible").inside("trop", "timeDuration") == ["P15D"]


def test_messages_are_confirmed_by_hand_and_keep_their_names() -> None:
    run = Runnable("message-nomme")
    assert run.tag("retour") == "userTask"
    assert run.properties("retour") == {"attente": "message", "message": "avis_rendu"}
    assert run.properties("avis") == {"attente": "message"}
    run = Runnable("bassin-boite-noire")
    assert run.properties("b") == {"attente": "message", "message": "accusé"}


def test_the_first_of_several_events_is_one_step_with_buttons_and_timers() -> None:
    run = Runnable("premier-arrive")
    (wait,) = run.leads("envoyer")
    told = run.properties(wait)
    assert told["attente"] == "message"
    assert [told[name] for name in told if name.startswith("choix:")] == ["Accord reçu", "Refus reçu"]
    assert run.by_id["rien"].get("attachedToRef") == wait
    assert run.inside("rien", "timeDuration") == ["P30D"]


def test_words_on_the_arrows_behind_a_multiple_event_name_the_events_and_are_no_answers() -> None:
    run = Runnable("attente-multiple-aux-fleches-nommees")
    (wait,) = run.leads("a")
    assert run.properties(wait)["attente"] == "message"
    assert run.by_id["m3"].get("attachedToRef") == wait
    assert run.inside("m3", "timeDuration") == ["P14D"]


def test_a_withdrawal_during_a_step_is_a_button_and_an_added_paper_a_signal() -> None:
    run = Runnable("retrait-pendant-une-etape")
    labels = [value for name, value in run.properties("a").items() if name.startswith("choix:")]
    assert labels == ["Fait", "Retrait", "Dossier irrecevable"]
    assert run.tag("piece") == "boundaryEvent"
    assert run.properties("piece")["attente"] == "message"


def test_an_event_sub_process_stands_on_the_border_of_all_that_is_beside_it() -> None:
    run = Runnable("sous-processus-evenementiel")
    (border,) = [one for one in run.by_id.values() if local(one) == "boundaryEvent"]
    around = run.by_id[border.get("attachedToRef")]
    assert {"a", "b", "debut", "fin"} <= {one.get("id") for one in around.iter()}
    assert run.leads(border.get("id", "")) == ["retrait"]


def test_services_tables_and_circuits_are_kept_as_they_are() -> None:
    run = Runnable("services-de-la-mairie")
    assert (run.tag("ar"), run.camunda("ar", "topic")) == ("serviceTask", "courrier.accuser_reception")
    assert (run.tag("orienter"), run.camunda("orienter", "decisionRef")) == ("businessRuleTask", "orientation")
    assert (run.tag("avis"), run.by_id["avis"].get("calledElement")) == ("callActivity", "demande_avis")
    assert (run.tag("envoi"), run.camunda("envoi", "topic")) == ("serviceTask", "courrier.expedier")
    assert run.drawing.topics == ("courrier.accuser_reception", "courrier.expedier")
    assert run.drawing.called == ("demande_avis",)
    assert run.drawing.decisions == ("orientation",)
    assert ("instruire", "affectation", "${bureau}") in run.drawing.expressions


def test_repeated_steps_keep_their_list_and_loops_without_a_condition_ask() -> None:
    run = Runnable("visas-multiples")
    (several,) = [one for one in run.by_id["a"] if local(one) == "multiInstanceLoopCharacteristics"]
    assert several.get(f"{{{CAMUNDA}}}collection") == "viseurs"
    assert run.drawing.collections == ("viseurs",)
    assert [v for k, v in run.properties("b").items() if k.startswith("choix:")] == ["C’est tout", "Encore un"]


def test_links_are_arrows_and_data_and_notes_are_left_out() -> None:
    run = Runnable("liens")
    assert run.leads("aller") == ["retour"]
    assert not {"d", "s", "n"} & set(Runnable("donnees-et-notes").by_id)


def test_the_pool_with_a_lane_of_ours_runs() -> None:
    saved = IDS["deux-bassins"]
    assert saved("m1") in Runnable("deux-bassins", known_groups=("urbanisme",)).drawing.lanes
    first = Runnable("deux-bassins").drawing
    assert first.name == "Usager"
    assert saved("m1") not in {one.element for one in first.findings}


@pytest.mark.parametrize("inner_first", [True, False])
def test_the_innermost_lane_is_whose_step_it_is(inner_first: bool) -> None:
    """Whatever the order in the file; the steps of a multi-instance are those of its lane too."""
    inner = '<lane name="Urbanisme"><flowNodeRef>a</flowNodeRef></lane>'
    lane = "<childLaneSet>" + inner + "</childLaneSet>"
    own = "<flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>"
    drawing = read(
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><laneSet>'
        f'<lane name="Mairie">{lane + own if inner_first else own + lane}</lane></laneSet>'
        '<startEvent id="s"/><userTask id="a" name="Viser"><multiInstanceLoopCharacteristics><loopCardinality>2'
        '</loopCardinality></multiInstanceLoopCharacteristics></userTask><userTask id="b"/><endEvent id="e"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/>'
        '<sequenceFlow id="f3" sourceRef="b" targetRef="e"/></process></definitions>'.encode())
    assert (drawing.lanes["a"], drawing.lanes["b"]) == ("Urbanisme", "Mairie")


def test_an_arrow_that_stops_beside_a_box_is_tied_to_it() -> None:
    source = (HERE / "ligne-simple.bpmn").read_bytes().replace(b'targetRef="repondre"', b"")
    drawing = read(source)
    assert [one.element for one in drawing.findings if one.rule == "fleche-recollee"] == ["f1"]
    assert b'id="f1" name="" sourceRef="lire" targetRef="repondre"' in drawing.runnable


def test_reading_twice_gives_the_same_document() -> None:
    for path in sorted(HERE.glob("*.bpmn")):
        assert read(path.read_bytes()).runnable == read(path.read_bytes()).runnable


def test_a_timer_that_leads_nowhere_is_the_deadline_of_its_step() -> None:
    identify = IDS["minuterie-sans-suite"]
    run = Runnable("minuterie-sans-suite")
    safe = {origin: name for name, origin in run.drawing.origins.items() if name not in run.drawing.added}
    assert run.camunda(safe[identify("a")], "dueDate") == "${jours_ouvres(10)}"
    assert identify("t") not in safe


def test_a_first_line_that_xml_would_refuse_is_read() -> None:
    declared = b'<?xml version="1.0" encoding="UTF-8"?>'
    source = (HERE / "ligne-simple.bpmn").read_bytes()
    assert source.startswith(declared)
    for first in (b'<?xml version="1.0"encoding="UTF-8"?>', b"<?xml version='1.1' encoding='UTF-8' standalone='perhaps'?>"):
        assert read(source.replace(declared, first)).runnable == read(source).runnable


def test_processes_that_call_one_another_are_followed_once() -> None:
    calls = "".join(
        f'<process id="p{n}"><startEvent id="d{n}"/><callActivity id="c{n}" calledElement="p{(n + 1) % 9}"/>'
        f'<sequenceFlow id="f{n}" sourceRef="d{n}" targetRef="c{n}"/></process>'
        for n in range(9)
    )
    drawing = read(f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">{calls}</definitions>'.encode())
    followed = [one.element for one in drawing.findings if one.rule == "appel-dans-le-fichier"]
    assert followed == ["c0", "c1", "c2", "c3"]
    assert drawing.called == ("p5",)
