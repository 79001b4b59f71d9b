"""Batches: cut at their separator sheets, put together again by the clerks, page by page; what came never changes."""

from app.courrier.lots.composition import AFaire, Page, a_faire, courante, faite, feuilles, rang, sources
from app.courrier.lots.decoupe import Lettre, decouper
from app.courrier.lots.ensemble import SANS_PAGE, a_assembler, assembler
from app.courrier.lots.gestes import couper, defaire, joindre, ordonner, oter, tourner
from app.courrier.lots.repartition import repartir
from app.courrier.lots.separation import CONFIDENTIALITES, Feuille, de_separation, ecrire, lire, proposer
from app.courrier.lots.versions import dernier

__all__ = [
    "CONFIDENTIALITES", "SANS_PAGE", "AFaire", "Feuille", "Lettre", "Page", "a_assembler", "a_faire", "assembler", "couper",
    "courante", "de_separation", "decouper", "defaire", "dernier", "ecrire", "faite", "feuilles", "joindre", "lire", "ordonner",
    "oter", "proposer", "rang", "repartir", "sources", "tourner",
]
