"""Whom the letter is for: «À l’attention de Mme Montel», «Service urbanisme» in the block of the address."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from app.courrier.indexation.lignes import Ligne, Passage, blocs, passages, plier
from app.courrier.indexation.proposition import Proposition, lue

_ATTENTION = re.compile(
    r"(?:\ba\s+l'att(?:ention|\.|n\.?)?(?:\s+(?:de|du|des|d')|\s*:)|\battn\s*:)\s*(?:la\s+|le\s+|l')?(?P<qui>[a-z][^,;:]{2,70})"
)
_SERVICE = re.compile(
    r"^(?P<qui>(?:service|bureau|direction|pole|departement|cellule)s?\s+(?:(?:de|du|des|d')\s*(?:la\s+|l')?)?"
    r"[a-z][^,;:]{2,50})$"
)
_PERSONNE = re.compile(r"^(?:m\.|mr|mme|mlle|monsieur|madame|mademoiselle)\s+(?!(?:le|la|les)\b|l')[a-z][^,;:]{2,50}$")
_HAUT = 0.6
_FENETRE = 0.4
_ADRESSE = 0.45


def destinataire(toutes: Sequence[Ligne], qui: Sequence[Proposition], nous: Sequence[str] = ()) -> Proposition | None:
    """The person or bureau named as the recipient, as it is written; never the sender's own service."""
    leurs = {proposition.extrait for proposition in qui}
    haut = [ligne for ligne in toutes if ligne.page == 1 and (ligne.boite is None or ligne.boite[1] < _HAUT)]
    # Line by line: what stands below is another line of the address.
    for passage in _seules(haut, _ATTENTION):
        return lue("destinataire", _valeur(passage.texte, passage.trouve), 0.92, passage, "nommé après «à l’attention de»")
    for bloc in blocs(haut):
        if _le_notre(bloc, nous) and (nommee := next(_seules(bloc[:2], _PERSONNE), None)):
            return lue("destinataire", nommee.texte, 0.88, nommee, "nommé dans l’adresse")
    for passage in _seules([ligne for ligne in haut if ligne.texte not in leurs], _SERVICE):
        boite = passage.ligne.boite
        if boite and boite[0] > _FENETRE and boite[1] < _ADRESSE:
            return lue("destinataire", passage.texte, 0.9, passage, "service nommé dans l’adresse")
    return None


def _le_notre(bloc: Sequence[Ligne], nous: Sequence[str]) -> bool:
    notres = [plier(texte) for texte in nous]
    return any(notre and notre in ligne.plie for ligne in bloc for notre in notres)


def _seules(toutes: Sequence[Ligne], motif: re.Pattern[str]) -> Iterator[Passage]:
    return chain.from_iterable(passages([ligne], motif) for ligne in toutes)


def _valeur(texte: str, trouve: re.Match[str]) -> str:
    return texte[trouve.start("qui") - trouve.start() :].strip(" .")
