"""Outside people and bodies, one sheet each: found again, grouped, taken in and out, merged when they are there twice."""

from app.courrier.correspondants.annuaire import (
    PAGE,
    Filtre,
    Suggestion,
    chercher,
    completer,
    feuilleter,
    gardee,
    toutes,
    trouver,
)
from app.courrier.correspondants.contact import (
    CHAMPS,
    GENRES,
    OPPOSITIONS,
    Contact,
    contact,
    joignable,
    nom_complet,
    personne,
    siret_juste,
    valider,
)
from app.courrier.correspondants.enveloppe import enveloppe, remarques
from app.courrier.correspondants.fiches import (
    contacts,
    correspondant,
    creer,
    designer,
    historique,
    modifier,
    suivre,
    sujet,
)
from app.courrier.correspondants.tableur import csv_de, inerte, vcards_de

__all__ = [
    "CHAMPS", "GENRES", "OPPOSITIONS", "PAGE", "Contact", "Filtre", "Suggestion", "chercher", "completer", "contact", "contacts",
    "correspondant", "creer", "csv_de", "designer", "enveloppe", "feuilleter", "gardee", "historique", "inerte", "joignable",
    "modifier", "nom_complet", "personne", "remarques", "siret_juste", "suivre", "sujet", "toutes", "trouver", "valider",
    "vcards_de",
]
