"""The courrier of ours that a letter answers: the number that we gave it, quoted."""

import re
from collections.abc import Sequence

from app.courrier.indexation.lignes import Ligne, passages
from app.courrier.indexation.proposition import Proposition, lue

# Nothing goes on before or after it: PA-2026-00012 and D-2026-00012-3 are someone else's.
_CHRONO = re.compile(
    r"(?<![\w/.-])(?:(?P<signe>[a-z][a-z0-9]{1,3})\s?[-–]\s?)?(?P<registre>[adi])\s?[-–]\s?(?P<annee>20\d\d)\s?[-–]\s?"
    r"(?P<numero>\d{5,})(?![\w/-]|\.\d)"
)
_REFERENCE = re.compile(r"\bref|\bvos?\b|\bvotre\b|\breponse\b|\bsuite\b|\bnumero\b|\bsous le\b")
_PAGES = 2


def chrono(toutes: Sequence[Ligne]) -> Proposition | None:
    """The number quoted as ours, as the register writes it; the first of those introduced as a reference, else the first."""
    trouves = [passage for passage in passages(toutes, _CHRONO) if passage.ligne.page <= _PAGES]
    if not trouves:
        return None
    # A sign before it may be another body's of this house, or anybody's: a number without one is surer ours.
    trouves = [passage for passage in trouves if not passage.trouve["signe"]] or trouves
    annonces = [passage for passage in trouves if _REFERENCE.search(passage.avant)]
    passage = (annonces or trouves)[0]
    signe, registre, annee, numero = passage.trouve.group("signe", "registre", "annee", "numero")
    note, dit = 0.95 if annonces else 0.85, "-".join(mot for mot in (signe, registre, annee, numero) if mot).upper()
    return lue("chrono", dit, note, passage, "cite un numéro de notre registre")
