"""What was typed in a form, as the trade wants it."""

from collections.abc import Mapping
from typing import Any

from flask import abort, request

from app.courrier import registre
from app.web.urls import numero

ORGANISMES = ("association", "collectif", "sarl", "sas", "syndicat", "préfecture", "mairie", "société", "entreprise", "école")

CONTACT = ("adresse", "code_postal", "ville", "courriel", "telephone", "siret")


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
