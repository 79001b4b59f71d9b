"""The look: every sample page, wide and on a phone, in both schemes; and what pages gain from app.js."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.web import assets_manifest
from tests.support.chromium import faults
from tests.web import habillage
from tests.web.habillage import Atelier

pytestmark = pytest.mark.browser
PAGES = ["/composants", "/corbeille/mienne", "/pilotage/retards", "/corbeille/tache", "/depots/enregistrer",
         "/courriers/suivi", "/circuits/modeler", "/composants?anonyme=1"]  # fmt: skip
READY = {"/courriers/suivi": "[data-circuit][data-pret]", "/circuits/modeler": "#modeleur[data-pret]"}


@pytest.fixture(scope="module")
def atelier() -> Iterator[Atelier]:
    with habillage.ouvrir() as ouvert:
        yield ouvert


@pytest.mark.parametrize(("largeur", "sombre"), [(1440, False), (1440, True), (360, False)], ids=["clair", "sombre", "telephone"])
@pytest.mark.parametrize("chemin", PAGES)
def test_a_page_is_accessible_and_keeps_to_its_width(atelier: Atelier, chemin: str, largeur: int, sombre: bool) -> None:
    with atelier.page(chemin, largeur=largeur, sombre=sombre, bypass_csp=True) as page:
        page.wait_for_selector(READY.get(chemin, "main"))
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur


@pytest.mark.parametrize("chemin", PAGES)
def test_a_page_keeps_to_the_content_policy(atelier: Atelier, chemin: str) -> None:
    atelier.plaintes.clear()
    with atelier.page(chemin) as page:
        page.wait_for_selector(READY.get(chemin, "main"))
        page.wait_for_load_state("networkidle")
    assert atelier.plaintes == []


def test_slash_goes_to_the_search_box_but_not_while_typing(atelier: Atelier) -> None:
    with atelier.page("/composants") as page:
        page.locator("h1").click()
        page.keyboard.press("/")
        expect(page.locator("#cherche")).to_be_focused()
        page.locator("#texte").focus()
        page.keyboard.type("1/2")
        expect(page.locator("#texte")).to_be_focused()


def test_a_confirmation_can_be_refused_then_given(atelier: Atelier) -> None:
    with atelier.page("/composants") as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.get_by_role("button", name="Transmettre", exact=True).click()
        expect(page.locator("#confirmation")).to_contain_text("Le courrier partira au service choisi.")
        page.get_by_role("button", name="Annuler").click()
        assert sent == []
        page.get_by_role("button", name="Transmettre", exact=True).click()
        with page.expect_navigation():
            page.locator("#confirmation button[value=oui]").click()
        assert len(sent) == 1


def test_a_form_sent_twice_by_a_double_click_leaves_once(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        with page.expect_navigation():
            page.get_by_role("button", name="Transmettre pour rédaction").dblclick(no_wait_after=True)
        assert len(sent) == 1


def test_a_field_that_does_not_apply_is_hidden(atelier: Atelier) -> None:
    with atelier.page("/composants") as page:
        expect(page.locator("#autre")).to_be_hidden()
        page.get_by_label("Demander l’avis d’un autre bureau").check()
        expect(page.locator("#autre")).to_be_visible()


def test_rows_are_chosen_together_and_acts_wait_for_a_choice(atelier: Atelier) -> None:
    with atelier.page("/corbeille/mienne") as page:
        expect(page.get_by_role("button", name="Prendre")).to_be_disabled()
        page.get_by_label("Tout choisir").check()
        expect(page.locator("[data-compte]")).to_have_text("5 éléments choisis")
        page.get_by_label("Choisir A-2026-01284").uncheck()
        expect(page.locator("[data-compte]")).to_have_text("4 éléments choisis")
        expect(page.get_by_role("button", name="Prendre")).to_be_enabled()


def test_files_are_listed_taken_away_and_sent_with_the_page_replaced(atelier: Atelier, tmp_path: Path) -> None:
    for nom in ("un.pdf", "deux.pdf"):
        (tmp_path / nom).write_bytes(b"%PDF-1.4 " + b"x" * 2000)
    with atelier.page("/composants") as page:
        page.locator("#fichiers").set_input_files([tmp_path / "un.pdf", tmp_path / "deux.pdf"])
        expect(page.locator(".fichiers li")).to_have_count(2)
        page.get_by_role("button", name="Retirer un.pdf").click()
        expect(page.locator(".fichiers li")).to_have_text("deux.pdf2 ko✕")
        page.locator("main").evaluate("main => main.dataset.ancienne = 'oui'")
        page.get_by_role("button", name="Déposer").click()
        expect(page.locator("main[data-ancienne]")).to_have_count(0)
        expect(page.locator(".resume-erreurs")).to_be_focused()


def test_an_upload_that_is_refused_or_cut_says_so_and_can_be_sent_again(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "un.pdf").write_bytes(b"%PDF-1.4")
    with atelier.page("/composants") as page:
        page.locator("#fichiers").set_input_files(tmp_path / "un.pdf")
        page.route("**/composants", lambda route: route.fulfill(status=413, body="trop"))
        page.get_by_role("button", name="Déposer").click()
        expect(page.locator("#messages")).to_contain_text("L’envoi est trop lourd.")
        page.unroute("**/composants")
        page.route("**/composants", lambda route: route.abort())
        page.get_by_role("button", name="Déposer").click()
        expect(page.locator("#messages")).to_contain_text("L’envoi a été interrompu")
        expect(page.locator(".fichiers li")).to_have_count(1)


def test_menus_open_without_a_script_on_a_phone(atelier: Atelier) -> None:
    with atelier.page("/corbeille/mienne", largeur=360, java_script_enabled=False) as page:
        expect(page.get_by_role("link", name="Parapheur")).to_be_hidden()
        page.get_by_role("button", name="Menu").click()
        expect(page.get_by_role("link", name="Parapheur")).to_be_visible()
        expect(page.get_by_role("button", name="Filtrer")).to_be_visible()


def test_feel_conditions_are_read_or_left_to_the_server() -> None:
    cases = [
        ('=avis != "autre"', {"avis": "autre"}, False), ('avis = null or montant > 100', {"avis": "x", "montant": 120}, True),
        ('not(urgent)', {"urgent": True}, False), ('nature in ["a", "b"]', {"nature": "b"}, True), ("montant > 3", {}, None),
        ("date(x) > y", {}, "illisible"), ('a = "1" and', {}, "illisible"),
    ]  # fmt: skip
    script = (
        "import {parse} from './app/feel.js';"
        f"const cases = {json.dumps([[text, data] for text, data, _ in cases])};"
        "console.log(JSON.stringify(cases.map(([t, d]) => { const f = parse(t); return f ? f(d) : 'illisible'; })))"
    )
    here = Path(assets_manifest.__file__).parent / "assets"
    said = subprocess.run(["node", "--input-type=module", "-e", script], cwd=here, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [expected for _, _, expected in cases]


def test_a_bundle_that_was_not_built_says_how_to_build_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets_manifest, "names", dict)
    with pytest.raises(assets_manifest.BundleMissing, match=r"npm ci && node build\.mjs"):
        assets_manifest.asset("modeler.js")
    assert assets_manifest.names() == {}
    assert not assets_manifest.built()
    monkeypatch.undo()
    (tmp_path / "manifest.json").write_text('{"app.css": "app-1.css"}')
    assert assets_manifest.names(tmp_path) == {"app.css": "app-1.css"}


def test_what_is_shipped_is_listed_with_its_licences() -> None:
    text = (assets_manifest.DIST / "licences.txt").read_text(encoding="utf-8")
    names = {line.split(" ")[0] for line in text.split("\n\n")[0].splitlines()}
    assert names >= {"bpmn-js", "htmx.org", "@fontsource/atkinson-hyperlegible"}
    assert "axe-core" not in text


def test_a_preview_in_a_new_tab_leaves_the_form_ready(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        page.locator("button[name=rendre]").evaluate("b => { b.setAttribute('formtarget', '_blank'); }")
        for _ in range(2):
            with page.context.expect_page():
                page.locator("button[name=rendre]").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Transmettre pour rédaction").click()
