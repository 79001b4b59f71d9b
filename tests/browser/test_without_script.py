"""The agents' forms with JavaScript off: from the file to the sent answer; and registering with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.courrier.tables import Courrier, Depot
from app.db import db
from tests.browser.mairie import Mairie
from tests.letters import imprimer
from tests.support.waiting import until

pytestmark = pytest.mark.browser


def state_of_depots(mairie: Mairie) -> list[str]:
    """As the workers leave them."""
    with mairie.app.app_context():
        found = list(db.session().scalars(select(Depot.etat)))
        db.session().rollback()
    return found


def deposit(mairie: Mairie, page: Page, letter: str) -> None:
    """Choose a file and send it, then come back when it is read."""
    page.goto("/depots")
    page.get_by_label("Déposer des fichiers").set_input_files(
        {"name": f"{letter}.pdf", "mimeType": "application/pdf", "buffer": imprimer.pdf(letter)})
    page.get_by_role("button", name="Déposer", exact=True).click()
    until(lambda: "a_enregistrer" in state_of_depots(mairie))
    page.goto("/depots")


def first(page: Page, where: str = "/") -> None:
    """The first task of a list."""
    page.goto(where)
    page.locator("a.objet").first.click()


def done(page: Page) -> None:
    """The next page says so."""
    expect(page.locator("#messages")).to_contain_text("c’est fait")


def test_every_act_works_without_a_script(mairie: Mairie) -> None:
    with mairie.person("odile", java_script_enabled=False) as clerk:
        deposit(mairie, clerk, "demande_cada")
        clerk.get_by_role("link", name="Enregistrer demande_cada.pdf").click()
        clerk.get_by_role("combobox", name=re.compile("^Nature")).select_option(label="Urbanisme")
        clerk.get_by_label("Bureau (").or_(clerk.get_by_label("Bureau", exact=True)).select_option(label="Urbanisme")
        clerk.get_by_label("Courriel").fill("expediteur@exemple.example")
        clerk.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(clerk.locator("#messages")).to_contain_text("A-")
    with mairie.person("marc", java_script_enabled=False) as chef:
        first(chef)
        chef.locator("#acte").get_by_label("À traiter par mon bureau").check()
        chef.locator("#acte").get_by_role("button", name="Qualifier").click()
        done(chef)
    with mairie.person("claire", java_script_enabled=False) as agent:
        annotate_and_answer(agent)
    with mairie.person("marc", java_script_enabled=False) as chef:
        first(chef)
        chef.locator("#acte").get_by_label("J’approuve ce projet").check()
        chef.locator("#acte").get_by_role("button", name="Rendre ma décision").click()
        done(chef)
    with mairie.person("helene", java_script_enabled=False) as mayor:
        first(mayor, "/parapheur")
        until(lambda: mayor.reload() and mayor.get_by_text("en cours de mise en page").count() == 0)
        mayor.locator("#acte").get_by_label("Je signe cette lettre").check()
        mayor.locator("#acte").get_by_role("button", name="Rendre ma décision").click()
        done(mayor)
    with mairie.person("odile", java_script_enabled=False) as clerk:
        first(clerk, "/bureau")
        clerk.locator("#acte").get_by_label("Lettre simple").check()
        clerk.locator("#acte").get_by_label("Preuve de l’envoi").fill("affranchie ce jour")
        clerk.locator("#acte").get_by_role("button", name="Expédier").click()
        done(clerk)
    with mairie.app.app_context():
        assert db.session().scalar(select(Courrier.etat).where(Courrier.sens == "arrivee")) == "clos"
        db.session().rollback()


def annotate_and_answer(agent: Page) -> None:
    """A remark on the page by the form under it, the act, a draft kept, the answer."""
    first(agent, "/bureau")
    reader = agent.locator("#lecteur")
    reader.get_by_label("Votre annotation").fill("Pièce à communiquer après occultation.")
    reader.get_by_role("button", name="Annoter", exact=True).click()
    expect(reader.locator(".remarques")).to_contain_text("après occultation")
    agent.locator("#acte").get_by_label("Préparer une réponse").check()
    agent.locator("#acte").get_by_role("button", name="Annoter et transmettre").click()
    done(agent)
    first(agent, "/bureau")
    form, letter = agent.locator("#acte"), "Madame, Monsieur,\n\nVous trouverez le document ci-joint."
    form.get_by_label("Texte de la lettre").fill(letter)
    agent.locator("#acte").get_by_role("button", name="Garder le brouillon").click()
    expect(form.get_by_label("Texte de la lettre")).to_have_value(letter)
    agent.locator("#acte").get_by_role("button", name="Transmettre pour validation").click()
    done(agent)


def test_a_clerk_registers_with_the_keyboard_alone(mairie: Mairie) -> None:
    with mairie.person("odile") as clerk:
        deposit(mairie, clerk, "etat_civil")
        reach(clerk, "Enregistrer etat_civil.pdf")
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_role("heading", name="Enregistrer ce courrier")).to_be_visible()
        reach(clerk, "Nature")
        clerk.keyboard.type("État civil")
        led_to(clerk, "suite")
        clerk.keyboard.press("Enter")
        expect(clerk.locator("#messages")).to_contain_text("A-")
        assert "a_enregistrer" not in state_of_depots(mairie)


def led_to(page: Page, name: str) -> None:
    """F8 until the focus is there: from one field that wants an eye to the next, then on the button that registers."""
    for _ in range(20):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("F8")
    raise AssertionError(f"F8 never leads to {name}")


def test_a_letter_to_post_awaits_the_word_that_it_left(mairie: Mairie) -> None:
    with mairie.person("odile", java_script_enabled=False, refused=True) as clerk:
        deposit(mairie, clerk, "petition")
        clerk.get_by_role("link", name="Enregistrer petition.pdf").click()
        clerk.get_by_label("Courriel").fill("")
        clerk.get_by_label("Adresse", exact=True).fill("3 rue du Lavoir")
        clerk.get_by_label("Code postal").fill("35190")
        clerk.get_by_label("Ville").fill("Saint-Aubin-des-Prés")
        clerk.get_by_role("combobox", name=re.compile("^Nature")).select_option(label="Demande")
        clerk.get_by_role("button", name="Enregistrer", exact=True).click()
        clerk.get_by_role("link", name="Envois").click()
        letter = clerk.get_by_role("article").last
        expect(letter).to_contain_text("3 rue du Lavoir")
        letter.get_by_label("Comment et quand le pli est parti").fill("   ")
        letter.get_by_role("button", name="Il est parti").click()
        expect(clerk.locator(".erreur-champ")).to_contain_text("comment le pli est parti")
        letter.get_by_label("Comment et quand le pli est parti").fill("affranchi ce matin")
        letter.get_by_role("button", name="Il est parti").click()
        expect(clerk.locator("#messages")).to_contain_text("Le départ du pli est noté")
        expect(clerk.get_by_text("3 rue du Lavoir")).to_have_count(0)


def reach(page: Page, words: str) -> None:
    """Press the tabulation key until the thing of this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const it = document.activeElement; return it.labels?.[0]?.innerText || it.getAttribute('aria-label')"
            " || it.textContent || ''; }")
        if name.strip().replace("\n", " ").startswith(words):
            return
    pytest.fail(f"never reached: {words}")


def test_nothing_is_shown_again_after_the_log_out(mairie: Mairie) -> None:
    with mairie.person("odile") as clerk:
        clerk.goto("/registre")
        clerk.locator(".moi-bouton").click()
        clerk.get_by_role("button", name="Se déconnecter").click()
        expect(clerk.get_by_role("heading", name="Connexion")).to_be_visible()
        clerk.go_back()
        expect(clerk.get_by_role("heading", name="Connexion")).to_be_visible()
        expect(clerk.get_by_text("A-2026")).to_have_count(0)
