"""Whether the letter cannot wait: a formal notice, a danger, an urgency that it claims for itself."""

import re
from collections.abc import Sequence

from app.courrier.indexation.lignes import Ligne, passages
from app.courrier.indexation.proposition import Proposition, lue

_GRAVE = re.compile(
    r"\b(?:mis(?:e|es)? en demeure|(?:mets|mettons|met) en demeure|peril (?:grave|imminent)|danger (?:grave|immediat|imminent)"
    r"|sous (?:24|48|72|vingt-quatre|quarante-huit) ?h(?:eures)?|referes?(?:-liberte)?"
    r"|(?:commissaire|huissier) de justice)\b"
)
_URGENT = re.compile(r"\b(?:urgent(?:e|es|s)?|urgence|en extreme urgence)\b")
# The conditions printed under an invoice, the services that are named so, what is said not to be.
_SANS = re.compile(r"\b(?:sans|prealable|aucune|pas|non|nulle|ni|necessaire|n'est|plus)\b[^.]{0,25}$")
_APRES = re.compile(r"^[^.]{0,12}\b(?:prealable|ne soit|n'est|soit necessaire)\b")
_NOMS = re.compile(
    r"\b(?:service|services|numero|numeros|appel|hebergement|logement|accueil|soins?|plan|fonds|secours|etat|mesures?|aide"
    r"|vehicules?|issue|sortie|contact|medecin)s?\s+(?:d'|des\s+|en\s+|cas\s+d')?$|\ben\s+cas\s+d'$"
)
_PAGES = 2


def priorite(toutes: Sequence[Ligne]) -> Proposition | None:
    """«urgente» with the words that say so; nothing when none do."""
    pages = [ligne for ligne in toutes if ligne.page <= _PAGES]
    for motif, note, raison in (
        (_GRAVE, 0.85, "mise en demeure, danger ou délai d’heures"), (_URGENT, 0.7, "la lettre se dit urgente"),
    ):
        for passage in passages(pages, motif):
            if not (_SANS.search(passage.avant) or _APRES.match(passage.apres) or _NOMS.search(passage.avant)):
                return lue("priorite", "urgente", note, passage, raison)
    return None
