"""Finding a courrier again: the index finds words, SQL decides what the reader may see and counts only that."""

from app.courrier.recherche.conditions import Filtres
from app.courrier.recherche.fiches import a_indexer, fiche, fiches, indexe, marquer
from app.courrier.recherche.lecture import ecrire, question
from app.courrier.recherche.resultats import Facette, Resultat, Resultats, chercher

__all__ = [
    "Facette", "Filtres", "Resultat", "Resultats", "a_indexer", "chercher", "ecrire", "fiche", "fiches", "indexe", "marquer",
    "question",
]
