"""The name under a letter: below its closing words, or alone on its last lines when it has none."""

import re
from collections.abc import Iterator, Sequence

from app.courrier.indexation.formules import FIN
from app.courrier.indexation.lignes import Ligne

_QUALITE = re.compile(r"^(?:le|la|les|l'|pour|p/|p/o|signe)\b|^l'|,$")
_NOM_PROPRE = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,5}")
_LONGUEUR = 50
_SOUS = 5  # lines below the closing words that may hold a name
_BAS, _DROITE, _PIED = 0.2, 0.4, 0.9


def signature(page: Sequence[Ligne]) -> tuple[str, Ligne] | None:
    """The name that signs, with its line; its title, «Le président,», is not a name."""
    fins = [rang for rang, ligne in enumerate(page) if FIN.search(ligne.plie)]
    dessous = page[fins[-1] + 1 : fins[-1] + 1 + _SOUS] if fins else _dernieres(page)
    return next(((nom, ligne) for ligne in dessous if (nom := _nom(ligne))), None)


def _dernieres(page: Sequence[Ligne]) -> Iterator[Ligne]:
    """The last line of a letter without closing words, where it stands to the right as signatures do."""
    corps = [ligne for ligne in page if not ligne.pied and ligne.boite and _BAS < ligne.boite[1] < _PIED]
    yield from (ligne for ligne in corps[-1:] if ligne.boite and ligne.boite[0] > _DROITE)


def _nom(ligne: Ligne) -> str:
    """The name of a line: all of it, or what follows a title or stands before one, «Le directeur, Paul Métivier»."""
    if FIN.search(ligne.plie):
        return ""
    for debut, morceau in _morceaux(ligne):
        courte = len(morceau) < _LONGUEUR and morceau[0].isupper() and _NOM_PROPRE.fullmatch(morceau)
        if courte and not _QUALITE.search(ligne.plie[debut : debut + len(morceau)]):
            return morceau
    return ""


def _morceaux(ligne: Ligne) -> Iterator[tuple[int, str]]:
    """What stands between commas, with its place; a line that ends on one is a title."""
    debut = 0
    for morceau in ligne.texte.split(", "):
        if morceau and not morceau.endswith(","):
            yield debut, morceau
        debut += len(morceau) + 2
