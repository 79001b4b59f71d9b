"""What arrives is captured before it is registered: filed, read by a worker, sorted by a clerk; nothing is ever lost."""

from app.courrier.depot.arrivee import (
    TAILLE,
    Jointe,
    compter,
    deja_la,
    deposer,
    depot,
    jumeaux,
    liste,
    nom_propre,
    original,
    originaux,
    piece,
    pieces,
)
from app.courrier.depot.ensemble import avec_pieces, en_pages
from app.courrier.depot.lecture import (
    ESSAIS,
    IMPREVUE,
    REMISES,
    SANS_PLACE,
    TROP_DE_PLACE,
    a_lire,
    avancer,
    encore,
    illisible,
    lu,
    prolonger,
    remettre,
    reserver,
    tenir,
)
from app.courrier.depot.tri import (
    ABANDON,
    devancer,
    disponible,
    ecarter,
    ecartes,
    enregistre,
    joindre,
    prendre,
    rendre,
    reprendre,
    rouvrir,
    suivant,
)

__all__ = [
    "ABANDON", "ESSAIS", "IMPREVUE", "REMISES", "SANS_PLACE", "TAILLE", "TROP_DE_PLACE", "Jointe", "a_lire", "avancer",
    "avec_pieces", "compter", "deja_la", "deposer", "depot", "devancer", "disponible", "ecarter", "ecartes", "en_pages",
    "encore", "enregistre", "illisible", "joindre", "jumeaux", "liste", "lu", "nom_propre", "original", "originaux", "piece",
    "pieces", "prendre", "prolonger", "remettre", "rendre", "reprendre", "reserver", "rouvrir", "suivant", "tenir",
]
