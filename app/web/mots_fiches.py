"""What pages call the fields of a correspondant's sheet, what is in them, and what was done to it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

CHAMPS = {
    "genre": _l("Genre"), "civilite": _l("Civilité"), "nom": _l("Nom"), "prenom": _l("Prénom"), "organisme": _l("Organisme"),
    "fonction": _l("Fonction"), "adresse": _l("Adresse"), "code_postal": _l("Code postal"), "ville": _l("Ville"),
    "pays": _l("Pays"), "courriel": _l("Courriel"), "telephone": _l("Téléphone"), "siret": _l("SIRET"),
    "opposition": _l("Opposition"), "notes": _l("Notes"), "organisme_id": _l("Fiche de l’organisme"), "groupes": _l("Groupes"),
    "numero": _l("Numéro de fiche"),
}  # fmt: skip

VALEURS: Mapping[str, Mapping[str, object]] = {
    "genre": {"personne": _l("une personne"), "organisme": _l("un organisme")},
    "opposition": {
        "": _l("aucune"), "courriel": _l("ne veut pas de courriel"), "limitation": _l("traitement limité à sa demande"),
    },
}

ACTES = {
    "creer": _l("a créé la fiche"), "modifier": _l("a corrigé la fiche"), "organisme": _l("a changé la fiche de son organisme"),
    "importer": _l("a importé la fiche"), "fusionner": _l("a fusionné une autre fiche avec celle-ci"),
    "defaire": _l("a défait une fusion ou un import"), "anonymiser": _l("a rendu la fiche anonyme"),
}


def champ(cle: str) -> object:
    """«Code postal»."""
    return CHAMPS.get(cle, cle)


def valeur(dite: object, cle: str) -> object:
    """What is in a field, in words."""
    return VALEURS.get(cle, {}).get(str(dite or ""), dite)


def acte(cle: str) -> object:
    """«a corrigé la fiche»."""
    return ACTES.get(cle, cle)
