"""The lines of a letter as the rules of indexation see them: folded text, words and where they stand."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, groupby, islice, pairwise
from statistics import median
from textwrap import wrap

from app.courrier.ports import Boite, Mot, PageLue

# Words of one line further apart than this many heights belong to two columns.
_COLUMN_GAP = 2.2
# The tops of two lines of one paragraph are closer than this many heights, or than this many usual distances.
_HEIGHTS = 1.9
_PITCHES = 1.25
_LONGEST_PITCH = 0.06
_ALIGNED = 0.03
# A letter says who, when and why on its first pages; a hostile or endless text is not searched to its end.
_PAGES = 3
_LINES = 400
_WRAPPED = 120
_LONGEST = 1000
# What stands below is the foot of a page; it is one when dashes cut it at least so often.
_FOOT = 0.8
_CUTS = 2
_DASHES = frozenset("–—-•|·")
_GLUED = "-@"
_RUNS_ON = 0.75


def plier(texte: str) -> str:
    """Lower case, without accents or curly quotes, and of the same length, so that a place in it is a place in the text."""
    return "".join(_plie(lettre) for lettre in texte)


def _plie(lettre: str) -> str:
    if lettre in "’‘`´":
        return "'"
    return unicodedata.normalize("NFD", lettre)[0].lower()[:1] or lettre


@dataclass(frozen=True, kw_only=True)
class Ligne:
    """One line of one column: its words, and boxes when the page has any."""

    page: int
    texte: str
    mots: Sequence[Mot]
    forme: float  # the page's height over its width
    pas: float = 0.0  # the usual distance between the tops of two lines of the page
    pied: bool = False  # a piece of a foot, which follows the piece before it wherever both stand

    @cached_property
    def plie(self) -> str:
        """The text folded, letter for letter."""
        return plier(self.texte)

    @cached_property
    def boite(self) -> Boite | None:
        """Where the line stands; None when the page has no boxes (an e-mail)."""
        return union(mot[1:5] for mot in self.mots)

    @cached_property
    def hauteur(self) -> float:
        """The height of the tallest word, as a fraction of the page."""
        return max((mot[4] - mot[2] for mot in self.mots), default=0.0)

    def boite_de(self, debut: int, fin: int) -> Boite | None:
        """The box of the words that hold these letters of the text."""
        place, trouves = 0, []
        for mot in self.mots:
            if place < fin and place + len(mot[0]) > debut:
                trouves.append(mot[1:5])
            place += len(mot[0]) + 1
        return union(trouves)

    def suite(self, autre: "Ligne", joint: str) -> "Ligne":
        """The line with another that goes on with it; `joint` is what stands between them, "" for a word that was cut."""
        mots = [*self.mots, *autre.mots]
        if not joint and self.mots and autre.mots:
            un, deux = self.mots[-1], autre.mots[0]
            mots = [*self.mots[:-1], _un_seul(un, deux), *autre.mots[1:]]
        return replace(self, texte=f"{self.texte}{joint}{autre.texte}", mots=tuple(mots))

    def _haut_sous(self, boite: Boite) -> float:
        """The top of the words that stand above or below this box: a line that leans has another at each end."""
        hauts = [mot[2] for mot in self.mots if mot[1] < boite[2] and boite[0] < mot[3]]
        return min(hauts, default=self.boite[1] if self.boite else 0.0)

    def suivie_de(self, autre: "Ligne") -> bool:
        """Tell whether the other line comes just below, in the same column."""
        if self.boite is None or autre.boite is None or self.page != autre.page:
            return False
        ecart = autre._haut_sous(self.boite) - self._haut_sous(autre.boite)
        proche = max(_HEIGHTS * max(self.hauteur, autre.hauteur), _PITCHES * self.pas)
        dessous = 0.5 * self.hauteur < ecart < proche
        return dessous and autre.boite[0] < self.boite[2] and self.boite[0] < autre.boite[2]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A match: its words as printed, where it stands, and what stands before and after it on its line, the `rang`th searched."""

    ligne: Ligne
    rang: int
    trouve: re.Match[str]
    texte: str
    boite: Boite | None

    @property
    def avant(self) -> str:
        """Folded text of the line before the match."""
        return self.trouve.string[: self.trouve.start()]

    @property
    def apres(self) -> str:
        """Folded text after the match, on the same line."""
        return self.trouve.string[self.trouve.end() : len(self.ligne.texte)]


def union(boites: Iterable[Boite]) -> Boite | None:
    """The smallest box round all of these; None round nothing."""
    toutes = list(boites)
    if not toutes:
        return None
    x0, y0, x1, y1 = zip(*toutes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def lignes(pages: Sequence[PageLue]) -> list[Ligne]:
    """The lines of the first pages, in reading order; a line across two columns is cut in two."""
    trouvees: list[Ligne] = []
    for page in pages[:_PAGES]:
        brutes = list(_pied_en_morceaux(list(islice(_lignes_de(page), _LINES))))
        pas = _pas(brutes)
        trouvees += [replace(ligne, pas=pas) for ligne in brutes]
    return trouvees


def _un_seul(debut: Mot, fin: Mot) -> Mot:
    """A word that the end of a line cut in two."""
    x0, y0, x1, y1 = union((debut[1:5], fin[1:5])) or fin[1:5]
    return debut[0] + fin[0], x0, y0, x1, y1, min(debut[5], fin[5])


def _pied_en_morceaux(brutes: Sequence[Ligne]) -> Iterator[Ligne]:
    """The lines as they are, but for a foot that runs on from line to line: its pieces, «name – street – code and town»."""
    pied = [ligne for ligne in brutes if ligne.boite and ligne.boite[1] > _FOOT]
    suite = pied[:1]
    for ligne in pied[1:]:
        if not suite[-1].suivie_de(ligne):
            suite = []
        suite = [*suite, ligne]
    if len([mot for ligne in suite for mot in ligne.mots if mot[0] in _DASHES]) < _CUTS:
        yield from brutes
        return
    yield from (ligne for ligne in brutes if ligne not in suite)
    large = max(_largeur(ligne) for ligne in brutes)
    for morceau in chain.from_iterable(_morceaux([m for une in lue for m in une.mots]) for lue in _continues(suite, large)):
        yield replace(suite[0], mots=morceau, texte=" ".join(mot[0] for mot in morceau), pied=True)


def _continues(suite: Sequence[Ligne], large: float) -> Iterator[list[Ligne]]:
    """The lines of a foot that run on: one that stops short of the width of the page ends there, as its writer meant."""
    lue: list[Ligne] = []
    for ligne in suite:
        lue.append(ligne)
        if _largeur(ligne) < _RUNS_ON * large and ligne.texte[-1] not in _GLUED:
            yield lue
            lue = []
    if lue:
        yield lue


def _largeur(ligne: Ligne) -> float:
    return ligne.boite[2] - ligne.boite[0] if ligne.boite else 0.0


def _morceaux(mots: Sequence[Mot]) -> Iterator[tuple[Mot, ...]]:
    """The words between dashes; one that the end of a line cut in two, «Domfront-en-» and «Champagne», is one again."""
    morceau: list[Mot] = []
    for mot in mots:
        if mot[0] in _DASHES:
            if morceau:
                yield tuple(morceau)
            morceau = []
        elif morceau and morceau[-1][0][-1] in _GLUED and mot[2] > (morceau[-1][2] + morceau[-1][4]) / 2:
            morceau[-1] = _un_seul(morceau[-1], mot)
        else:
            morceau.append(mot)
    if morceau:
        yield tuple(morceau)


def _pas(brutes: Sequence[Ligne]) -> float:
    ecarts = [
        dessous.boite[1] - dessus.boite[1]
        for dessus, dessous in pairwise(brutes)
        if dessus.boite and dessous.boite and abs(dessus.boite[0] - dessous.boite[0]) < _ALIGNED
    ]
    return median([ecart for ecart in ecarts if 0 < ecart < _LONGEST_PITCH] or [0.0])


def _lignes_de(page: PageLue) -> Iterator[Ligne]:
    forme = page.hauteur / page.largeur if page.largeur else 1.0
    reste = list(page.mots)
    for brute in page.texte.splitlines():
        jetons = brute.split()
        mots, reste = reste[: len(jetons)], reste[len(jetons) :]
        if len(brute) <= _LONGEST and [mot[0] for mot in mots] == jetons:
            yield from (_ligne(page.numero, colonne, forme) for colonne in _colonnes(mots, forme))
        else:
            # An e-mail's paragraph is one endless line; so is what a hostile page holds.
            for morceau in wrap(" ".join(jetons), _WRAPPED, break_on_hyphens=False):
                yield Ligne(page=page.numero, texte=" ".join(morceau.split()), mots=(), forme=forme)


def _ligne(page: int, mots: Sequence[Mot], forme: float) -> Ligne:
    return Ligne(page=page, texte=" ".join(mot[0] for mot in mots), mots=tuple(mots), forme=forme)


def _colonnes(mots: Sequence[Mot], forme: float) -> Iterator[Sequence[Mot]]:
    if not mots:
        return
    large = _COLUMN_GAP * max(mot[4] - mot[2] for mot in mots) * forme
    debut = 0
    for rang in range(1, len(mots)):
        if mots[rang][1] - mots[rang - 1][3] > large:
            yield mots[debut:rang]
            debut = rang
    yield mots[debut:]


def passages(toutes: Sequence[Ligne], motif: re.Pattern[str]) -> Iterator[Passage]:
    """Every match of a folded pattern, also across the end of a line."""
    for rang, ligne in enumerate(toutes):
        suivante = toutes[rang + 1] if rang + 1 < len(toutes) and toutes[rang + 1].page == ligne.page else None
        plie = ligne.plie + (" " + suivante.plie if suivante else "")
        entier = ligne.texte + (" " + suivante.texte if suivante else "")
        for trouve in motif.finditer(plie):
            debut, fin = trouve.span()
            if debut >= len(ligne.texte):
                break
            boites = [ligne.boite_de(debut, fin)]
            if suivante and fin > len(ligne.texte) + 1:
                boites.append(suivante.boite_de(0, fin - len(ligne.texte) - 1))
            yield Passage(
                ligne=ligne,
                rang=rang,
                trouve=trouve,
                texte=entier[debut:fin],
                boite=union(boite for boite in boites if boite),
            )


def blocs(toutes: Sequence[Ligne]) -> list[list[Ligne]]:
    """Lines that stand one under the other, as addresses do; without boxes, lines that follow each other."""
    autres = [une for une in toutes if not une.pied]
    faits = [list(pied) for _, pied in groupby((une for une in toutes if une.pied), key=lambda une: une.page)]
    for ligne in sorted(autres, key=lambda ligne: (ligne.page, ligne.boite[1] if ligne.boite else 0.0)):
        bloc = next((b for b in reversed(faits) if b[-1].suivie_de(ligne) and _alignees(b[-1], ligne)), None)
        if bloc is None:
            faits.append([ligne])
        else:
            bloc.append(ligne)
    return faits


def _alignees(une: Ligne, autre: Ligne) -> bool:
    if une.boite is None or autre.boite is None:
        return False
    gauche = abs(une.boite[0] - autre.boite[0])
    milieu = abs(une.boite[0] + une.boite[2] - autre.boite[0] - autre.boite[2]) / 2
    droite = abs(une.boite[2] - autre.boite[2])
    return min(gauche, milieu, droite) < _ALIGNED
