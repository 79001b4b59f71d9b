"""Where the stamp of arrival goes: the first free corner, then any free place, smaller if need be, never on a word."""

import random

from app.courrier import cachet
from app.courrier.ports import Boite, Mot

A4 = (595.0, 842.0)


def mot(x0: float, y0: float, x1: float, y1: float) -> Mot:
    return "mot", x0, y0, x1, y1, 99.0


def covers(boite: Boite, mots: list[Mot]) -> bool:
    return any(boite[0] < x1 and x0 < boite[2] and boite[1] < y1 and y0 < boite[3] for _, x0, y0, x1, y1, _ in mots)


def test_the_corners_are_tried_first_then_whatever_is_free() -> None:
    empty = cachet.place([], *A4)
    assert empty
    assert (empty[0] > 0.6, empty[1] < 0.05) == (True, True)
    headed = [mot(0.05, 0.02, 0.95, 0.12)]
    low = cachet.place(headed, *A4)
    assert low
    assert (low[0] > 0.6, low[3] > 0.95) == (True, True)
    middle = cachet.place([*headed, mot(0.05, 0.9, 0.95, 0.98)], *A4)
    assert middle
    assert 0.12 < middle[1] < middle[3] < 0.9


def test_no_word_is_ever_covered_and_a_full_page_has_no_place() -> None:
    dice = random.Random(7)  # a page made up
    for _ in range(60):
        mots = []
        for _ in range(dice.randint(0, 220)):
            x, y = dice.random() * 0.92, dice.random() * 0.98
            mots.append(mot(x, y, x + 0.08, y + 0.015))
        boite = cachet.place(mots, *A4)
        assert boite is None or (not covers(boite, mots) and min(boite) >= 0 and max(boite) <= 1)
    full = [mot(0, line / 80, 1, line / 80 + 0.011) for line in range(80)]
    assert cachet.place(full, *A4) is None
