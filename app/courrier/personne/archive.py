"""The archive that is handed over: one page to read, the same as JSON, and the files; it needs nothing from outside."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, BinaryIO

from app.courrier import delais
from app.courrier.personne.releve import Fichier, Releve
from app.courrier.ports import Coffre

OCTETS = 500_000_000
"""The most that the files of one archive may weigh together."""

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%}.attention{border:2px solid #8a4b00;padding:.5rem 1rem}td{white-space:pre-line}"
    "th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
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
            archive.writestr(fichier.chemin, coffre.get(fichier.sha256))
            remis.append(fichier.chemin)
            pris += fichier.taille
    return remis


def _page(releve: Releve, donnees: Mapping[str, Any], omis: Sequence[str]) -> str:
    sections = "".join(
        f"<h2>{escape(titre)}</h2>{_table(donnees[cle], liens=cle == 'pieces')}" for cle, titre in _TITRES.items()
    )
    manque = "".join(f"<li>{escape(dit)}</li>" for dit in omis)
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Données personnelles</title><style>{_STYLE}</style></head><body>"
        f"<h1>Données personnelles</h1><p>Relevé fait le {escape(delais.long(delais.jour(releve.fait_le)))}, au titre du droit"
        f" d’accès et de la portabilité (RGPD, articles 15 et 20). Les mêmes données sont dans donnees.json.</p>"
        f'<p class="attention"><strong>À lire avant de remettre.</strong> {escape(_ATTENTION)}</p>{sections}'
        f"<h2>Ce qui n’y est pas, et pourquoi</h2><ul>{manque}</ul></body></html>"
    )


def _table(rangs: Sequence[Mapping[str, Any]], *, liens: bool) -> str:
    if not rangs:
        return "<p>Rien.</p>"
    cles = [cle for cle in rangs[0] if cle != "sha256"]
    tete = "".join(f'<th scope="col">{escape(cle.replace("_", " "))}</th>' for cle in cles)
    corps = "".join(f"<tr>{_cellules(rang, cles, liens=liens)}</tr>" for rang in rangs)
    return f"<table><thead><tr>{tete}</tr></thead><tbody>{corps}</tbody></table>"


def _cellules(rang: Mapping[str, Any], cles: Sequence[str], *, liens: bool) -> str:
    return "".join(f"<td>{_dite(rang[cle], lien=liens and cle == 'chemin')}</td>" for cle in cles)


def _dite(valeur: Any, *, lien: bool = False) -> str:
    if lien:
        return f'<a href="{escape(str(valeur))}">{escape(str(valeur))}</a>'
    if isinstance(valeur, Mapping):
        return "".join(f"<div>{escape(str(cle))} : {_dite(dite)}</div>" for cle, dite in valeur.items() if dite not in ("", None))
    if isinstance(valeur, list):
        return ", ".join(_dite(une) for une in valeur)
    return escape("" if valeur is None else str(valeur))
