"""What arrives is captured before it is registered: filed, read by a worker, sorted by a clerk; nothing is ever lost."""

from app.courrier.depot.arrivee import (
    Jointe,
    compter,
    deja_la,
    deposer,
    depot,
    jumeaux,
    liste,
    nom_propre,
    original,
    piece,
    pieces,
)
from app.courrier.depot.lecture import ESSAIS, IMPREVUE, a_lire, avancer, encore, illisible, lu, reserver
from app.courrier.depot.tri import disponible, ecarter, ecartes, enregistre, joindre, prendre, rendre, reprendre, rouvrir

__all__ = [
    "ESSAIS", "IMPREVUE", "Jointe", "a_lire", "avancer", "compter", "deja_la", "deposer", "depot", "disponible", "ecarter",
    "ecartes", "encore", "enregistre", "illisible", "joindre", "jumeaux", "liste", "lu", "nom_propre", "original", "piece",
    "pieces", "prendre", "rendre", "reprendre", "reserver", "rouvrir",
]
