"""The designer at the modeller: a fault shown at its element, then mended, saved and deployed as a new version."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.config import ROOT
from app.db import db
from engine import Definition
from tests.browser.mairie import Mairie

pytestmark = pytest.mark.browser


def versions(mairie: Mairie, key: str) -> list[int]:
    """The deployed versions of a circuit."""
    with mairie.app.app_context():
        found = list(db.session().scalars(select(Definition.version).where(Definition.key == key).order_by(Definition.version)))
        db.session().rollback()
    return found


def opened(page: Page, name: str) -> None:
    """From the list of circuits."""
    page.get_by_role("link", name="Circuits", exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#modeleur[data-pret]")).to_be_visible()


def shape(page: Page, name: str) -> str:
    """The identifier of the element that bears this name."""
    found = page.evaluate(
        "name => document.getElementById('modeleur').modeler.get('elementRegistry')"
        ".find(element => element.businessObject?.name === name && element.type === 'bpmn:UserTask')?.id", name)
    assert isinstance(found, str)
    return found


def renamed(page: Page, old: str, new: str) -> None:
    """By a double click on the drawing and the keyboard."""
    element = shape(page, old)
    page.locator(f".djs-element[data-element-id='{element}']").first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(new)
    page.locator("h1").click()
    assert shape(page, new) == element


def test_a_new_name_is_checked_saved_and_deployed(mairie: Mairie) -> None:
    assert versions(mairie, "information") == [1]
    with mairie.person("paul") as page:
        opened(page, "Courrier pour information")
        renamed(page, "Prendre connaissance", "Lire et classer")
        expect(page.locator(".modeleur-etat")).to_contain_text("Modifi")
        page.get_by_role("button", name="Vérifier").click()
        expect(page.locator(".modeleur-etat.ok")).to_be_visible()
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator(".modeleur-etat.ok")).to_contain_text("pas encore déployé")
        assert versions(mairie, "information") == [1]
        page.get_by_role("button", name="Déployer").click()
        expect(page.locator("#confirmation [data-question]")).to_contain_text("Déployer cette version ?")
        page.locator("#confirmation button[value=oui]").click()
        expect(page.locator(".modeleur-etat.ok")).to_contain_text("La version 2 est déployée")
        assert versions(mairie, "information") == [1, 2]
        page.get_by_role("link", name="Tous les circuits").click()
        expect(page.get_by_role("row").filter(has_text="Courrier pour information")).to_contain_text("2")


SPOIL = """() => {
  const modeler = document.getElementById('modeleur').modeler;
  const flow = modeler.get('elementRegistry').find(element => element.businessObject?.conditionExpression);
  const condition = modeler.get('moddle').create('bpmn:FormalExpression', {body: '=decision = = "viser"'});
  modeler.get('modeling').updateProperties(flow, {conditionExpression: condition});
  return flow.id; }"""
"""Write a condition that cannot be read on the first arrow that has one."""


def test_a_fault_is_shown_at_its_element_and_stops_the_deployment(mairie: Mairie) -> None:
    with mairie.person("paul", refused=True) as page:
        opened(page, "Courrier interne")
        flow = page.evaluate(SPOIL)
        page.get_by_role("button", name="Vérifier").click()
        finding = page.locator(".constat.erreur").first
        expect(finding).to_be_visible()
        expect(page.locator(f".djs-overlays[data-container-id='{flow}'] .constat-epingle.erreur")).to_be_visible()
        finding.get_by_role("button").first.click()
        chosen = page.evaluate("document.getElementById('modeleur').modeler.get('selection').get().map(element => element.id)")
        assert chosen == [flow]
        page.get_by_role("button", name="Déployer").click()
        page.locator("#confirmation button[value=oui]").click()
        expect(page.locator(".modeleur-etat.erreur")).to_contain_text("n’est pas déployé")
        assert versions(mairie, "interne") == [1]


UNTOLD = """() => {
  const modeler = document.getElementById('modeleur').modeler;
  modeler.get('modeling').removeElements([modeler.get('elementRegistry').find(element => element.type === 'bpmn:BoundaryEvent')]);
}"""
"""Take a delay away from a step."""


def test_open_warnings_are_told_before_a_deployment_and_the_keys_go_back_to_the_drawing(mairie: Mairie) -> None:
    with mairie.person("paul") as page:
        opened(page, "Courrier interne")
        page.evaluate(UNTOLD)
        page.get_by_role("button", name="Déployer").click()
        expect(page.locator("#confirmation [data-question]")).to_contain_text("avertissement")
        page.keyboard.press("Escape")
        expect(page.locator(".modeleur-schema .djs-container > svg")).to_be_focused()
        expect(page.get_by_role("button", name="Refaire")).to_be_disabled()
        page.keyboard.press("Control+z")
        expect(page.get_by_role("button", name="Refaire")).to_be_enabled()
        assert versions(mairie, "interne") == [1]


def test_a_file_from_another_tool_is_drawn(mairie: Mairie) -> None:
    with mairie.person("paul") as page:
        page.goto("/circuits")
        page.get_by_label("Nom du circuit").fill("Demande de logement")
        page.get_by_label("Partir d’un fichier .bpmn").set_input_files(ROOT / "processes" / "interne.bpmn")
        page.get_by_role("button", name="Dessiner").click()
        expect(page.locator("#modeleur[data-pret]")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Demande de logement")
        expect(page.get_by_text("Jamais déployé")).to_be_visible()
