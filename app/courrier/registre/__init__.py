"""The register: a courrier gets a number that is never skipped nor given twice, and names a correspondant."""

from app.courrier.correspondants import Contact, Suggestion, chercher, creer, designer, gardee, modifier, nom_complet, trouver
from app.courrier.registre.enregistrement import enregistrer
from app.courrier.registre.mots_cles import Usage, mots_de, poser, separer, vocabulaire
from app.courrier.registre.numeros import chrono, code_suivi, numeroter
from app.courrier.registre.organismes import (
    REGISTRES,
    cle,
    nom_organisme,
    organisme_de,
    organismes,
    ouvrir_organisme,
    sens_de,
    tous_les_registres,
)
from app.courrier.registre.saisie import CANAUX, CONFIDENTIALITES, PRIORITES, SENS, Saisie, controler

__all__ = [
    "CANAUX", "CONFIDENTIALITES", "PRIORITES", "REGISTRES", "SENS", "Contact", "Saisie", "Suggestion", "Usage", "chercher",
    "chrono", "cle", "code_suivi", "controler", "creer", "designer", "enregistrer", "gardee", "modifier", "mots_de",
    "nom_complet", "nom_organisme", "numeroter", "organisme_de", "organismes", "ouvrir_organisme", "poser", "sens_de", "separer",
    "tous_les_registres", "trouver", "vocabulaire",
]
