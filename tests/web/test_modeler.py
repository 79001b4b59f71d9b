"""The drawn circuit and the modeller, in Chromium, on the circuit that the product ships."""

import re
from collections.abc import Iterator

import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from app.courrier import services
from tests.web import habillage
from tests.web.galerie.app import RACINE
from tests.web.habillage import Atelier

pytestmark = pytest.mark.browser
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Atelier]:
    with habillage.ouvrir() as ouvert:
        yield ouvert


@pytest.fixture
def atelier(chromium: Atelier) -> Atelier:
    chromium.galerie.neuve()
    return chromium


def _select(page: Page, element: str) -> None:
    page.evaluate(
        "id => { const m = document.getElementById('modeleur').modeler;"
        " m.get('canvas').scrollToElement(id, 300); m.get('selection').select(m.get('elementRegistry').get(id)); }", element,
    )  # fmt: skip


def _saved(atelier: Atelier, page: Page) -> etree._Element:
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".modeleur-etat")).to_contain_text("Enregistré à")
    return etree.fromstring(str(atelier.galerie.recus[-1]["xml"]).encode())


def test_the_drawing_says_what_is_done_what_is_late_and_what_is_planned(atelier: Atelier) -> None:
    with atelier.page("/courriers/suivi") as page:
        drawn = page.locator("[data-circuit][data-pret]").first
        marks = {"annoter": "fait", "rediger": "late", "valider": "prevu", "vers_annoter_de_suite": "chemin"}
        for element, marker in marks.items():
            expect(drawn.locator(f"[data-element-id='{element}']").first).to_have_class(re.compile(f"circuit-{marker}"))
        expect(drawn.locator(".circuit-pastille.late")).to_have_text("en retard")
        expect(drawn.get_by_label("Légende")).to_have_text("faiten retardprévuchemin suivi")
        expect(drawn.locator(".bjs-powered-by")).to_be_visible()
        expect(page.locator("[data-container-id=qualifier] .circuit-pastille.duree")).to_have_text("6 h")


def test_the_drawing_grows_by_keys_and_the_page_still_scrolls(atelier: Atelier) -> None:
    with atelier.page("/courriers/suivi") as page:
        drawn = page.locator("[data-circuit][data-pret]").first
        viewport = drawn.locator(".viewport")
        before = viewport.get_attribute("transform")
        drawn.locator("svg[role=application]").focus()
        page.keyboard.press("+")
        expect(viewport).not_to_have_attribute("transform", str(before))
        drawn.locator("svg[role=application]").hover()
        page.mouse.wheel(0, 300)
        page.wait_for_function("scrollY > 0")


def test_the_check_lists_every_finding_and_leads_to_its_element(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        page.get_by_role("button", name="Vérifier").click()
        expect(page.get_by_role("heading", name="Constats (4)")).to_be_visible()
        expect(page.locator(".constat.erreur")).to_contain_text("Chemin : recu → qualifier → suite")
        expect(page.locator(".constat-epingle")).to_have_count(2)
        expect(page.locator(".constat.information")).to_have_text("informationRelancerRelancerRien ne suit cet élément.")
        page.get_by_role("button", name="Montrer Annoter sur le schéma").click()
        expect(page.locator("[data-element-id=annoter].selected")).to_have_count(1)
        expect(page.locator(".bio-properties-panel-header-label")).to_have_text("Annoter")
        body = atelier.galerie.recus[-1]
        assert body["revision"] == 4
        assert str(body["xml"]).startswith("<?xml")


def test_an_act_placed_from_the_palette_carries_its_form_its_bureau_and_its_date(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        page.locator(".vaguemestre-icone-actes").click()
        page.locator(".djs-popup").get_by_text("Signer", exact=True).click()
        page.mouse.move(700, 500)
        page.mouse.move(720, 520, steps=3)
        page.mouse.click(720, 520)
        expect(page.locator(".modeleur-etat")).to_have_text("Modifications non enregistrées.")
        root = _saved(atelier, page)
        placed = root.xpath("//*[@*[local-name()='modelerTemplate']='vaguemestre.signer']")
        assert [task.tag for task in placed] == [f"{BPMN}userTask"]
        asked = ["name", f"{CAMUNDA}formRef", f"{CAMUNDA}candidateGroups", f"{CAMUNDA}dueDate"]
        assert [placed[0].get(name) for name in asked] == ["Signer", "signer", "elu", "${jours_ouvres(2)}"]


def test_every_act_and_service_offered_exists(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        offered = page.evaluate(
            "document.getElementById('modeleur').modeler.get('elementTemplates').getAll()"
            ".flatMap(template => template.properties.map(({binding, value}) => [binding.name, value]))"
        )
    forms = {str(value) for name, value in offered if name == "camunda:formRef"}
    topics = {str(value) for name, value in offered if name == "camunda:topic"}
    assert forms <= {path.stem for path in (RACINE / "forms").glob("*.form")}
    assert topics <= set(services.SERVICES)
    assert {"qualifier", "annoter", "rediger", "viser", "valider", "signer", "expedier"} <= forms


def test_a_deadline_and_its_reminder_come_together(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        before = etree.fromstring(atelier.galerie.circuit)
        _select(page, "valider")
        page.locator("[data-action='vaguemestre.relance']").click()
        root = _saved(atelier, page)
        known = {event.get("id") for event in before.iter(f"{BPMN}boundaryEvent")}
        (timer,) = [event for event in root.iter(f"{BPMN}boundaryEvent") if event.get("id") not in known]
        assert (timer.get("attachedToRef"), timer.get("cancelActivity")) == ("valider", "false")
        assert timer.findtext(f".//{BPMN}timeDuration") == "${jours_ouvres(3)}"
        flow = root.xpath("//*[@sourceRef=$id]", id=timer.get("id"))[0]
        reminder = root.xpath("//*[@id=$id]", id=flow.get("targetRef"))[0]
        assert reminder.get(f"{CAMUNDA}topic") == "courrier.relancer"
        assert reminder.findtext(f".//{CAMUNDA}inputParameter") == "valider"


def test_a_file_saved_unchanged_keeps_every_element_and_attribute(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        after = _saved(atelier, page)

    def facts(root: etree._Element) -> set[tuple[str, ...]]:
        return {
            (node.tag, node.get("id", ""), name, value)
            for node in root.iter(etree.Element) for name, value in node.attrib.items() if not name.endswith("type")
        }  # fmt: skip

    assert facts(etree.fromstring(atelier.galerie.circuit)) - facts(after) == set()


def test_somebody_else_saved_meanwhile(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        page.evaluate(
            "(() => { const m = document.getElementById('modeleur').modeler;"
            " m.get('modeling').updateLabel(m.get('elementRegistry').get('annoter'), 'conflit'); })()"
        )
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.locator(".modeleur-etat.erreur")).to_contain_text("Quelqu’un d’autre a enregistré ce circuit entre-temps.")
        expect(page.locator(".modeleur-etat.erreur")).to_contain_text("Nadia Haddad")


def test_deploying_asks_first(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        page.get_by_role("button", name="Déployer").click()
        page.get_by_role("button", name="Annuler", exact=True).click()
        assert [sent["chemin"] for sent in atelier.galerie.recus] == ["/circuit/verifier"], "checked, so that the question tells"
        page.get_by_role("button", name="Déployer").click()
        page.locator("#confirmation button[value=oui]").click()
        expect(page.locator(".modeleur-etat.ok")).to_have_text("Version 3 déployée.")


def test_the_panel_shows_what_the_engine_runs_and_speaks_french(atelier: Atelier) -> None:
    with atelier.page("/circuits/modeler") as page:
        page.wait_for_selector("#modeleur[data-pret]")
        headings = page.locator(".bio-properties-panel-group-header-title")
        common = ["Général", "Documentation", "Propriétés propres"]
        for element, own in {
            "annoter": ["Modèle", "Qui s’en charge", "Formulaire"],
            "accuser": ["Modèle", "Ce qui est fait", "Données d’entrée"],
            "annoter_delai_1": ["Délai"],
        }.items():
            _select(page, element)
            expect(page.locator(".bio-properties-panel-group-header-title", has_text=own[-1])).to_be_visible()
            assert sorted(name for name in headings.all_inner_texts() if name) == sorted(common + own)
        page.locator("[data-geste=simuler]").click()
        expect(page.locator("[data-geste=simuler]")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".bts-entry[title='Recommencer']")).to_be_visible()
