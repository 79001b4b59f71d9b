"""The courrier of ours that a letter answers: the number that we gave it, quoted."""

import re
from collections.abc import Sequence

from app.courrier.indexation.lignes import Ligne, passages
from app.courrier.indexation.proposition import Proposition, lue

# Nothing goes on before or after it: PA-2026-00012 and D-2026-00012-3 are someone else's.
_CHRONO = re.compile(r"(?<![\w/.-])(?P<registre>[adi])\s?[-–]\s?(?P<annee>20\d\d)\s?[-–]\s?(?P<numero>\d{5,})(?![\w/-]|\.\d)")
_REFERENCE = re.compile(r"\bref|\bvos?\b|\bvotre\b|\breponse\b|\bsuite\b|\bnumero\b|\bsous le\b")
_PAGES = 2


def chrono(toutes: Sequence[Ligne]) -> Proposition | None:
    """The number quoted as ours, as the register writes it; the first of those introduced as a reference, else the first."""
    trouves = [passage for passage in passages(toutes, _CHRONO) if passage.ligne.page <= _PAGES]
    if not trouves:
        return None
    annonces = [passage for passage in trouves if _REFERENCE.search(passage.avant)]
    passage = (annonces or trouves)[0]
    registre, annee, numero = passage.trouve.group("registre", "annee", "numero")
    note = 0.95 if annonces else 0.85
    return lue("chrono", f"{registre.upper()}-{annee}-{numero}", note, passage, "cite un numéro de notre registre")
