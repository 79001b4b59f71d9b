"""A correspondant's sheet as it is typed, and what is wrong with it, all fields at once."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from email_validator import EmailNotValidError, validate_email

from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Correspondant
from engine import Phrase

GENRES = ("personne", "organisme")
OPPOSITIONS = ("", "courriel", "limitation")
"""Nothing; no e-mail (RGPD art. 21); the sheet is kept but no longer used or handed on (art. 18)."""

_LONGUEURS = {
    "civilite": 20, "nom": 200, "prenom": 100, "organisme": 200, "fonction": 100, "adresse": 1000, "code_postal": 10,
    "ville": 100, "pays": 50, "courriel": 200, "telephone": 50, "siret": 14, "notes": 4000,
}  # fmt: skip
_LA_POSTE = "356000000"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A correspondant's sheet as typed; a body may have a person in it (`nom`), a person a body (`organisme`)."""

    genre: str = "personne"
    civilite: str = ""
    nom: str = ""
    prenom: str = ""
    organisme: str = ""
    fonction: str = ""
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    pays: str = ""
    courriel: str = ""
    telephone: str = ""
    siret: str = ""
    opposition: str = ""
    notes: str = ""


CHAMPS = tuple(champ.name for champ in fields(Contact))


def contact(fiche: Correspondant) -> Contact:
    """What a sheet says."""
    return Contact(**{champ: getattr(fiche, champ) for champ in CHAMPS})


def nom_complet(fiche: Correspondant | Contact | None) -> str:
    """«Mme Hélène Caradec», «Mme Hélène Caradec, Les Amis du kiosque», «Les Amis du kiosque», or nothing."""
    return ", ".join(mot for mot in (personne(fiche), fiche.organisme) if mot) if fiche else ""


def personne(fiche: Correspondant | Contact) -> str:
    """«Mme Hélène Caradec»; nothing when the sheet names no person."""
    return " ".join(mot for mot in (fiche.civilite, fiche.prenom, fiche.nom) if mot) if fiche.nom else ""


def joignable(fiche: Correspondant) -> str:
    """The e-mail address that we may write to; nothing when they asked not to be written to by e-mail."""
    return "" if fiche.opposition == "courriel" else fiche.courriel


def valider(saisi: Contact, prefixe: str = "") -> dict[str, str]:
    """The clean values of a sheet by field; `SaisieRefusee`, its fields named after `prefixe`."""
    valeurs = {
        champ: "\n".join(" ".join(ligne.split()) for ligne in str(valeur).splitlines()).strip()
        for champ, valeur in asdict(saisi).items()
    }
    valeurs["courriel"] = valeurs["courriel"].lower()
    valeurs["siret"] = re.sub(r"\s", "", valeurs["siret"])
    valeurs["pays"] = "" if valeurs["pays"].casefold() == "france" else valeurs["pays"]
    erreurs = {**_longueurs(valeurs), **_choix(valeurs), **_formes(valeurs)}
    if erreurs:
        raise SaisieRefusee({prefixe + champ: phrase for champ, phrase in erreurs.items()})
    return valeurs


def siret_juste(siret: str) -> bool:
    """Fourteen digits whose key is right: Luhn's, or for La Poste's establishments a sum of digits that 5 divides (INSEE)."""
    if not re.fullmatch(r"[0-9]{14}", siret):
        return False
    # The head office of La Poste has a number that Luhn's key accepts, its offices have not.
    doubles = (int(chiffre) * (2 if rang % 2 == 0 else 1) for rang, chiffre in enumerate(siret))
    luhn = sum(nombre - 9 if nombre > 9 else nombre for nombre in doubles) % 10 == 0
    return luhn or (siret.startswith(_LA_POSTE) and sum(map(int, siret)) % 5 == 0)


def _longueurs(valeurs: Mapping[str, str]) -> dict[str, str]:
    return {
        champ: Phrase("Écrivez au plus {maximum} signes.", maximum=maximum)
        for champ, maximum in _LONGUEURS.items() if len(valeurs[champ]) > maximum
    }


def _choix(valeurs: Mapping[str, str]) -> dict[str, str]:
    erreurs = {}
    if valeurs["genre"] not in GENRES:
        erreurs["genre"] = "Choisissez personne ou organisme."
    if valeurs["opposition"] not in OPPOSITIONS:
        erreurs["opposition"] = "Choisissez dans la liste."
    if not valeurs["nom"] and not valeurs["organisme"]:
        erreurs["organisme" if valeurs["genre"] == "organisme" else "nom"] = "Donnez le nom du correspondant."
    return erreurs


def _formes(valeurs: Mapping[str, str]) -> dict[str, str]:
    erreurs = {}
    if valeurs["courriel"] and not _est_courriel(valeurs["courriel"]):
        erreurs["courriel"] = "Cette adresse n’est pas une adresse électronique."
    if valeurs["telephone"] and not re.fullmatch(r"\+?[0-9\s.()/-]{6,}", valeurs["telephone"]):
        erreurs["telephone"] = "Ce numéro de téléphone ne se compose pas."
    if valeurs["siret"] and not re.fullmatch(r"[0-9]{14}", valeurs["siret"]):
        erreurs["siret"] = "Un SIRET a quatorze chiffres."
    elif valeurs["siret"] and not siret_juste(valeurs["siret"]):
        erreurs["siret"] = "Ce SIRET n’existe pas : sa clé de contrôle est fausse. Relisez ses chiffres."
    return erreurs


def _est_courriel(adresse: str) -> bool:
    try:
        validate_email(adresse, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
