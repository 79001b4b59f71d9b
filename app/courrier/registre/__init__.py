"""The register: a courrier gets a number that is never skipped nor given twice, and correspondants have one sheet each."""

from app.courrier.registre.annuaire import PAGE, adresse, feuilleter, inerte, remarques, tableur, toutes
from app.courrier.registre.correspondants import (
    Contact,
    Suggestion,
    chercher,
    correspondant,
    creer,
    designer,
    modifier,
    nom_complet,
    trouver,
)
from app.courrier.registre.enregistrement import enregistrer
from app.courrier.registre.journee import Entree, du_jour
from app.courrier.registre.mots_cles import Usage, mots_de, poser, separer, vocabulaire
from app.courrier.registre.numeros import REGISTRES, chrono, code_suivi, numeroter
from app.courrier.registre.saisie import CANAUX, CONFIDENTIALITES, PRIORITES, SENS, Saisie, controler

__all__ = [
    "CANAUX", "CONFIDENTIALITES", "PAGE", "PRIORITES", "REGISTRES", "SENS", "Contact", "Entree", "Saisie", "Suggestion", "Usage",
    "adresse", "chercher", "chrono", "code_suivi", "controler", "correspondant", "creer", "designer", "du_jour",
    "enregistrer", "feuilleter", "inerte", "modifier", "mots_de", "nom_complet", "numeroter", "poser", "remarques",
    "separer", "tableur", "toutes", "trouver", "vocabulaire",
]
