"""Where on its pages a letter says what was proposed: the boxes of a value's words, and of the words that decided."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from app.courrier import delais
from app.courrier.organisation import plier
from app.courrier.ports import Boite
from app.courrier.tables import Texte

Place = tuple[int, Boite]
"""A page and a box on it, in fractions of the page."""

_PAR_MOT = 3
_SIGNES = re.compile(r"[^a-z0-9@]")
_ESSENTIEL = 3


def situer(pages: Sequence[Texte], valeur: str) -> tuple[Place, ...]:
    """Where a value is first written, however it is spaced, punctuated or broken over lines; a box a line."""
    for ecrite in _ecritures(valeur):
        for page in pages:
            trouvee = next(_passages(page, ecrite), None)
            if trouvee:
                return tuple((page.page, boite) for boite in trouvee)
    return ()


def des_mots(pages: Sequence[Texte], mots: Sequence[str]) -> tuple[Place, ...]:
    """Where these words are written, each a few times at most."""
    return tuple(
        (page.page, boite)
        for mot in mots for page in pages[:2] for passage in islice(_passages(page, mot), _PAR_MOT) for boite in passage
    )


def _ecritures(valeur: str) -> Iterator[str]:
    """The value, and a date as it may be written."""
    try:
        jour = date.fromisoformat(valeur)
    except ValueError:
        yield valeur
    else:
        yield delais.long(jour).partition(" ")[2]
        yield from (f"{jour:%d/%m/%Y}", f"{jour.day}/{jour.month}/{jour.year}", f"{jour:%d/%m/%y}", valeur)


def _passages(page: Texte, ecrit: str) -> Iterator[list[Boite]]:
    """The boxes of each writing of it on the page, whole words only, joined where they stand on one line."""
    cherche = _nu(ecrit)
    if len(cherche) < _ESSENTIEL:
        return
    nus = [_nu(mot[0]) for mot in page.mots]
    debuts, fins, place = {}, {}, 0
    for rang, nu in enumerate(nus):
        if nu:
            debuts[place] = rang
            place += len(nu)
            fins[place] = rang
    tout, ici = "".join(nus), -1
    while (ici := tout.find(cherche, ici + 1)) >= 0:
        premier, dernier = debuts.get(ici), fins.get(ici + len(cherche))
        if premier is not None and dernier is not None:
            yield _par_ligne([tuple(mot[1:5]) for mot in page.mots[premier : dernier + 1]])


def _par_ligne(mots: Sequence[Boite]) -> list[Boite]:
    boites: list[Boite] = []
    for x0, y0, x1, y1 in mots:
        if boites and y0 < boites[-1][3] and y1 > boites[-1][1] and x0 >= boites[-1][0]:
            gauche, haut, droite, bas = boites[-1]
            boites[-1] = (gauche, min(haut, y0), max(droite, x1), max(bas, y1))
        else:
            boites.append((x0, y0, x1, y1))
    return boites


def _nu(mot: str) -> str:
    return _SIGNES.sub("", plier(mot))
