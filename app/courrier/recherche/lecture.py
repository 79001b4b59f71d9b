"""A question as people type it: words, `champ:valeur`, quotes, `-exclusion`, `début*`; nothing typed is ever an error."""

import re
from collections.abc import Iterator
from datetime import date

from app.courrier.organisation import plier
from app.courrier.ports import Question, Terme
from app.courrier.texte import propre

CHAMPS = {
    "objet": "objet", "texte": "texte", "de": "de", "expediteur": "de", "correspondant": "de", "destinataire": "de",
    "chrono": "chrono", "numero": "chrono", "reference": "chrono", "ref": "chrono",
    "mot": "mot", "mots": "mot", "motcle": "mot",
    "nature": "nature", "bureau": "bureau", "service": "bureau", "sens": "sens", "etat": "etat",
    "apres": "apres", "depuis": "apres", "avant": "avant",
}
"""The names that may be typed before a colon, without accents, and the field each one means."""

LONGUEUR = 500
_DATES = ("apres", "avant")
_MORCEAU = re.compile(
    r'(?P<exclu>-)?(?:(?P<champ>[^\W\d_]+):)?(?:"(?P<droits>[^"]*)"?|«\s*(?P<francais>[^»]*?)\s*(?:»|$)|(?P<mot>[^\s"«]+))'
)
_EN_COURS = {f"{champ}:" for champ in CHAMPS}  # a field whose value is still being typed
_SENS = {"arrivee": "arrivee", "arrive": "arrivee", "depart": "depart", "interne": "interne"}
_ETATS = {"en cours": "en_cours", "encours": "en_cours", "clos": "clos", "sans suite": "sans_suite", "annule": "annule"}


def question(texte: str) -> Question:
    """What was typed, read; `avant:` and `apres:` take 2026-11-30, 30/11/2026, 2026-11 or 2026, the latter's day included."""
    termes: list[Terme] = []
    jours: dict[str, date] = {}
    for morceau in _MORCEAU.finditer(propre(texte[:LONGUEUR])):
        champ = CHAMPS.get(plier(morceau["champ"] or ""), "")
        valeur = next((morceau[nom] for nom in ("droits", "francais", "mot") if morceau[nom] is not None), "")
        jour = _jour(valeur) if champ in _DATES and not morceau["exclu"] else None
        if jour is not None:
            jours[champ] = jour
        elif any(c.isalnum() for c in valeur) and plier(valeur) not in _EN_COURS:
            termes.append(_terme(morceau, champ, valeur))
    return Question(termes=tuple(termes), apres=jours.get("apres"), avant=jours.get("avant"))


def ecrire(lue: Question) -> str:
    """The question as it may be typed again."""
    return " ".join(_ecrits(lue))


def _ecrits(lue: Question) -> Iterator[str]:
    for terme in lue.termes:
        texte = f'"{_sans_guillemets(terme.texte)}"' if terme.phrase else terme.texte + ("*" if terme.prefixe else "")
        yield f"{'-' if terme.exclu else ''}{terme.champ + ':' if terme.champ else ''}{texte}"
    for nom, jour in (("apres", lue.apres), ("avant", lue.avant)):
        if jour:
            yield f"{nom}:{jour.isoformat()}"


def _sans_guillemets(texte: str) -> str:
    return texte.replace('"', " ")


def _terme(morceau: re.Match[str], champ: str, valeur: str) -> Terme:
    phrase, prefixe = morceau["mot"] is None, morceau["mot"] is not None and valeur.endswith("*")
    valeur = valeur.rstrip("*") if prefixe else valeur
    if champ in _DATES or (morceau["champ"] and not champ):
        # A date that is none, a field that is none: the words themselves are looked for.
        champ, valeur = "", " ".join(f"{morceau['champ']} {valeur}".replace(":", " ").split())
    mots = {"sens": _SENS, "etat": _ETATS}.get(champ, {})
    valeur = mots.get(plier(valeur.replace("_", " ")), valeur)
    return Terme(texte=valeur, champ=champ, phrase=phrase, prefixe=prefixe, exclu=bool(morceau["exclu"]))


def _jour(texte: str) -> date | None:
    """A day of a year that a register may have, or None."""
    parties = re.fullmatch(r"([12]\d{3})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", texte)
    a_la_francaise = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.]([12]\d{3})", texte)
    try:
        if parties:
            return date(int(parties[1]), int(parties[2] or 1), int(parties[3] or 1))
        if a_la_francaise:
            return date(int(a_la_francaise[3]), int(a_la_francaise[2]), int(a_la_francaise[1]))
    except ValueError:
        return None
    return None
