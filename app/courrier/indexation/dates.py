"""Dates as French letters write them, and which of them is the letter's own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.courrier.indexation.lignes import Ligne, Passage, passages
from app.courrier.indexation.proposition import Proposition, lue

_MOIS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
_ABREGES = {"janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_NUMEROS = {**{nom: rang for rang, nom in enumerate(_MOIS, start=1)}, **_ABREGES}

# A telephone number (06.08.09.07.55) holds what looks like a date: nothing of a date goes on before or after it.
_EN_CHIFFRES = r"(?<![\d./-])(?P<jc>\d{1,2})\s?[./-]\s?(?P<mc>\d{1,2})\s?[./-]\s?(?P<ac>\d{4}|\d{2})(?!\d|\s?[./-]\s?\d)"
_EN_LETTRES = (
    r"(?<![\d./-])(?P<jl>[1l]\s?er|\d{1,2})\s*(?P<ml>"
    + "|".join(sorted(_NUMEROS, key=len, reverse=True))
    + r")\b\.?(?:\s*,?\s*(?P<al>(?:19|20)\d\d))?(?!\d)"
)
_ISO = r"(?<![\d./-])(?P<ai>(?:19|20)\d\d)-(?P<mi>\d\d)-(?P<ji>\d\d)(?![\d-])"
DATE = re.compile("|".join((_ISO, _EN_CHIFFRES, _EN_LETTRES)))

_ANNONCE = re.compile(r"(?:^|[\s,])(?:fait\b.*|date(?:\s+(?!limite|naissance)\w+)?\s*:?|emis(?:e)?\s+le)\s*$")
_SEMAINE = r"(?:(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?\s*)?:?\s*$"
_LIEU_LE = re.compile(
    r"^(?:a\s+)?[\w' -]{2,45},\s*le\s*" + _SEMAINE + r"|^a\s+[\w' -]{2,45}\sle\s*" + _SEMAINE + r"|^le\s*" + _SEMAINE
)
_AUTRE = re.compile(
    r"\bnee?s?\s+le\s*$|(?<![\w-])(?:arrete|loi|decret|instruction|circulaire|deliberation|lettre|courrier|courriel"
    r"|demande|decision|mail|permis|facture|commande|contrat|acte|ordonnance|jugement|mariage|deces|decedee?"
    r"|du|au|depuis|avant|jusqu|d'ici|echeance|limite|compter|reunion|seance|rendez)(?![\w-])[^.]*$"
)
_HAUT = 0.45
_RETENUE = 0.45
_POSSIBLE = 0.25
_AVANCE = timedelta(days=3)
_ANCIENNE = timedelta(days=3 * 365)


@dataclass(frozen=True, kw_only=True)
class DateLue:
    """A date found in the text; `sans_annee` when the year had to be guessed from today."""

    valeur: date
    sans_annee: bool
    passage: Passage


def dates(toutes: Sequence[Ligne], aujourdhui: date) -> Iterator[DateLue]:
    """Every date that exists in the calendar; one without a year is the latest that is not in the future."""
    for passage in passages(toutes, DATE):
        valeur = valeur_de(passage.trouve, aujourdhui)
        if valeur:
            annees = passage.trouve.group("ac", "al", "ai")
            yield DateLue(valeur=valeur, sans_annee=not any(annees), passage=passage)


def valeur_de(trouve: re.Match[str], aujourdhui: date, *, a_venir: bool = False) -> date | None:
    """The date of a match of `DATE`; a year left out is the last one, or the next one when it is `a_venir`."""
    groupes = trouve.groupdict()
    if groupes.get("jl"):
        jour = 1 if "er" in groupes["jl"] else int(groupes["jl"])
        mois = _NUMEROS[groupes["ml"]]
        if not groupes["al"]:
            return _annee_devinee(jour, mois, aujourdhui, a_venir=a_venir)
        return _existe(int(groupes["al"]), mois, jour)
    if groupes.get("ai"):
        return _existe(int(groupes["ai"]), int(groupes["mi"]), int(groupes["ji"]))
    annee = int(groupes["ac"])
    return _existe(annee + 2000 if annee < 100 else annee, int(groupes["mc"]), int(groupes["jc"]))


def _existe(annee: int, mois: int, jour: int) -> date | None:
    try:
        return date(annee, mois, jour)
    except ValueError:
        return None


def _annee_devinee(jour: int, mois: int, aujourdhui: date, *, a_venir: bool) -> date | None:
    for annee in range(aujourdhui.year - 4, aujourdhui.year + 5)[:: 1 if a_venir else -1]:
        valeur = _existe(annee, mois, jour)
        if valeur and (valeur >= aujourdhui if a_venir else valeur <= aujourdhui + _AVANCE):
            return valeur
    return None


def dates_du_courrier(toutes: Sequence[Ligne], aujourdhui: date) -> Iterator[Proposition]:
    """The date that stands where letters are dated, then the others that may be; none rather than a date of the body."""
    notees = sorted(((_note(lu, aujourdhui), lu) for lu in dates(toutes, aujourdhui)), key=lambda couple: -couple[0])
    if not notees or notees[0][0] < _RETENUE:
        return
    for note, lu in notees:
        if note < _POSSIBLE:
            return
        raison = "date écrite en tête" if not lu.sans_annee else "date sans année : la plus récente possible"
        yield lue("date_courrier", lu.valeur.isoformat(), note, lu.passage, raison)


def _note(lu: DateLue, aujourdhui: date) -> float:
    passage = lu.passage
    haut = passage.boite is None or (passage.ligne.page == 1 and passage.boite[1] < _HAUT)
    note = 0.4 + _contexte(passage)
    note += 0.1 if haut else -0.1
    note -= 0.3 * (passage.ligne.page > 1)
    note -= 0.1 * lu.sans_annee
    note -= 0.5 * (lu.valeur > aujourdhui + _AVANCE)
    note -= 0.05 * (lu.valeur < aujourdhui - _ANCIENNE)
    return note


def _contexte(passage: Passage) -> float:
    """What stands round the date on its line says whether the letter is dated there."""
    if _ANNONCE.search(passage.avant):
        return 0.35
    seule = len(passage.apres.strip(" .,;")) == 0
    if _LIEU_LE.search(passage.avant):
        return 0.45 if seule else -0.1
    if _AUTRE.search(passage.avant):
        return -0.3
    return 0.2 if seule and not passage.avant.strip() else -0.2
