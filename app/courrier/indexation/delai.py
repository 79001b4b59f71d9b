"""The time the sender asks for: «sous quinze jours», «dans un délai d’un mois», «avant le 1er décembre»."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.courrier.indexation.dates import DATE, valeur_de
from app.courrier.indexation.lignes import Ligne, Passage, passages
from app.courrier.indexation.proposition import Proposition, lue

_NOMBRES = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "dix": 10,
    "douze": 12,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
    "soixante": 60,
}
_NOMBRE = r"(?P<n>\d{1,3}|" + "|".join(_NOMBRES) + r")(?:\s*\(\w+\))?"
_DUREE = re.compile(
    r"(?:sous|dans\s+les|d'ici|dans\s+(?:un|le)\s+delai\s+(?:maximum\s+|maximal\s+)?(?:de|d')|(?:delai|reponse)[^.;]{0,12}\s(?:de|d'))\s*(?:un\s+delai\s+(?:de|d'))?\s*"
    + _NOMBRE
    + r"\s+(?P<unite>heures?|jours?(?:\s+(?:ouvre|ouvrable|franc)s?)?|semaines?|mois)\b|sous\s+(?P<mot>huitaine|quinzaine)\b"
)
# «Vous avez deux mois pour répondre», «la loi vous laisse un mois»: the time that the law gives us, quoted to us.
_LAISSE = re.compile(
    r"(?:vous\s+(?:avez|disposez|laisse|accorde|donne|impose)[^.;]{0,40}?\s|d[e']\s*)" + _NOMBRE
    + r"\s+(?P<unite>jours?|semaines?|mois)\b(?P<mot>)(?=[^.;]{0,40}\b(?:repon|statuer|communiqu|au-dela|faute|passe)|\s*[,.;])"
)
_TERME = re.compile(
    r"(?:avant\s+le|au\s+plus\s+tard\s+le|d'ici\s+(?:le|au)|pour\s+le(?=[^.]{3,30}\bau\s+plus\s+tard\b)"
    r"|(?:imperativement|reponse|retour)\s+(?:pour|avant)\s+le|avant\s+la\s+(?:rentree|reunion|seance)\s+du|jusqu'au|date\s+limite[^.:]{0,30}:?\s*(?:le)?)\s*"
    r"(?:(?:lun|mar|mer|jeu|ven|same|dim)[a-z]*\s+)?(?=\d|ler)"
)
# What the law gives the reader to appeal, or what they were promised, is no time asked of us.
_PAS_POUR_NOUS = re.compile(r"\b(?:vous disposez|recours|contester|notification de la|validite|penalites?)\b")
# «Paiement sous 30 jours» under an invoice is a condition; «procéder à son paiement sous huitaine» asks.
_CONDITION = re.compile(r"\b(?:paiement|payable|reglement|echeance)\b")
_EXIGE = re.compile(r"\b(?:demeure|proceder|n'intervient|n'est pas|n'ont pas|exig|transmett|poursui|faire parvenir|regler)")
# «Valable jusqu'au…», «du 15 octobre jusqu'au…»: how long something lasts.
_DUREE_DITE = re.compile(
    r"\b(?:courait|court|courent|valable|valide|ouverte?s?|fermee?s?|en vigueur|reporte\w*|prolong\w+|du \d[^.]{0,25})\W*$"
)
_RECEPTION = re.compile(r"^[^.]{0,30}\b(?:a compter de|apres|des)\s+(?:la\s+|sa\s+)?reception\b")
_DEMANDE = re.compile(r"\b(?:repon|merci|remerci|pri(?:e|ons)|demand|souhait|faire (?:connaitre|savoir|parvenir)|saisi|sans)")


def delai(toutes: Sequence[Ligne], aujourdhui: date) -> Proposition | None:
    """The time asked for an answer: a date in ISO, or a number of days, weeks or months."""
    trouves = [p for p in (_terme(toutes, aujourdhui), _duree(toutes)) if p]
    return max(trouves, key=lambda proposition: proposition.confiance, default=None)


def _duree(toutes: Sequence[Ligne]) -> Proposition | None:
    trouvees = [*passages(toutes, _DUREE), *(lu for lu in passages(toutes, _LAISSE) if lu.texte.lower().startswith("vous"))]
    for passage in trouvees:
        autour = _phrase(toutes, passage.ligne)
        if _etranger(autour) and not _LAISSE.match(passage.trouve[0]):
            continue
        mot = passage.trouve["mot"]
        if mot:
            valeur = "8 jours" if mot == "huitaine" else "15 jours"
        else:
            n = passage.trouve["n"]
            valeur = f"{_NOMBRES.get(n) or int(n)} {passage.trouve['unite']}"
        if _RECEPTION.search(passage.trouve.string[passage.trouve.end() :]):
            valeur += " après réception"
        return _dite(_au_singulier(valeur), autour, passage, "délai écrit dans la lettre")
    return None


def _au_singulier(valeur: str) -> str:
    return re.sub(r"^1 (jour|semaine|heure)s\b", r"1 \1", valeur).replace("ouvre", "ouvré")


def _terme(toutes: Sequence[Ligne], aujourdhui: date) -> Proposition | None:
    for passage in passages(toutes, re.compile(_TERME.pattern + "(?:" + DATE.pattern + ")")):
        autour = _phrase(toutes, passage.ligne)
        jour = DATE.search(passage.trouve[0])
        valeur = valeur_de(jour, aujourdhui, a_venir=True) if jour else None
        if valeur is None or _etranger(autour) or _DUREE_DITE.search(_avant(toutes, passage)):
            continue
        return _dite(valeur.isoformat(), autour, passage, "date limite écrite dans la lettre")
    return None


def _etranger(autour: str) -> bool:
    """Whether the time is no demand made to us."""
    condition = _CONDITION.search(autour) and not (_EXIGE.search(autour) or _DEMANDE.search(autour))
    return bool(_PAS_POUR_NOUS.search(autour) or condition)


def _dite(valeur: str, autour: str, passage: Passage, raison: str) -> Proposition:
    """The time asked, with the very words that ask for it."""
    return replace(lue("delai", valeur, _note(autour), passage, raison), extrait=passage.texte)


def _phrase(toutes: Sequence[Ligne], ligne: Ligne) -> str:
    """The line with its neighbours: enough of the sentence to tell who owes what to whom."""
    rang = next(r for r, autre in enumerate(toutes) if autre is ligne)
    return " ".join(autre.plie for autre in toutes[max(0, rang - 1) : rang + 2])


def _avant(toutes: Sequence[Ligne], passage: Passage) -> str:
    """What is said before, from the line above on."""
    rang = next(r for r, autre in enumerate(toutes) if autre is passage.ligne)
    return f"{toutes[rang - 1].plie if rang else ''} {passage.avant}"


def _note(autour: str) -> float:
    return 0.85 if _DEMANDE.search(autour) or _EXIGE.search(autour) else 0.65
