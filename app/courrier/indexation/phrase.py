"""What a letter without a subject asks, in its own words: the first sentence that asks, as a candidate to cut short."""

import re
from collections.abc import Sequence

from app.courrier.indexation import formules
from app.courrier.indexation.lignes import Ligne, plier, union
from app.courrier.indexation.proposition import Proposition

_PHRASES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«])")
_SURE = 0.3
_LONGUEUR = 140


def demandee(toutes: Sequence[Ligne]) -> Proposition | None:
    """The sentence, cut at a word; never sure enough to fill the field."""
    page = [ligne for ligne in toutes if ligne.page == 1 and not ligne.pied]
    etendue = formules.corps([ligne.plie for ligne in page])
    if etendue is None:
        return None
    corps = page[slice(*etendue)]
    phrases = _PHRASES.split(" ".join(ligne.texte for ligne in corps))
    phrase = next((une for une in phrases if formules.DEMANDE.search(plier(une))), None)
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
