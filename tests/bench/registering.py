"""Seconds per registration by keyboard: a real Chromium, its keys counted, the clerk's part reckoned by a published model.

The letters are `tests/letters/guichet`: eight, each of another layout, written once for this measurement by somebody who had not
read the rules of indexation, scanned at 200 dots an inch as a good copier does, and not looked at since to make any rule right.
Each is registered twice, in two town halls: with what the program proposes (every value is looked at; the page opens on the
first that wants an eye, F8 leads to the next and at last to the button that registers; a candidate is accepted by its key, wrong
and missing ones are gone to and typed over, or begun and taken from the document's lines, which is one decision more), and with
nothing proposed, everything typed, Tab after Tab. The time is

    K × keys + M × decisions + what the machine takes from the key that registers to the next letter ready,

the Keystroke-Level Model of Card, Moran and Newell (CACM 23(7), 1980): K = 0.28 s a key for an average typist
who is no secretary (a capital counts two), M = 1.35 s to prepare: to find a value on the letter before typing it, to see whether
one that is there is right, to decide that all is done. No hand leaves the keys, so that there is no H and no P.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from playwright.sync_api import Page
from sqlalchemy import select

from app import travaux
from app.courrier import depot, organisation
from app.courrier.organisation import plier
from app.courrier.tables import Depot, Nature
from app.db import db, transaction
from app.web.context import parts
from tests.bench.figures import Figure
from tests.bench.town import Bench, town
from tests.browser.mairie import Mairie, served
from tests.letters import imprimer
from tests.support.chromium import launched

FOLDER = imprimer.FOLDER / "guichet"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.html")))
K, M = 0.28, 1.35
PATIENCE = 120_000
"""Milliseconds before a page is given up: a busy machine is no fault."""

TEXTS = ("expediteur", "adresse", "code_postal", "ville", "courriel", "telephone", "siret", "objet", "reference", "recommande")
FIELDS = (*TEXTS, "date_courrier", "nature_id", "bureau_id")
CLOSED = "details.plie:not([open]) > summary"


@dataclass(kw_only=True)
class Hands:
    """Two hands on a keyboard: what they pressed, and how often their owner had to think."""

    page: Page
    dates: str
    led: bool
    keys: int = 0
    decisions: int = 0
    waits: list[float] = field(default_factory=list)

    def press(self, chord: str) -> None:
        """A key, with those held down meanwhile."""
        self.page.keyboard.press(chord)
        self.keys += chord.count("+") + 1

    def type(self, text: str) -> None:
        """Signs, one by one; a capital wants one key more."""
        self.page.keyboard.type(text)
        self.keys += len(text) + sum(sign.isupper() for sign in text)

    def here(self) -> str:
        """The name of the field that has the focus."""
        return str(self.page.evaluate("document.activeElement.name || document.activeElement.id || ''"))


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
            _fill(hands, name, letter.truth[name])
        elif name == "suite":
            break
        hands.press("F8")
    # What the program was sure of, or did not see, is looked over on the page; only a wrong one is gone to.
    wrong = [name for name in left if not _same(page.locator(f"#{name}").input_value(), letter.truth[name])]
    hands.decisions += len(left) - len(wrong)
    for name in wrong:
        _reach(hands, name)
        _fill(hands, name, letter.truth[name])


def _reach(hands: Hands, name: str) -> None:
    """By the keys of the field, or those of the nearest before it and Tab."""
    keys = hands.page.locator("#enregistrer").evaluate(
        """(form, name) => [...form.elements].slice(0, [...form.elements].findIndex((one) => one.name === name) + 1)
            .map((one) => one.getAttribute("aria-keyshortcuts")).filter((keys) => /^Alt.[A-Z]$/.test(keys)).at(-1)""", name)
    hands.press(keys)
    for _ in range(20):
        if hands.here() == name:
            return
        hands.press("Tab")
    raise RuntimeError(f"never reached {name}")


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
            _fill(hands, name, letter.truth[name])
        if not waiting:
            return
        hands.press("Tab")
    raise RuntimeError(f"{letter.name}: never reached {waiting}")


def _fill(hands: Hands, name: str, true: str) -> None:
    """A value that is right is left; else a candidate that is right is accepted, or it is typed."""
    hands.decisions += 1
    box = hands.page.locator(f"#{name}")
    if _same(box.input_value(), true):
        return
    offered = hands.page.locator(f"[data-accepte='{name}']").evaluate_all("all => all.map(one => one.dataset.valeur)")
    rank = next((rank for rank, value in enumerate(offered, 1) if _same(value, true)), 0)
    if rank:
        hands.press(f"Alt+{rank}")
    elif name.endswith("_id"):
        _choose(hands, box.locator(f"option[value='{true}']").inner_text())
    elif name == "date_courrier":
        hands.type(f"{date.fromisoformat(true):{hands.dates}}" if true else "")
    elif true:
        _write(hands, true)
    else:
        hands.press("Delete")


def _write(hands: Hands, true: str) -> None:
    """Sign by sign, until the whole is offered from the document's lines: looked for where that is quicker than typing."""
    for written, sign in enumerate(true, 1):
        hands.type(sign)
        if not hands.led or K * (len(true) - written - 2) < M:
            continue
        offered = hands.page.locator("#suites li > span").all_inner_texts()
        rank = next((rank for rank, text in enumerate(offered) if _same(text, true)), None)
        if rank is not None:
            hands.decisions += 1
            hands.press(f"Alt+{rank + 1}" if rank else "ArrowRight")
            return


def _order(page: Page) -> str:
    """How this Chromium wants a date typed: without its French package it asks for the month first; the keys are as many."""
    blank = page.context.new_page()
    blank.set_content("<input type=date>")
    blank.locator("input").press_sequentially("02112026")
    value = blank.locator("input").input_value()
    blank.close()
    return "%d%m%Y" if value == "2026-11-02" else "%m%d%Y"


def _choose(hands: Hands, label: str) -> None:
    """Letters typed until the list stands on the right line."""
    for sign in label:
        hands.type(sign)
        if hands.page.evaluate("document.activeElement.selectedOptions[0].text") == label:
            return


def _same(value: str, true: str) -> bool:
    return plier(value).strip(" .").replace("-", " ") == plier(true).strip(" .").replace("-", " ")


def _send(hands: Hands, *, last: bool) -> None:
    """Register; the seconds until the next letter can be worked at."""
    page = hands.page
    hands.decisions += 1
    began = time.perf_counter()
    with page.expect_navigation(wait_until="commit"):
        hands.press("Enter" if hands.here() == "suite" else "Control+Enter")
    page.wait_for_load_state()
    if page.locator("#messages .message.ok").count() == 0:
        raise RuntimeError(f"{page.url} was refused: {page.locator('main').inner_text()}")
    if not last:
        page.wait_for_selector("#enregistrer :focus")
        page.wait_for_load_state()
        hands.waits.append(time.perf_counter() - began)
