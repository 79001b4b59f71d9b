"""The same letter come twice, whatever way: found by its bytes, its Message-ID, its pages or its words; a person decides."""

from app.courrier.doublons.decisions import autre, detacher, distinguer, ecarter, joindre, receptions
from app.courrier.doublons.fonds import anciennes, laisser, refaire, retenir
from app.courrier.doublons.mentions import chronos, dossiers
from app.courrier.doublons.rapprochement import RAISONS, Jumeau, Rapprochements, rapprocher
from app.courrier.doublons.voisins import portant

__all__ = [
    "RAISONS", "Jumeau", "Rapprochements", "anciennes", "autre", "chronos", "detacher", "distinguer", "dossiers", "ecarter",
    "joindre", "laisser", "portant", "rapprocher", "receptions", "refaire", "retenir",
]
