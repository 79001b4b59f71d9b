"""The day of the bureau d’ordre without a mouse: a batch with its sheets, an e-mail with pieces, a photograph, a double."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import numpy
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.courrier import depot, organisation
from app.courrier.tables import Courrier, Depot
from app.db import db
from tests.browser.mairie import SCREENSHOTS, SLOW, Mairie
from tests.browser.test_without_script import reach
from tests.letters import imprimer
from tests.letters import lots as liasses
from tests.support.chromium import faults
from tests.support.people import PASSWORD
from tests.web import guichet

pytestmark = pytest.mark.browser
SHEETS = (("urbanisme", "urbanisme"), ("voirie", "signalement"), ("scolaire", "scolaire"), ("finances", ""))
SENDERS = {"Rose": 3, "Abel": 3, "Lina": 3, "Omar": 3, "Jade": 3, "Hugo": 3, "Ines": 2, "Paul": 2}
"""Eight letters of twenty-two pages: with the sheet in front of each, a batch of thirty."""

NO_MOUSE = "addEventListener('pointerdown', () => console.error('un clic de souris'), true)"
AT = """({boite, champ}) => {
  const read = document.querySelector(`rect.lu[data-pour='${champ}']`).getBoundingClientRect();
  const shown = document.querySelector(boite).getBoundingClientRect();
  return read.top >= shown.top && read.bottom <= shown.bottom;
}"""
"""Whether the place where a field was read is inside what the reader shows."""


def mail() -> bytes:
    """Somebody writes and attaches three files."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "Nora Lemaire <nora.lemaire@courriel.example>", "mairie@saint-aubin.example"
    message["Subject"], message["Message-ID"] = "Travaux devant l’école", "<jour-1@courriel.example>"
    message.set_content("Bonjour,\n\nVous trouverez ci-joint mes trois documents.\n\nNora Lemaire\n")
    for name in ("petition", "invitation", "facture"):
        message.add_attachment(imprimer.pdf(name), maintype="application", subtype="pdf", filename=f"{name}.pdf")
    return message.as_bytes()


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies on the desk, as files: the copier's batch, the message, a letter photographed sideways."""
    folder = tmp_path_factory.mktemp("matin")
    pages = [page for n, (name, count) in enumerate(SENDERS.items())
             for page in (liasses.feuille(*SHEETS[n % len(SHEETS)]), *liasses.lettre(name, count))]  # fmt: skip
    assert len(pages) == 30
    (folder / "lot.tif").write_bytes(liasses.tiff(pages))
    (folder / "message.eml").write_bytes(mail())
    taken = imprimer.photo(imprimer.pages("signalement_voirie", 150)[0], 1)
    (folder / "photo.jpg").write_bytes(imprimer.jpeg(numpy.rot90(taken), dpi=150, orientation=6))
    return folder


def test_a_whole_day_is_registered_without_the_mouse(mairie: Mairie, morning: Path) -> None:
    with mairie.person(bypass_csp=True) as clerk:
        clerk.add_init_script(NO_MOUSE)
        clerk.on("filechooser", lambda _chooser: None)  # else a window that opens at once is not seen
        log_in(clerk)
        reach(clerk, "Dépôts")
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_role("heading", name="Dépôts", level=1)).to_be_visible()
        drop(clerk, *(morning / name for name in ("lot.tif", "message.eml", "photo.jpg")))
        drop(clerk, morning / "message.eml")
        waiting = clerk.locator("#liste-depots")
        expect(waiting).to_contain_text("11 à enregistrer", timeout=4 * SLOW)
        expect(waiting).to_contain_text("déjà déposé")
        look(clerk, "liste")
        clerk.keyboard.press("Control+Enter")
        try_the_keys(clerk)
        meanwhile_a_colleague_comes(mairie, clerk)
        for number in range(1, 12):
            register(clerk, number)
        expect(clerk.get_by_role("heading", name="Rien n’attend")).to_be_visible()
        look(clerk, "fin")
    with mairie.app.app_context():
        everything_has_its_number()
        db.session.remove()


def log_in(clerk: Page) -> None:
    """At the door; the first field has the focus."""
    clerk.goto("/connexion")
    reach(clerk, "Identifiant")
    clerk.keyboard.type("odile")
    clerk.keyboard.press("Tab")
    clerk.keyboard.type(PASSWORD)
    clerk.keyboard.press("Enter")
    expect(clerk.locator(".moi-bouton")).to_be_visible()


def drop(clerk: Page, *files: Path) -> None:
    """Files chosen in the system's own window, which the keys open."""
    reach(clerk, "Déposer des fichiers")
    with clerk.expect_file_chooser() as chooser:
        clerk.keyboard.press("Enter")
    chooser.value.set_files(files)
    expect(clerk.get_by_text("Plusieurs fichiers ensemble sont")).to_be_visible(visible=len(files) > 1)
    reach(clerk, "Déposer")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#messages")).to_contain_text("en lecture")


def try_the_keys(clerk: Page) -> None:
    """The help, the pages and the size of the document, the next depot and back: what was typed is still there."""
    expect(clerk.get_by_role("heading", name="Enregistrer ce courrier")).to_be_visible()
    clerk.wait_for_load_state()
    clerk.keyboard.press("F1")
    expect(clerk.get_by_role("dialog", name="Enregistrer au clavier")).to_be_visible()
    look(clerk, "touches")
    clerk.keyboard.press("Escape")
    first = clerk.url
    reach(clerk, "Objet")
    clerk.keyboard.type("Un objet ? À moitié")
    turn(clerk, "Alt+PageDown", "photo.jpg")
    turn(clerk, "Alt+PageDown", "lot (p. 2-4).pdf")
    clerk.keyboard.press("Shift+PageDown")
    expect(clerk.locator("[data-numero]")).to_have_text("2 / 3")
    clerk.keyboard.press("Alt+Equal")
    expect(clerk.locator("[data-taux]")).to_have_text("125 %")
    turn(clerk, "Alt+PageUp", "photo.jpg")
    turn(clerk, "Alt+PageUp", "message.eml")
    expect(clerk).to_have_url(first)
    expect(clerk.locator("#objet")).to_have_value("Un objet ? À moitié")


def turn(clerk: Page, keys: str, file: str) -> None:
    """To another depot without registering this one."""
    clerk.keyboard.press(keys)
    expect(clerk.locator(".page-tete ~ .sous").first).to_contain_text(file)
    clerk.wait_for_load_state()


def meanwhile_a_colleague_comes(mairie: Mairie, clerk: Page) -> None:
    """They open the same depot: they are told who has it, take the next, and leave it for later."""
    guichet.place(mairie.app, "yanis", "bureau-ordre")
    with mairie.person("yanis", refused=True) as other:
        other.goto(clerk.url)
        expect(other.locator(".principal")).to_contain_text("Odile Perrin s’en occupe depuis")
        other.wait_for_load_state()
        other.keyboard.press("Control+Enter")
        expect(other.get_by_role("heading", name="Enregistrer ce courrier")).to_be_visible()
        assert other.url != clerk.url
        reach(other, "Laisser pour plus tard")
        other.keyboard.press("Enter")
        expect(other.locator("#liste-depots")).to_contain_text("chez Odile Perrin")


def register(clerk: Page, number: int) -> None:
    """One depot: what is proposed is kept or accepted, what is missing is typed; its number is told on the next page."""
    file = clerk.locator(".page-tete ~ .sous").first.inner_text()
    if file.startswith("photo"):
        read_the_photograph(clerk)
    if file.startswith("message"):
        look(clerk, f"courriel-{number}")
        expect(clerk.locator(".principal")).to_contain_text("3 pièces jointes")
    for name, words in (("expediteur", "Expéditeur"), ("objet", "Objet")):
        if clerk.locator(f"#{name}").is_visible() and not clerk.locator(f"#{name}").input_value():
            reach(clerk, words)
            clerk.keyboard.type(f"{words} de {file[:30]}")
    if not clerk.locator("#nature_id").input_value():
        reach(clerk, "Nature")
        clerk.keyboard.type("Demande")
    if number == 1:
        look(clerk, "lettre")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("#messages")).to_contain_text(re.compile(rf"Enregistré sous le numéro A-\d+-{number:05}"))
    clerk.wait_for_load_state()


def read_the_photograph(clerk: Page) -> None:
    """Held sideways, it stands upright; each field that was read is shown where it was, as it gets the focus."""
    truth = imprimer.expected("signalement_voirie")
    expect(clerk.locator("#objet")).to_have_value(re.compile(truth["objet"][:12], re.IGNORECASE))
    read = clerk.locator("rect.lu").evaluate_all("all => [...new Set(all.map(one => one.dataset.pour))]")
    assert {"expediteur", "objet"} <= set(read)
    for field in read:
        target = clerk.locator(f"[data-champ='{field}']")
        if not target.is_visible():
            continue
        target.focus()
        expect(clerk.locator("rect.lu.vu").first).to_have_attribute("data-pour", field)
        clerk.wait_for_function(AT, arg={"boite": ".feuilles", "champ": field})
    look(clerk, "photo")


def look(clerk: Page, name: str) -> None:
    """A picture to be looked at; axe-core finds nothing."""
    clerk.screenshot(path=SCREENSHOTS / f"jour-{name}.png", full_page=True)
    assert faults(clerk) == []


def everything_has_its_number() -> None:
    """Eleven letters in the order of their numbers, each at the bureau of its sheet; the batch itself is gone into them."""
    session = db.session()
    assert depot.compter(session)["enregistre"] == 11
    assert session.scalars(select(Depot.origine).where(Depot.etat != "enregistre")).all() == ["lot.tif"]
    courriers = session.scalars(select(Courrier).order_by(Courrier.numero)).all()
    assert [courrier.numero for courrier in courriers] == list(range(1, 12))
    bureaux = {node.id: key for key, node in organisation.arbre(session).items()}
    cut = session.scalars(select(Depot).where(Depot.lot_id.is_not(None)).order_by(Depot.id)).all()
    given = [bureaux[session.get_one(Courrier, letter.courrier_id or 0).bureau_id or 0] for letter in cut]
    assert given == [SHEETS[n % len(SHEETS)][0] for n in range(len(SENDERS))]
    mails = session.scalars(select(Depot).where(Depot.origine == "message.eml")).all()
    assert [[piece.genre for piece in depot.pieces(session, mail.id)].count("annexe") for mail in mails] == [3, 3]
