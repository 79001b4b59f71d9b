"""Circuits: which one a courrier takes (`hote`), how designers draw them (`atelier`) and draw them again (`migration`)."""

from app.courrier.circuits.atelier import (
    Fiche,
    brouillon,
    commencer,
    enregistrer,
    fiches,
    ouvrir,
    pour_l_arrivee,
    publie,
    reserver,
    retirer,
    titres,
)
from app.courrier.circuits.hote import (
    Dit,
    Orientation,
    courrier_de,
    demarrer,
    groupes,
    hote,
    natures_dites,
    nom_du_circuit,
    orienter,
    ou_en_est,
    ouvrir_aux_acteurs,
    previsions,
    sujet,
)
from app.courrier.circuits.migration import Passage, a_passer, a_revenir, essayer, passages, passer, revenir

__all__ = [
    "Dit", "Fiche", "Orientation", "Passage", "a_passer", "a_revenir", "brouillon", "commencer", "courrier_de", "demarrer",
    "enregistrer", "essayer", "fiches", "groupes", "hote", "natures_dites", "nom_du_circuit", "orienter", "ou_en_est", "ouvrir",
    "ouvrir_aux_acteurs", "passages", "passer", "pour_l_arrivee", "previsions", "publie", "reserver", "retirer", "revenir",
    "sujet", "titres",
]
