"""One scanned letter by mouse and keyboard: the clerk, the chef, the agent, the chef, the mayor, the clerk, each at a browser."""

import re
from base64 import b64encode

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.courrier.tables import Courrier, Piece
from app.db import db
from tests.browser.mairie import SLOW, Mairie
from tests.letters import imprimer

pytestmark = pytest.mark.browser
DROP = """async ([bytes, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(atob(bytes), sign => sign.charCodeAt(0))], name, {type: 'application/pdf'}));
  const zone = document.querySelector('form.depot');
  for (const kind of ['dragenter', 'dragover', 'drop'])
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def scan() -> bytes:
    """The letter as the copier of the hall gives it."""
    return imprimer.scanned_pdf([imprimer.bad(page, 1) for page in imprimer.pages("recours_gracieux")])


def test_a_scanned_letter_becomes_a_signed_and_sent_answer(mairie: Mairie, scan: bytes) -> None:
    with mairie.person("odile") as clerk:
        drop(clerk, scan, "recours.pdf")
        register(clerk, "recours.pdf")
    with mairie.person("marc") as chef:
        open_first(chef, "Qualifier")
        chef.locator("#acte").get_by_label("À traiter par mon bureau").check()
        act(chef, "Qualifier")
    with mairie.person("claire") as agent:
        take(agent)
        annotate(agent)
        answer(agent)
    with mairie.person("marc") as chef:
        open_first(chef, "Valider")
        expect(chef.get_by_text("Votre recours a été examiné avec attention.")).to_be_visible()
        chef.locator("#acte").get_by_label("J’approuve ce projet").check()
        act(chef, "Rendre ma décision")
    with mairie.person("helene", width=390) as mayor:
        sign_twice(mayor)
    with mairie.person("odile") as clerk:
        send(clerk)
    with mairie.app.app_context():
        assert db.session().scalars(select(Courrier.etat).where(Courrier.sens == "arrivee")).all() == ["clos"]
        assert len(db.session().scalars(select(Piece.id).where(Piece.genre == "reponse", Piece.nom.like("D-%"))).all()) == 2
        db.session().rollback()


def drop(clerk: Page, scan: bytes, name: str) -> None:
    """By drag and drop, then until it is read; the page follows by itself."""
    clerk.get_by_role("link", name="Dépôts").click()
    clerk.evaluate(DROP, [b64encode(scan).decode(), name])
    expect(clerk.locator(".fichiers li")).to_contain_text(name)
    clerk.get_by_role("button", name="Déposer", exact=True).click()
    expect(clerk.locator("#messages")).to_contain_text("1 fichier déposé")
    expect(clerk.get_by_role("link", name=f"Enregistrer {name}")).to_be_visible(timeout=SLOW)


def register(clerk: Page, name: str) -> None:
    """What was read is proposed, and shown on the page while its field has the focus."""
    truth = imprimer.expected("recours_gracieux")
    clerk.get_by_role("link", name=f"Enregistrer {name}").click()
    expect(clerk.get_by_label("Expéditeur")).to_have_value(truth["expediteur"])
    for field, words in (("objet", "Objet"), ("expediteur", "Expéditeur"), ("date_courrier", "Date du courrier")):
        clerk.get_by_label(words).first.focus()
        expect(clerk.locator("rect.lu.vu").first).to_have_attribute("data-pour", field)
    clerk.get_by_role("combobox", name=re.compile("^Nature")).select_option(label="Recours gracieux")
    clerk.get_by_label("Courriel").fill("expediteur@exemple.example")
    clerk.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(clerk.locator("#messages")).to_contain_text("A-")


def open_first(person: Page, step: str) -> None:
    """The only line of the corbeille, by its subject."""
    row = person.get_by_role("row").filter(has_text=step)
    row.get_by_role("link").click()
    expect(person.get_by_role("heading", name=step, level=2)).to_be_visible()


def act(person: Page, button: str) -> None:
    """The page's own button; what was done is said at the top of the next page."""
    person.locator("#acte").get_by_role("button", name=button, exact=True).click()
    expect(person.locator("#messages")).to_contain_text("c’est fait")


def take(agent: Page) -> None:
    """From the list of the bureau."""
    agent.get_by_role("link", name="Voir mon bureau").click()
    agent.get_by_role("button", name=re.compile("^Prendre")).click()
    expect(agent.locator("#messages")).to_contain_text("est à vous")


def annotate(agent: Page) -> None:
    """A frame drawn on the page with the mouse, with a remark; then the act."""
    reader = agent.locator("#lecteur")
    reader.get_by_role("button", name="Annoter").first.click()
    sheet = reader.locator("[data-feuille='1']")
    box = sheet.bounding_box()
    assert box
    agent.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.3)
    agent.mouse.down()
    agent.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.34, steps=4)
    agent.mouse.up()
    dialog = agent.get_by_role("dialog", name="Annoter")
    dialog.get_by_label("Votre annotation").fill("La cote du plan est celle du projet modifié.")
    dialog.get_by_role("button", name="Annoter").click()
    expect(agent.locator("#lecteur .remarques")).to_contain_text("La cote du plan")
    expect(agent.locator("a.marque")).to_have_count(1)
    agent.locator("#acte").get_by_label("Votre annotation").fill("À revoir avec le dossier déposé.")
    act(agent, "Annoter et transmettre")


def answer(agent: Page) -> None:
    """Begun, kept, found again, previewed, sent for approval."""
    if not agent.locator("#acte").get_by_label("Texte de la lettre").is_visible():
        agent.goto("/bureau")
        agent.get_by_role("button", name=re.compile("^Prendre")).click()
    form = agent.locator("#acte")
    form.get_by_label("Texte de la lettre").fill("Madame, Monsieur,\n\nVotre recours a été examiné avec attention.")
    agent.locator("#acte").get_by_role("button", name="Garder le brouillon").click()
    expect(agent.locator("#messages")).to_contain_text("brouillon est gardé")
    agent.reload()
    expect(agent.locator("#acte").get_by_label("Texte de la lettre")).to_have_value(re.compile("examiné avec attention"))
    with agent.context.expect_event("response", lambda got: "apercu" in got.url) as preview, agent.expect_popup() as window:
        agent.get_by_role("button", name="Aperçu").click()
    assert preview.value.status == 200
    assert preview.value.headers["content-type"] == "application/pdf"
    window.value.close()
    act(agent, "Transmettre pour validation")


def sign_twice(mayor: Page) -> None:
    """On a phone, a hasty double click on the button of the confirmation: one signature."""
    mayor.goto("/parapheur")
    expect(mayor.get_by_role("link", name=re.compile("recours", re.I)).first).to_be_visible()
    mayor.locator("a.objet").click()
    for _ in range(60):
        if mayor.get_by_text("en cours de mise en page").count() == 0:
            break
        mayor.wait_for_timeout(500)
        mayor.reload()
    mayor.locator("#acte").get_by_label("Je signe cette lettre").check()
    sent: list[str] = []
    mayor.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    mayor.locator("#acte").get_by_role("button", name="Rendre ma décision").click()
    mayor.locator("#confirmation button[value=oui]").dblclick(no_wait_after=True)
    expect(mayor.locator("#messages")).to_contain_text("c’est fait")
    assert len(sent) == 1


def send(clerk: Page) -> None:
    """By e-mail; then the proof of the dispatch and what the signature is worth stand on the courrier's page."""
    clerk.goto("/bureau")
    clerk.locator("a.objet").click()
    clerk.locator("#acte").get_by_label("Courriel", exact=True).check()
    expect(clerk.locator("#acte").get_by_label("Adresse électronique")).to_have_value("expediteur@exemple.example")
    act(clerk, "Expédier")
    clerk.goto("/registre")
    clerk.locator("a.objet").first.click()
    expect(clerk.get_by_text("Signature vérifiée")).to_be_visible()
    for _ in range(60):
        if clerk.locator(".ligne-envoi .puce.ok").count() == 2:
            break
        clerk.wait_for_timeout(500)
        clerk.reload()
    expect(clerk.locator(".ligne-envoi").last).to_contain_text("expediteur@exemple.example")
