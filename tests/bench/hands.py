"""A clerk's two hands on the registration page: what they press to set a field right, and how often their owner has to think."""

from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import Page

from app.courrier.organisation import plier

K, M = 0.28, 1.35
"""Seconds for a key, and to prepare."""

NEXT = """() => {
  const all = [...document.querySelectorAll("#enregistrer :is(input, select, button, summary)")];
  const open = all.filter((one) => one === document.activeElement || (one.tabIndex >= 0 && one.getClientRects().length));
  return open[open.indexOf(document.activeElement) + 1]?.name;
}"""
"""The name of what Tab leads to."""


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


def reach(hands: Hands, name: str) -> None:
    """By Tab when it is the next, else by the keys of the field, or those of the nearest before it and Tab."""
    if hands.page.evaluate(NEXT) == name:
        hands.press("Tab")
        return
    keys = hands.page.locator("#enregistrer").evaluate(
        """(form, name) => [...form.elements].slice(0, [...form.elements].findIndex((one) => one.name === name) + 1)
            .map((one) => one.getAttribute("aria-keyshortcuts")).filter((keys) => /^Alt.[A-Z]$/.test(keys)).at(-1)""", name)
    hands.press(keys)
    for _ in range(20):
        if hands.here() == name:
            return
        hands.press("Tab")
    raise RuntimeError(f"never reached {name}")


def right(hands: Hands, name: str, true: str) -> bool:
    """Whether a field holds what is true; a bureau not chosen is the nature's, which is told beside it."""
    box = hands.page.locator(f"#{name}")
    if name != "bureau_id" or box.input_value():
        return _same(box.input_value(), true)
    hands.page.wait_for_selector("#enregistrer .htmx-request", state="detached")  # the nature may just have been chosen
    return hands.page.locator("#bureau_id-aide").inner_text().endswith(f": {_label(hands, name, true)}.")


def _label(hands: Hands, name: str, value: str) -> str:
    return hands.page.locator(f"#{name} option[value='{value}']").inner_text()


def fill(hands: Hands, name: str, true: str) -> None:
    """A value that is right is left; else a candidate that is right is accepted, or it is typed."""
    hands.decisions += 1
    if right(hands, name, true):
        return
    offered = hands.page.locator(f"[data-accepte='{name}']").evaluate_all("all => all.map(one => one.dataset.valeur)")
    rank = next((rank for rank, value in enumerate(offered, 1) if _same(value, true)), 0)
    if rank:
        hands.press(f"Alt+{rank}")
    elif name.endswith("_id"):
        _choose(hands, _label(hands, name, true))
    elif name == "date_courrier":
        hands.type(f"{date.fromisoformat(true):{hands.dates}}" if true else "")
    elif true and not _mend(hands, hands.page.locator(f"#{name}").input_value(), true):
        _write(hands, true)
    elif not true:
        hands.press("Delete")


def _mend(hands: Hands, held: str, true: str) -> bool:
    """Goes to the one place where a value is wrong, by words then by signs, when that is quicker than to type it all again.

    It is one decision more: to see what is wrong with it.
    """
    head = _alike(held, true)
    tail = min(_alike(held[::-1], true[::-1]), len(held) - head, len(true) - head)
    cut, put = len(held) - head - tail, true[head : len(true) - tail]
    ahead = head <= tail
    reckoned = 1 + 2 * len((held[:head] if ahead else held[len(held) - tail :]).split()) + cut + len(put)
    if not held or K * reckoned + M > K * len(true):
        return False
    hands.decisions += 1
    _stand(hands, head if ahead else len(held) - tail, ahead=ahead)
    for _ in range(cut):
        hands.press("Delete" if ahead else "Backspace")
    hands.type(put)
    return True


def _stand(hands: Hands, goal: int, *, ahead: bool) -> None:
    """The caret at a sign, from the nearer end."""
    forth, back = ("ArrowRight", "ArrowLeft") if ahead else ("ArrowLeft", "ArrowRight")
    hands.press("Home" if ahead else "End")
    while (here := _caret(hands)) != goal:
        past = here > goal if ahead else here < goal
        hands.press(back if past else forth if abs(goal - here) <= 2 or past else f"Control+{forth}")


def _caret(hands: Hands) -> int:
    return int(hands.page.evaluate("document.activeElement.selectionStart"))


def _alike(one: str, other: str) -> int:
    """How many signs both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((rank for rank, (here, there) in pairs if plier(here) != plier(there)), min(len(one), len(other)))


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


def _choose(hands: Hands, label: str) -> None:
    """Letters typed until the list stands on the right line."""
    for sign in label:
        hands.type(sign)
        if hands.page.evaluate("document.activeElement.selectedOptions[0].text") == label:
            return


def _same(value: str, true: str) -> bool:
    return plier(value).strip(" .").replace("-", " ") == plier(true).strip(" .").replace("-", " ")
