"""The document's reader: marks drawn by hand, by keys, refused, taken away; fields shown where they were read."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web import habillage
from tests.web.galerie import lettre
from tests.web.habillage import Atelier

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Atelier]:
    with habillage.ouvrir() as ouvert:
        yield ouvert


@pytest.fixture
def atelier(chromium: Atelier) -> Atelier:
    chromium.galerie.neuve()
    return chromium


def _drag(page: Page, numero: int, boite: tuple[float, float, float, float]) -> None:
    feuille = page.locator(f"[data-feuille='{numero}'] img").bounding_box()
    assert feuille
    points = [(feuille["x"] + x * feuille["width"], feuille["y"] + y * feuille["height"]) for x, y in (boite[:2], boite[2:])]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=4)
    page.mouse.up()


def test_yann_marks_a_sentence_by_dragging_and_keeps_what_he_typed(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        page.locator("#c").fill("Ma réponse à moitié écrite")
        x0, y0, x1, y1 = lettre.boite(1, "vous", "permis")
        page.get_by_role("button", name="Annoter", exact=True).first.click()
        _drag(page, 1, (x0 + 0.01, y0 + 0.003, x1 - 0.01, y1 - 0.003))
        dialog = page.locator("dialog.annotation")
        expect(dialog).to_contain_text("vous avez refusé le permis")
        dialog.get_by_label("Votre annotation").fill("Arrêté à relire.")
        dialog.get_by_role("button", name="Annoter").click()
        expect(page.locator("[data-remarques]")).to_contain_text("Arrêté à relire.")
        expect(page.locator("#c")).to_have_value("Ma réponse à moitié écrite")
        marque = atelier.galerie.marques[-1]
        assert (marque["x"], marque["y"]) == (pytest.approx(x0, abs=1e-3), pytest.approx(y0, abs=1e-3))
        assert float(str(marque["largeur"])) == pytest.approx(x1 - x0, abs=1e-3)


def test_nadia_marks_a_place_with_the_keyboard_alone(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        page.get_by_role("button", name="Annoter", exact=True).first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".cadre-clavier")).to_be_focused()
        for key in ["ArrowDown"] * 5 + ["Shift+ArrowLeft"] * 10:
            page.keyboard.press(key)
        place = "Page 1 : cadre à 15 % de la gauche et 35 % du haut, large de 60 %, haut de 5 %."
        expect(page.locator("[data-consigne]")).to_have_text(place)
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_label("Votre annotation")).to_be_focused()
        page.keyboard.type("Vu au clavier.")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[data-remarques]")).to_contain_text("Vu au clavier.")
        assert float(str(atelier.galerie.marques[-1]["largeur"])) == pytest.approx(0.6)
        expect(page.locator(".cadre-clavier")).to_have_count(0)


def test_escape_gives_up_and_a_refused_mark_keeps_its_text(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        page.get_by_role("button", name="Annoter", exact=True).first.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator(".cadre-clavier")).to_have_count(0)
        expect(page.get_by_role("button", name="Annoter", exact=True).first).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.locator("dialog.annotation").get_by_role("button", name="Annoter").click()
        expect(page.locator("dialog [data-erreur]")).to_contain_text("Le texte manque : écrivez votre annotation.")
        expect(page.locator("dialog.annotation")).to_be_visible()
        assert len(atelier.galerie.marques) == 1


def test_anne_takes_her_own_mark_away_after_confirming(atelier: Atelier) -> None:
    atelier.galerie.marques.append({**atelier.galerie.marques[0], "id": 2, "texte": "À retirer.", "retirer": "/retirer/2"})
    with atelier.page("/corbeille/tache") as page:
        page.get_by_role("button", name="Retirer l’annotation 2").click()
        page.locator("#confirmation button[value=oui]").click()
        expect(page.locator("[data-remarques]")).not_to_contain_text("À retirer.")
        expect(page.locator("[data-consigne]")).to_have_text("Annotation retirée.")
        expect(page.locator("a.marque")).to_have_count(1)


def test_a_mark_and_its_remark_lead_to_each_other(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        page.locator("a.marque").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#annotation-1")).to_be_focused()
        page.get_by_role("link", name="Voir l’annotation 1, page 1").click()
        expect(page.locator("a.marque")).to_be_focused()


def test_pages_turn_and_grow(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache") as page:
        page.get_by_role("button", name="Page suivante").click()
        expect(page.locator("[data-numero]")).to_have_text("2 / 2")
        before = page.locator("[data-feuille='1']").bounding_box()
        page.get_by_role("button", name="Agrandir").click()
        expect(page.locator("[data-taux]")).to_have_text("125 %")
        after = page.locator("[data-feuille='1']").bounding_box()
        assert before
        assert after
        assert after["width"] == pytest.approx(before["width"] * 1.25, rel=0.01)


def test_the_field_being_filled_is_framed_where_it_was_read(atelier: Atelier) -> None:
    with atelier.page("/depots/enregistrer") as page:
        expect(page.locator("rect.lu.vu")).to_have_attribute("data-pour", "expediteur")
        page.locator("#objet").focus()
        expect(page.locator("rect.lu.vu")).to_have_attribute("data-pour", "objet")
        page.locator("rect.lu[data-pour=date]").click()
        expect(page.locator("#date")).to_be_focused()


def test_without_a_script_a_page_can_still_be_marked(atelier: Atelier) -> None:
    with atelier.page("/corbeille/tache", java_script_enabled=False) as page:
        page.get_by_label("Page", exact=True).select_option("2")
        page.get_by_label("Votre annotation").nth(0).fill("Sans script.")
        page.locator("dialog.annotation").get_by_role("button", name="Annoter").click()
        expect(page.locator("[data-remarques]")).to_contain_text("Sans script.")
        assert atelier.galerie.marques[-1]["page"] == 2
