"""A letter that came before is shown beside the one in hand; the clerk answers from the keyboard, a telephone shows both too."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.mairie import SCREENSHOTS, SLOW, Mairie
from tests.letters import imprimer
from tests.support.chromium import faults

pytestmark = pytest.mark.browser


def drop(page: Page, nom: str, contenu: bytes) -> None:
    """Drop a file and open it once it is read."""
    page.goto("/depots")
    page.get_by_label("Déposer des fichiers").set_input_files([{"name": nom, "mimeType": "application/pdf", "buffer": contenu}])
    page.get_by_role("button", name="Déposer", exact=True).click()
    expect(page.locator("#liste-depots")).to_contain_text("1 à enregistrer", timeout=SLOW)
    page.locator("#liste-depots a.objet", has_text=nom).click()


def looked_at(page: Page, name: str) -> None:
    """Wide and narrow, in the light and in the dark: no fault of accessibility, nothing beyond the edge."""
    for width, dark in ((1440, False), (360, False), (360, True), (1440, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}{'-sombre' if dark else ''}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")


def test_a_letter_that_comes_twice_is_answered_from_the_keyboard(mairie: Mairie) -> None:
    with mairie.person("odile", bypass_csp=True) as page:
        drop(page, "lettre.pdf", imprimer.pdf("petition"))
        page.locator("#nature_id").select_option(label="Demande")
        page.locator("#objet").press("Control+Enter")
        expect(page.locator("#messages")).to_contain_text("Enregistré sous le numéro")
        # Other bytes, the same sheets.
        drop(page, "encore.pdf", imprimer.pdf("petition") + b"\n% encore")
        expect(page.locator(".message.attention").first).to_contain_text("Doublon possible")
        looked_at(page, "doublon-annonce")
        page.get_by_role("link", name=re.compile("^Comparer")).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce la même lettre ?")
        expect(page.locator(".faces img")).to_have_count(4)
        looked_at(page, "comparer")
        page.get_by_role("button", name=re.compile("joindre à")).press("Enter")
        expect(page.locator("#messages")).to_contain_text("Les pièces sont jointes à")
        page.goto(f"/courriers/{mairie.courrier(sens='arrivee')}")
        expect(page.locator("dl.def")).to_contain_text("Reçu aussi")
        looked_at(page, "recu-aussi")
