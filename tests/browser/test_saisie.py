"""The registration page under a clerk's hands: what is typed is completed from the letter, a field is shown where it was read."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from app.courrier import correspondants
from app.db import transaction
from tests.browser.mairie import SCREENSHOTS, SLOW, Mairie
from tests.letters import imprimer
from tests.support.chromium import faults

pytestmark = pytest.mark.browser
LETTRE = "recours_gracieux"
VRAI = imprimer.expected(LETTRE)

PLACE = """() => {
  const [read, sheet] = ["rect.lu.vu", ".feuille img"].map((what) => document.querySelector(what).getBoundingClientRect());
  return [(read.left - sheet.left) / sheet.width, (read.top - sheet.top) / sheet.height,
          (read.right - sheet.left) / sheet.width, (read.bottom - sheet.top) / sheet.height];
}"""
"""Where the frame of the field that has the focus lies on the sheet: left, top, right, bottom, as parts of it."""


@pytest.fixture(scope="module", autouse=True)
def waiting(mairie: Mairie) -> None:
    """One letter, read and waiting for its registration."""
    with mairie.visitor("odile") as clerk:
        clerk.goto("/depots")
        clerk.get_by_label("Déposer des fichiers").set_input_files(
            {"name": f"{LETTRE}.pdf", "mimeType": "application/pdf", "buffer": imprimer.pdf(LETTRE)})
        clerk.get_by_role("button", name="Déposer", exact=True).click()
        expect(clerk.locator("#liste-depots")).to_contain_text("1 à enregistrer", timeout=SLOW)


def to_the_letter(page: Page, mairie: Mairie) -> None:
    """The registration page, ready."""
    page.goto(f"/depots/{mairie.depot('a_enregistrer')}")
    page.wait_for_load_state()


def begin(page: Page, keys: str, start: str) -> None:
    """Go to a field by its keys and type over what it holds."""
    page.keyboard.press(keys)
    page.keyboard.type(start)


def test_what_is_typed_is_completed_from_the_letter_and_only_by_a_key(mairie: Mairie) -> None:
    with mairie.visitor("odile", bypass_csp=True) as clerk:
        to_the_letter(clerk, mairie)
        begin(clerk, "Alt+O", VRAI["objet"][:3])
        expect(clerk.get_by_role("option").first).to_contain_text(VRAI["objet"])
        assert faults(clerk) == []
        clerk.screenshot(path=SCREENSHOTS / "saisie-suites.png")
        clerk.keyboard.press("Tab")
        expect(clerk.locator("#objet")).to_have_value(VRAI["objet"][:3])
        expect(clerk.get_by_role("listbox")).to_have_count(0)
        begin(clerk, "Alt+O", VRAI["objet"][:3])
        clerk.keyboard.press("ArrowRight")
        expect(clerk.locator("#objet")).to_have_value(VRAI["objet"])
        # The postal code and the town that follow the street in the letter come with it.
        for name in ("code_postal", "ville"):
            clerk.locator(f"#{name}").fill("")
        begin(clerk, "Alt+A", VRAI["adresse"][:4])
        clerk.keyboard.press("ArrowDown")
        clerk.keyboard.press("Enter")
        for name in ("adresse", "code_postal", "ville"):
            expect(clerk.locator(f"#{name}")).to_have_value(VRAI[name])
    with mairie.visitor("odile", java_script_enabled=False) as clerk:
        to_the_letter(clerk, mairie)
        expect(clerk.locator("#objet")).to_have_attribute("list", "lignes")
        assert clerk.locator(f"#lignes option[value*='{VRAI['objet'][:40]}']").count() == 1


def test_the_key_that_leads_offers_no_button_while_a_required_field_is_empty(mairie: Mairie) -> None:
    with mairie.visitor("odile") as clerk:
        to_the_letter(clerk, mairie)
        clerk.locator("#nature_id").select_option(index=1)
        clerk.locator("#objet").fill("")
        led = [(clerk.keyboard.press("F8"), clerk.evaluate("document.activeElement.name"))[1] for _ in range(12)]
        assert "suite" not in led
        assert led[-2:] == ["objet", "objet"]
        clerk.keyboard.type("Recours")
        clerk.keyboard.press("F8")
        expect(clerk.get_by_role("button", name="Enregistrer et suivant")).to_be_focused()


def test_a_sender_we_know_is_taken_by_the_first_signs_of_a_name(mairie: Mairie) -> None:
    with mairie.app.app_context(), transaction() as session:
        contact = correspondants.Contact(nom="Quentinville", civilite="M.", adresse="2 rue du Puits")
        known = correspondants.creer(session, contact, par="odile", now=datetime.now(UTC)).id
    with mairie.visitor("odile", bypass_csp=True) as clerk:
        to_the_letter(clerk, mairie)
        clerk.locator("#adresse").fill("")
        clerk.keyboard.press("Alt+E")
        clerk.keyboard.type("Quent")
        expect(clerk.locator("#suites")).to_contain_text("2 rue du Puits")
        assert faults(clerk) == []
        clerk.screenshot(path=SCREENSHOTS / "saisie-connu.png")
        clerk.keyboard.press("ArrowRight")
        expect(clerk.get_by_label("M. Quentinville")).to_be_focused()
        expect(clerk.locator("#adresse")).to_have_value("2 rue du Puits")
        assert clerk.evaluate("document.forms.enregistrer.elements.correspondant_id.value") == str(known)
        expect(clerk.locator("#expediteur")).to_be_hidden()


def test_a_field_is_framed_where_it_was_read_on_a_page_turned_by_hand(mairie: Mairie) -> None:
    with mairie.visitor("odile") as clerk:
        to_the_letter(clerk, mairie)
        clerk.locator("#recommande").focus()
        left, top, right, bottom = clerk.evaluate(PLACE)
        clerk.keyboard.press("Alt+R")
        clerk.locator("input[name='page']").first.check()
        clerk.get_by_role("button", name="Tourner à droite").click()
        expect(clerk.locator("#messages")).to_contain_text("tournées")
        clerk.goto("/depots")
        expect(clerk.locator("#liste-depots")).to_contain_text("1 à enregistrer", timeout=SLOW)
        to_the_letter(clerk, mairie)
        clerk.locator("#recommande").focus()
        sheet = clerk.locator(".feuille img")
        expect(sheet).to_have_js_property("complete", True)
        assert sheet.evaluate("one => one.naturalWidth > one.naturalHeight")
        assert clerk.evaluate(PLACE) == pytest.approx([1 - bottom, left, 1 - top, right], abs=0.01)
        clerk.screenshot(path=SCREENSHOTS / "saisie-tournee.png")


def test_files_are_put_in_order_before_they_leave_as_one_letter(mairie: Mairie) -> None:
    with mairie.visitor("odile", width=360, bypass_csp=True) as clerk:
        clerk.goto("/depots")
        box = clerk.get_by_label("Déposer des fichiers")
        box.set_input_files([{"name": name, "mimeType": "image/jpeg", "buffer": b"x"} for name in ("2.jpg", "3.jpg", "1.jpg")])
        clerk.get_by_role("button", name="Monter 1.jpg").press("Enter")
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_role("button", name="Descendre 1.jpg")).to_be_focused()
        assert box.evaluate("one => [...one.files].map(file => file.name)") == ["1.jpg", "2.jpg", "3.jpg"]
        assert faults(clerk) == []
        clerk.screenshot(path=SCREENSHOTS / "saisie-fichiers-360.png", full_page=True)
        # No keyboard there: its keys are not told.
        to_the_letter(clerk, mairie)
        assert clerk.locator("kbd:visible").count() == 0
        clerk.screenshot(path=SCREENSHOTS / "saisie-360.png", full_page=True)
