"""What was typed in a form, as the trade wants it."""

from collections.abc import Mapping
from typing import Any

from flask import abort, request
from flask_babel import lazy_gettext as _l

from app.courrier import registre
from app.web.urls import numero

ORGANISMES = ("association", "collectif", "sarl", "sas", "syndicat", "préfecture", "mairie", "société", "entreprise", "école")

CONTACT = ("adresse", "code_postal", "ville", "courriel", "telephone", "siret")
ENREGISTREMENT = (
    *("correspondant_id", "expediteur", *CONTACT, "objet", "date_courrier", "recu_le", "repond_a", "nature_id", "bureau_id"),
    *("reference", "recommande", "canal", "priorite", "confidentialite", "mots", "reponse_voulue", "circuit", "personne"),
    "organisme",
)
"""The fields of the registration form, beside its list of copies."""


MOTS = {
    "expediteur": _l("Expéditeur"), "adresse": _l("Adresse"), "code_postal": _l("Code postal"), "ville": _l("Ville"),
    "courriel": _l("Courriel"), "telephone": _l("Téléphone"), "siret": _l("SIRET"), "objet": _l("Objet"),
    "date_courrier": _l("Date du courrier"), "nature_id": _l("Nature"), "bureau_id": _l("Bureau"),
    "reference": _l("Leur référence"), "recommande": _l("N° de recommandé"), "mots": _l("Mots-clés"),
}  # fmt: skip
"""What the form calls what a clerk types in it."""


def lisible() -> None:
    """Refuse a request that holds the NUL sign: nobody types it, and PostgreSQL keeps it nowhere."""
    noms = (fichier.filename or "" for fichier in request.files.values())
    if any("\0" in mot for mot in (request.path, *request.args.values(), *request.form.values(), *noms)):
        abort(400)


def nombre_de(valeurs: Mapping[str, Any], cle: str) -> int | None:
    """The number of a row, or nothing."""
    try:
        return numero(str(valeurs.get(cle) or ""))
    except ValueError:
        return None


def typees() -> dict[str, Any]:
    """What the form of this request holds: a text by field, and the numbers of the bureaux that get a copy."""
    return {**request.form.to_dict(), "copies": request.form.getlist("copies", type=numero)}


def brouillon_de(valeurs: Mapping[str, Any], depart: Mapping[str, str]) -> dict[str, Any]:
    """What was typed in the registration form: only what differs from what the form held, so that better proposals count."""
    poses = {cle: depart.get(cle, "").replace("\n", ", ") for cle in ENREGISTREMENT}
    tapes = {cle: valeurs[cle] for cle, pose in poses.items() if cle in valeurs and valeurs[cle] != pose}
    return {**tapes, **({"copies": valeurs["copies"]} if valeurs["copies"] else {})}


def dites(valeurs: Mapping[str, Any], noms: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """What was typed in the registration form, field after field, in words; `noms`: of the values that are numbers."""
    return [
        (str(MOTS[cle]), noms[cle].get(valeurs[cle], "") if cle in noms else str(valeurs[cle]))
        for cle in MOTS if valeurs.get(cle)
    ]


def contact_de(valeurs: Mapping[str, Any]) -> registre.Contact:
    """A correspondant's sheet from the fields of a form; a name that says a body is one."""
    nom = str(valeurs.get("nom") or "").strip()
    champs = {cle: str(valeurs.get(cle) or "").strip() for cle in CONTACT}
    if any(mot in nom.lower().split() for mot in ORGANISMES):
        return registre.Contact(genre="organisme", organisme=nom, **champs)
    civilite, _, reste = nom.partition(" ")
    if civilite.rstrip(".").lower() in ("m", "mme", "mlle", "madame", "monsieur") and reste:
        return registre.Contact(civilite={"madame": "Mme", "monsieur": "M."}.get(civilite.lower(), civilite), nom=reste, **champs)
    return registre.Contact(nom=nom, **champs)
