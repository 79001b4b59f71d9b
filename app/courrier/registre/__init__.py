"""The register: a courrier gets a number that is never skipped nor given twice, and names a correspondant."""

from app.courrier.correspondants import Contact, Suggestion, chercher, creer, designer, gardee, modifier, nom_complet, trouver
from app.courrier.registre.enregistrement import enregistrer
from app.courrier.registre.mots_cles import Usage, mots_de, poser, separer, vocabulaire
from app.courrier.registre.numeros import chrono, code_suivi, numeroter
from app.courrier.registre.organismes import (
    REGISTRES,
    a_servi,
    bureaux_de,
    cle,
    fermer_organisme,
    modifier_organisme,
    nom_organisme,
    organisme_de,
    organisme_propose,
    organismes,
    ouvrir_organisme,
    rouvrir_organisme,
    sens_de,
    supprimer_organisme,
    tous_les_registres,
)
from app.courrier.registre.saisie import CANAUX, CONFIDENTIALITES, PRIORITES, SENS, Saisie, controler

__all__ = [
    "CANAUX", "CONFIDENTIALITES", "PRIORITES", "REGISTRES", "SENS", "Contact", "Saisie", "Suggestion", "Usage", "a_servi",
    "bureaux_de", "chercher", "chrono", "cle", "code_suivi", "controler", "creer", "designer", "enregistrer", "fermer_organisme",
    "gardee", "modifier", "modifier_organisme", "mots_de", "nom_complet", "nom_organisme", "numeroter", "organisme_de",
    "organisme_propose", "organismes", "ouvrir_organisme", "poser", "rouvrir_organisme", "sens_de", "separer",
    "supprimer_organisme", "tous_les_registres", "trouver", "vocabulaire",
]
