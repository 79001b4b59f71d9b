"""The archive that is handed over: one page to read, the same as JSON, and the files; it needs nothing from outside."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from email import policy
from email.parser import BytesParser
from html import escape
from typing import Any, BinaryIO

from app.courrier import delais
from app.courrier.personne.releve import Fichier, Releve
from app.courrier.ports import Coffre

OCTETS = 500_000_000
"""The most that the files of one archive may weigh together."""

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:0 0 1rem}td{white-space:pre-line}"
    ".attention{border:2px solid #8a4b00;padding:.5rem 1rem}"
    "th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{width:38%;background:#f3f3f0;font-weight:normal}"
)
_ATTENTION = (
    "Ce relevé peut contenir des données d’autres personnes, nommées dans les lettres ou les pièces. Avant de le remettre,"
    " relisez-le et masquez ce qui porterait atteinte à leurs droits (RGPD, article 15, paragraphe 4). Vérifiez l’identité de la"
    " personne qui le demande, et remettez-le par un moyen sûr."
)
_TITRES: Mapping[str, str] = {
    "fiches": "Fiche", "changements": "Ce qui a changé", "courriers": "Courriers", "demandes": "Demandes envoyées en ligne",
    "envois": "Envois et accusés de réception", "journal": "Lignes du journal", "pieces": "Pièces",
}

_MOTS: Mapping[str, str] = {
    "numero": "numéro", "prenom": "prénom", "civilite": "civilité", "telephone": "téléphone", "siret": "SIRET",
    "apres": "après", "chrono": "numéro", "reference": "référence", "recommande": "n° de recommandé", "etat": "état",
    "confidentialite": "confidentialité", "date_courrier": "date du courrier", "recu_le": "reçu le", "quand": "le",
    "chemin": "fichier", "taille": "taille (octets)", "recepisse": "récépissé",
}  # fmt: skip
_CODES: Mapping[str, str] = {
    "depart": "départ", "arrivee": "arrivée", "telephone": "téléphone", "envoye": "envoyé", "annule": "annulé", "echec": "échec",
    "accuse": "accusé de réception", "reponse": "réponse", "creer": "création",
}
_FICHIERS = {"chemin", "en_clair"}
_CODEES = {"sens", "canal", "etat", "genre", "acte"}
_DATEES = {"le", "quand", "fait_le", "recu_le", "clos_le", "date_courrier"}


def ecrire(releve: Releve, coffre: Coffre, vers: BinaryIO) -> None:
    """Write the archive (ZIP). A file that is gone from the vault, or is one too many, is named among what was left out."""
    absents: list[str] = []
    with zipfile.ZipFile(vers, "w", zipfile.ZIP_DEFLATED) as archive:
        remis = list(_ajouter(archive, releve.fichiers, coffre, absents))
        complet = [*releve.omis, *absents]
        donnees = {"fait_le": releve.fait_le.isoformat(), **releve.donnees, "omis": complet,
                   "pieces": [une for une in releve.donnees["pieces"] if une["chemin"] in remis]}  # fmt: skip
        archive.writestr("donnees.json", json.dumps(donnees, ensure_ascii=False, indent=1))
        archive.writestr("index.html", _page(releve, donnees, complet))


def _ajouter(archive: zipfile.ZipFile, fichiers: Sequence[Fichier], coffre: Coffre, absents: list[str]) -> Sequence[str]:
    remis, pris = [], 0
    for fichier in fichiers:
        if pris + fichier.taille > OCTETS:
            absents.append(f"La pièce {fichier.chemin} : l’archive serait trop lourde. Remettez-la à part.")
        elif not coffre.has(fichier.sha256):
            absents.append(f"La pièce {fichier.chemin} : elle manque au coffre. Prévenez l’administrateur.")
        else:
            contenu = coffre.get(fichier.sha256)
            archive.writestr(fichier.chemin, contenu)
            if fichier.en_clair:
                archive.writestr(fichier.en_clair, _en_clair(contenu))
            remis.append(fichier.chemin)
            pris += fichier.taille
    return remis


def _en_clair(courriel: bytes) -> str:
    """An e-mail that we wrote, for who has no mail program at hand."""
    message = BytesParser(policy=policy.default).parsebytes(courriel)
    entetes = (("De", "From"), ("À", "To"), ("Date", "Date"), ("Objet", "Subject"))
    corps = message.get_body(("plain",))
    dits = "".join(f"{mot} : {message.get(nom, '')}\n" for mot, nom in entetes)
    return f"{dits}\n{corps.get_content() if corps else ''}"


def _page(releve: Releve, donnees: Mapping[str, Any], omis: Sequence[str]) -> str:
    sections = "".join(
        f"<h2>{escape(titre)}</h2>{_table(donnees[cle], liens=cle == 'pieces')}" for cle, titre in _TITRES.items()
    )
    manque = "".join(f"<li>{escape(dit)}</li>" for dit in omis)
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Données personnelles</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>Données personnelles</h1><p>Relevé fait le {escape(delais.long(delais.jour(releve.fait_le)))}, au titre du droit"
        f" d’accès et de la portabilité (RGPD, articles 15 et 20). Le fichier donnees.json contient les mêmes données, pour un"
        " logiciel.</p>"
        f'<p class="attention"><strong>À lire avant de remettre.</strong> {escape(_ATTENTION)}</p>{sections}'
        f"<h2>Ce qui n’y est pas, et pourquoi</h2><ul>{manque}</ul></main></body></html>"
    )


def _table(rangs: Sequence[Mapping[str, Any]], *, liens: bool) -> str:
    """One table a record, a line a mention: read on a telephone and printed upright; what is empty is not shown."""
    if not rangs:
        return "<p>Rien.</p>"
    return "".join(f"<table><tbody>{_mentions(rang, liens=liens)}</tbody></table>" for rang in rangs)


def _mentions(rang: Mapping[str, Any], *, liens: bool) -> str:
    # What we wrote was never received: it may not even have left, which «Envois» tells.
    mots = {"recu_le": "enregistré le"} if rang.get("sens") in ("depart", "interne") else {}
    dits = [(cle, dite) for cle, dite in rang.items() if cle != "sha256" and dite not in ("", None, [], {})]
    return "".join(
        f'<tr><th scope="row">{escape(mots.get(cle) or _mot(cle))}</th>'
        f'<td>{_dite(_claire(cle, dite), lien=liens and cle in _FICHIERS)}</td></tr>'
        for cle, dite in dits
    )  # fmt: skip


def _mot(cle: str) -> str:
    return _MOTS.get(cle, cle.replace("_", " "))


def _claire(cle: str, valeur: Any) -> Any:
    """A code or a moment in words; donnees.json keeps what is stored."""
    if cle in _CODEES:
        return _CODES.get(valeur, str(valeur).replace("_", " ").replace("-", " "))
    if cle in _DATEES and "T" in str(valeur):
        moment = datetime.fromisoformat(valeur).astimezone(delais.PARIS)
        return f"{delais.long(delais.jour(moment))} à {moment:%H:%M}"
    return delais.long(date.fromisoformat(valeur)) if cle in _DATEES else valeur


def _dite(valeur: Any, *, lien: bool = False) -> str:
    if lien:
        return f'<a href="{escape(str(valeur))}">{escape(str(valeur))}</a>'
    if isinstance(valeur, Mapping):
        dites = ((cle, dite) for cle, dite in valeur.items() if dite not in ("", None))
        return "".join(f"<div>{escape(_mot(str(cle)))} : {_dite(dite)}</div>" for cle, dite in dites)
    if isinstance(valeur, list):
        return ", ".join(_dite(une) for une in valeur)
    return escape("" if valeur is None else str(valeur))
