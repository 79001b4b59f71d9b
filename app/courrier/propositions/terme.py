"""The day that a letter's own words set for an answer: «sous quinze jours» counted from its date, «avant le 15 mars» as it is."""

import re
from datetime import date, timedelta

from app.courrier import delais

_DUREE = re.compile(
    r"(?P<n>\d+) (?P<unite>heure|jour|semaine|mois|an)s?(?: (?P<sorte>ouvré|ouvrable|franc)s?)?(?P<recu> après réception)?"
)


def terme(mots: str, *, ecrit_le: date | None, recu_le: date, fermes: delais.Fermes = ()) -> date | None:
    """The last day to answer of a `delai` that was read: an ISO date, or a number of days, weeks or months.

    It is counted from the letter's date, which its writer had before them, or from its reception when the letter says so or
    has no date. Days are those of the calendar unless they are «ouvrés», «ouvrables» or «francs»; the day of the letter does
    not count, and months go from date to date. A day that ends on a Sunday stays: no text moves what a letter asks for.
    """
    try:
        return date.fromisoformat(mots)
    except ValueError:
        pass
    lu = _DUREE.fullmatch(mots)
    if lu is None:
        return None
    debut = recu_le if lu["recu"] or ecrit_le is None else ecrit_le
    try:
        return _apres(debut, int(lu["n"]), lu["unite"], lu["sorte"] or "", fermes)
    except (OverflowError, ValueError):
        return None


def _apres(debut: date, n: int, unite: str, sorte: str, fermes: delais.Fermes) -> date:
    if unite in ("mois", "an"):
        return delais.mois(debut, n * (12 if unite == "an" else 1))
    compter = {"ouvré": delais.jours_ouvres, "ouvrable": delais.jours_ouvrables, "franc": delais.jours_francs}.get(sorte)
    if compter:
        return compter(debut, n, fermes)
    jours = -(-n // 24) if unite == "heure" else n * (7 if unite == "semaine" else 1)
    return debut + timedelta(days=jours)
