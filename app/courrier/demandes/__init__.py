"""Demands that usagers send by themselves: received with a number at once, acknowledged, braked when there are too many."""

from app.courrier.demandes.frein import ECRIRE, SUIVRE, Regle, oublier, rendre, tenter
from app.courrier.demandes.page import html
from app.courrier.demandes.recepisse import a_accuser, accusee, echouee, message, reserver
from app.courrier.demandes.reception import (
    Fichier,
    a_composer,
    composee,
    de,
    demande,
    joints,
    par_cle,
    propositions,
    recevoir,
    releve,
)
from app.courrier.demandes.saisie import OBJET_MAX, TEXTE_MAX, Missive, controler, natures_ouvertes

__all__ = [
    "ECRIRE", "OBJET_MAX", "SUIVRE", "TEXTE_MAX", "Fichier", "Missive", "Regle", "a_accuser", "a_composer", "accusee",
    "composee", "controler", "de", "demande", "echouee", "html", "joints", "message", "natures_ouvertes", "oublier", "par_cle",
    "propositions", "recevoir", "releve", "rendre", "reserver", "tenter",
]
