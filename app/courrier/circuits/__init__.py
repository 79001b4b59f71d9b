"""Circuits: which one a courrier takes and how it goes along it (`hote`), and how designers draw them (`atelier`)."""

from app.courrier.circuits.atelier import Fiche, brouillon, commencer, enregistrer, fiches, ouvrir, publie, reserver, retirer
from app.courrier.circuits.hote import (
    Orientation,
    courrier_de,
    demarrer,
    groupes,
    hote,
    nom_du_circuit,
    orienter,
    ou_en_est,
    ouvrir_aux_acteurs,
    previsions,
    sujet,
)

__all__ = [
    "Fiche", "Orientation", "brouillon", "commencer", "courrier_de", "demarrer", "enregistrer", "fiches", "groupes", "hote",
    "nom_du_circuit", "orienter", "ou_en_est", "ouvrir", "ouvrir_aux_acteurs", "previsions", "publie", "reserver", "retirer",
    "sujet",
]
