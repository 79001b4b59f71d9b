"""Seconds per registration by keyboard: a real Chromium, its keys counted, the clerk's part reckoned by a published model.

The letters are `tests/letters/guichet`: eight, each of another layout, written once for this measurement by somebody who had not
read the rules of indexation, scanned at 200 dots an inch as a good copier does, and not looked at since to make any rule right.
Each is registered twice, in two town halls: with what the program proposes (every value is looked at; the page opens on the
first that wants an eye, F8 leads to the next and at last to the button that registers; a candidate is accepted by its key, wrong
and missing ones are gone to and typed over, or begun and taken from the document's lines, or mended at the one place where
they are wrong, each of which is one decision more), and with nothing proposed, everything typed, Tab after Tab. The time is

    K × keys + M × decisions + what the machine takes from the key that registers to the next letter ready,

the Keystroke-Level Model of Card, Moran and Newell (CACM 23(7), 1980): K = 0.28 s a key for an average typist
who is no secretary (a capital counts two), M = 1.35 s to prepare: to find a value on the letter before typing it, to see whether
one that is there is right, to decide that all is done. No hand leaves the keys, so that there is no H and no P.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Page
from sqlalchemy import select

from app import travaux
from app.courrier import depot, organisation
from app.courrier.tables import Depot, Nature
from app.db import db, transaction
from app.web.context import parts
from tests.bench.figures import Figure
from tests.bench.hands import Hands, K, M, fill, reach, right
from tests.bench.town import Bench, town
from tests.browser.mairie import Mairie, served
from tests.letters import imprimer
from tests.support.chromium import launched

FOLDER = imprimer.FOLDER / "guichet"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.html")))
PATIENCE = 120_000
"""Milliseconds before a page is given up: a busy machine is no fault."""

TEXTS = ("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret", "objet", "reference", "recommande")
FIELDS = (*TEXTS, "date_courrier", "nature_id", "bureau_id")
CLOSED = "details.plie:not([open]) > summary"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a clerk would end with, by field of the form."""

    name: str
    truth: Mapping[str, str]


def measure(bench: Bench) -> Iterator[Figure]:
    """Both ways, one after the other; then how many times the one is quicker."""
    names = NAMES[: bench.many(len(NAMES), 3)]
    spent: dict[str, float] = {}
    for way, what in (("proposed", "with what is proposed"), ("typed", "everything typed")):
        with town(bench, "sqlite", f"registering_{way}") as app:
            letters = _waiting(names, proposed=way == "proposed")
            config = app.extensions["vaguemestre"].config
            with launched() as browser, served(config, browser) as mairie:
                hands = _day(mairie, letters, led=way == "proposed")
        count, machine = len(names), statistics.median(hands.waits)
        spent[way] = K * hands.keys / count + M * hands.decisions / count + machine
        yield Figure(key=f"registering_{way}_keys", what=f"{what}: keys a letter, of {count}", value=hands.keys / count)
        yield Figure(key=f"registering_{way}_decisions", what=f"{what}: decisions a letter", value=hands.decisions / count)
        yield Figure(key=f"registering_{way}_machine_s", what=f"{what}: the machine, to the next letter", value=machine, unit="s")
        yield Figure(key=f"registering_{way}_s", what=f"{what}: seconds a letter", value=spent[way], unit="s")
    yield Figure(key="registering_ratio", what="registering: typing against proposals", value=spent["typed"] / spent["proposed"],
                 unit="times", target="≥ 3")  # fmt: skip


def _waiting(names: Sequence[str], *, proposed: bool) -> dict[int, Letter]:
    """The letters deposited and read, by their depots."""
    session, letters = db.session(), {}
    natures = {one.cle: str(one.id) for one in session.scalars(select(Nature).where(Nature.sens == "arrivee"))}
    bureaux = {key: str(node.id) for key, node in organisation.arbre(session).items()}
    for seed, name in enumerate(names):
        place = parts().coffre.put(_scanned(name, seed))
        with transaction() as writing:
            came = depot.deposer(writing, coffre_range=place, nom=f"{name}.jpg", mime="image/jpeg", canal="papier", par="odile",
                                 now=datetime.now(UTC))  # fmt: skip
        travaux.lire(parts(), came.id)
        if not proposed:
            with transaction() as writing:
                writing.get_one(Depot, came.id).propositions = []
        told = imprimer.expected(f"guichet/{name}")
        chosen = {"nature_id": natures[told["nature"]], "bureau_id": bureaux[told["bureau"]]}
        letters[came.id] = Letter(name=name, truth={**{key: told.get(key, "") for key in FIELDS}, **chosen})
    db.session.remove()
    return letters


def _scanned(name: str, seed: int) -> bytes:
    return imprimer.jpeg(imprimer.clean(imprimer.pages(f"guichet/{name}")[0], seed))


def _day(mairie: Mairie, letters: Mapping[int, Letter], *, led: bool) -> Hands:
    with mairie.person("odile") as page:
        page.set_default_timeout(PATIENCE)
        page.goto("/depots")
        page.keyboard.press("Control+Enter")
        hands = Hands(page=page, dates=_order(page), led=led)
        for rank in range(len(letters)):
            page.wait_for_selector("#enregistrer")
            _register(hands, letters[int(page.url.rsplit("/", 1)[1])])
            _send(hands, last=rank == len(letters) - 1)
    return hands


def _register(hands: Hands, letter: Letter) -> None:
    """All fields that are to be filled, or that hold something, are right at the end."""
    page = hands.page
    left = [name for name in FIELDS if letter.truth[name] or page.locator(f"#{name}").input_value()]
    if not hands.led:
        _walk(hands, left, letter)
        return
    for _ in range(len(left) + 8):
        name = hands.here()
        if name in left:
            left.remove(name)
            fill(hands, name, letter.truth[name])
        elif name == "suite":
            break
        hands.press("F8")
    # What the program was sure of, or did not see, is looked over on the page; only a wrong one is gone to.
    for name in left:
        if right(hands, name, letter.truth[name]):
            hands.decisions += 1
        else:
            reach(hands, name)
            fill(hands, name, letter.truth[name])


def _walk(hands: Hands, left: Sequence[str], letter: Letter) -> None:
    """From field to field, Tab after Tab."""
    page, waiting = hands.page, set(left)
    if {"reference", "recommande"} & waiting and page.locator(CLOSED).last.is_visible():
        page.evaluate("document.querySelectorAll('#enregistrer details.plie')[1].open = true")
        hands.keys += 1  # Enter on its title, passed on the way
    for _ in range(120):
        name = hands.here()
        if name in waiting:
            waiting.discard(name)
            fill(hands, name, letter.truth[name])
        if not waiting:
            return
        hands.press("Tab")
    raise RuntimeError(f"{letter.name}: never reached {waiting}")


def _order(page: Page) -> str:
    """How this Chromium wants a date typed: without its French package it asks for the month first; the keys are as many."""
    blank = page.context.new_page()
    blank.set_content("<input type=date>")
    blank.locator("input").press_sequentially("02112026")
    value = blank.locator("input").input_value()
    blank.close()
    return "%d%m%Y" if value == "2026-11-02" else "%m%d%Y"


def _send(hands: Hands, *, last: bool) -> None:
    """Register; the seconds until the next letter can be worked at."""
    page = hands.page
    hands.decisions += 1
    began = time.perf_counter()
    with page.expect_navigation(wait_until="commit"):
        hands.press("Control+Enter" if hands.here().endswith("_id") else "Enter")
    page.wait_for_load_state()
    if page.locator("#messages .message.ok").count() == 0:
        raise RuntimeError(f"{page.url} was refused: {page.locator('main').inner_text()}")
    if not last:
        page.wait_for_selector("#enregistrer :focus")
        page.wait_for_load_state()
        hands.waits.append(time.perf_counter() - began)
