"""Every page of a town hall at work: axe-core finds nothing, nothing sticks out, nothing is complained of; pictures are kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.browser.mairie import SCREENSHOTS, Mairie
from tests.support.chromium import RULES, faults

pytestmark = pytest.mark.browser
WIDE, PHONE, PAPER = 1440, 360, 794


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page to look at: `who` opens `path`, which waits for `ready`."""

    who: str
    path: str | Callable[[Mairie], str]
    ready: str = "main"
    status: int = 200


def of_courrier(ending: str, **asked: object) -> Callable[[Mairie], str]:
    """The address of a page about a courrier."""
    return lambda mairie: f"/courriers/{mairie.courrier(**asked)}{ending}"


ACTS = ("qualifier", "annoter", "rediger", "valider", "signer", "expedier", "prendre_connaissance")
DRAWN = "[data-circuit][data-pret]"
PAGES = {
    "connexion": Seen(who="", path="/connexion"),
    "corbeille": Seen(who="claire", path="/"),
    "corbeille-vide": Seen(who="paul", path="/"),
    "bureau": Seen(who="marc", path="/bureau"),
    "parapheur": Seen(who="helene", path="/parapheur"),
    "depots": Seen(who="odile", path="/depots"),
    "enregistrer": Seen(who="odile", path=lambda mairie: f"/depots/{mairie.depot('a_enregistrer')}"),
    "pages-d-un-depot": Seen(who="odile", path=lambda mairie: f"/depots/{mairie.depot('a_enregistrer')}/pages"),
    "separations": Seen(who="odile", path="/depots/separations"),
    "a-verifier": Seen(who="odile", path=lambda mairie: f"/depots/{mairie.depot('a_verifier')}"),
    "envois": Seen(who="odile", path="/envois"),
    "registre": Seen(who="odile", path="/registre"),
    "lettre": Seen(who="odile", path="/nouveau/depart"),
    "note": Seen(who="claire", path="/nouveau/interne"),
    "courrier": Seen(who="nadia", path=of_courrier("", sens="arrivee", etat="clos", circuit="arrivee")),
    "courrier-remarques": Seen(who="nadia", path=of_courrier("?volet=commentaires", sens="arrivee", etat="clos")),
    "courrier-pieces": Seen(who="nadia", path=of_courrier("?volet=pieces", sens="arrivee", etat="clos")),
    "suivi": Seen(who="nadia", path=of_courrier("/suivi", sens="arrivee", etat="en_cours", circuit="arrivee"), ready=DRAWN),
    "recherche": Seen(who="nadia", path="/recherche?q=rue"),
    "recherche-sans-resultat": Seen(who="nadia", path="/recherche?q=bruyt"),
    "retards": Seen(who="nadia", path="/pilotage/retards"),
    "tableau": Seen(who="nadia", path="/pilotage/tableau"),
    "incidents": Seen(who="nadia", path="/pilotage/incidents"),
    "circuits": Seen(who="paul", path="/circuits"),
    "modeleur": Seen(who="paul", path="/circuits/arrivee", ready="#modeleur[data-pret]"),
    "journal": Seen(who="ines", path="/administration/journal"),
    "organisation": Seen(who="ines", path="/administration/organisation"),
    "boites": Seen(who="ines", path="/administration/boites"),
    "boite": Seen(who="ines", path="/administration/boites/nouvelle"),
    "calendrier": Seen(who="ines", path="/administration/calendrier/"),
    "organismes": Seen(who="ines", path="/administration/organismes"),
    "compte": Seen(who="claire", path="/compte"),
    "acces-api": Seen(who="ines", path="/administration/acces"),
    "appel": Seen(who="odile", path="/accueil"),
    "ecrire": Seen(who="", path="/ecrire"),
    "suivre": Seen(who="", path="/suivre"),
    "introuvable": Seen(who="claire", path="/courriers/999999", status=404),
    "interdit": Seen(who="claire", path="/administration/journal", status=403),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_keeps_to_its_width(passee: Mairie, name: str) -> None:
    seen = PAGES[name]
    look(passee, name, seen.who, seen.path if isinstance(seen.path, str) else seen.path(passee), seen)


@pytest.mark.parametrize("act", ACTS)
def test_a_task_is_accessible_and_keeps_to_its_width(passee: Mairie, act: str) -> None:
    number, who = passee.task(act)
    look(passee, f"tache-{act}", who, f"/taches/{number}", Seen(who=who, path=""))


def look(mairie: Mairie, name: str, who: str, path: str, seen: Seen) -> None:
    """Wide and on a phone, by day and by night, then as it is printed."""
    with mairie.visitor(who, refused=seen.status != 200, bypass_csp=True) as page:
        answer = page.goto(path)
        assert answer
        assert answer.status == seen.status
        page.wait_for_selector(seen.ready)
        page.wait_for_load_state("networkidle")
        assert re.fullmatch(r"\S.+ · Vaguemestre", page.title())
        wrong = []
        for width, dark in ((WIDE, False), (PHONE, False), (PHONE, True), (WIDE, True)):
            wrong += at(page, name, width, dark=dark)
        page.set_viewport_size({"width": PAPER, "height": 1100})
        page.emulate_media(media="print", color_scheme="light")
        page.screenshot(path=SCREENSHOTS / f"{name}-papier.png", full_page=True)
    assert wrong == []


def at(page: Page, name: str, width: int, *, dark: bool) -> list[str]:
    """What is wrong with the page at this width and in these colours."""
    page.set_viewport_size({"width": width, "height": 900 if width == WIDE else 780})
    page.emulate_media(color_scheme="dark" if dark else "light")
    kind = ("large" if width == WIDE else "telephone") + ("-sombre" if dark else "")
    page.screenshot(path=SCREENSHOTS / f"{name}-{kind}.png", full_page=True)
    # At night only the colours are others.
    found = [f"{kind} : {fault}" for fault in faults(page, ["color-contrast"] if dark else RULES)]
    reached = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"{kind} : déborde jusqu’à {reached} px"] if reached > width else [])]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_the_content_policy(passee: Mairie, name: str) -> None:
    seen = PAGES[name]
    with passee.visitor(seen.who, refused=seen.status != 200) as page:
        page.goto(seen.path if isinstance(seen.path, str) else seen.path(passee))
        page.wait_for_selector(seen.ready)
        page.wait_for_load_state("networkidle")
