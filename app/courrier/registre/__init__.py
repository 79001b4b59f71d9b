"""The register: a courrier gets a number that is never skipped nor given twice, and names a correspondant."""

from app.courrier.correspondants import Contact, Suggestion, chercher, creer, designer, gardee, modifier, nom_complet, trouver
from app.courrier.registre.enregistrement import enregistrer
from app.courrier.registre.journee import Entree, du_jour
from app.courrier.registre.mots_cles import Usage, mots_de, poser, separer, vocabulaire
from app.courrier.registre.numeros import REGISTRES, chrono, code_suivi, numeroter
from app.courrier.registre.saisie import CANAUX, CONFIDENTIALITES, PRIORITES, SENS, Saisie, controler

__all__ = [
    "CANAUX", "CONFIDENTIALITES", "PRIORITES", "REGISTRES", "SENS", "Contact", "Entree", "Saisie", "Suggestion", "Usage",
    "chercher", "chrono", "code_suivi", "controler", "creer", "designer", "du_jour", "enregistrer", "gardee",
    "modifier", "mots_de", "nom_complet", "numeroter", "poser", "separer", "trouver", "vocabulaire",
]
