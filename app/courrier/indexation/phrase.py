"""What a letter without a subject asks, in its own words: the first sentence that asks, as a candidate to cut short."""

import re
from collections.abc import Sequence

from app.courrier.indexation.lignes import Ligne, plier, union
from app.courrier.indexation.proposition import Proposition

_APPEL = re.compile(r"^(?:bonjour|bonsoir|cher|chere|monsieur|madame|mesdames|messieurs|maitre)\b.{0,60}[,!:]$|^bonjour$")
_FIN = re.compile(r"\b(?:salutations?|sentiments|consideration|cordialement|respectueusement)\b")
_DEMANDE = re.compile(
    r"\b(?:je|j'|nous|on|il)\b[^.?!]{0,60}\b(?:demand|sollicit|souhait|voudr|aimer|conteste|form(?:e|ons)\b|propos|recherch"
    r"|cherch|signal|invit|convi|reclam|transmet|adress|inform|saurais?|faudrait)"
    r"|\b(?:pourriez|pouvez|voulez|est-il possible|merci de)\b"
)
_PHRASES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«])")
_SURE = 0.3
_LONGUEUR = 140


def demandee(toutes: Sequence[Ligne]) -> Proposition | None:
    """The sentence, cut at a word; never sure enough to fill the field."""
    page = [ligne for ligne in toutes if ligne.page == 1 and not ligne.pied]
    debut = next((rang for rang, ligne in enumerate(page) if _APPEL.match(ligne.plie)), None)
    if debut is None:
        return None
    fin = next((rang for rang in range(debut + 1, len(page)) if _FIN.search(page[rang].plie)), len(page))
    corps = page[debut + 1 : fin]
    phrases = _PHRASES.split(" ".join(ligne.texte for ligne in corps))
    phrase = next((une for une in phrases if _DEMANDE.search(plier(une))), None)
    if phrase is None:
        return None
    siennes = [ligne for ligne in corps if ligne.texte in phrase] or [ligne for ligne in corps if ligne.texte[-20:] in phrase][:1]
    return Proposition(
        champ="objet", valeur=_abregee(phrase), confiance=_SURE, page=1, extrait=phrase,
        boite=union(ligne.boite for ligne in siennes if ligne.boite), raison="pas d’objet : première phrase qui demande",
    )  # fmt: skip


def _abregee(phrase: str) -> str:
    """At most `_LONGUEUR` letters, whole words, without the full stop."""
    if len(phrase) <= _LONGUEUR:
        return phrase.strip(" .")
    return phrase[:_LONGUEUR].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
