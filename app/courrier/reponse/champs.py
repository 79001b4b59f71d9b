"""Merge fields: `{{ courrier.chrono }}` in a template becomes the courrier's own; a name that is none is told, never guessed."""

import html
import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import delais, horloge
from app.courrier.registre import nom_complet
from app.courrier.tables import Agent, Bureau, Correspondant, Courrier, Modele, Nature

CHAMPS: Mapping[str, str] = {
    "courrier.chrono": "numéro du courrier au registre",
    "courrier.objet": "objet du courrier reçu",
    "courrier.date": "date que porte le courrier reçu",
    "courrier.recu_le": "date à laquelle il est arrivé",
    "courrier.reference": "référence de son auteur",
    "courrier.nature": "nature du courrier",
    "courrier.code_suivi": "code de suivi de la demande",
    "courrier.echeance": "date à laquelle une réponse est attendue",
    "correspondant.nom_complet": "civilité, prénom et nom",
    "correspondant.appel": "«Madame,», «Monsieur,» ou «Madame, Monsieur,»",
    "correspondant.nom": "nom",
    "correspondant.prenom": "prénom",
    "correspondant.organisme": "organisme",
    "correspondant.adresse": "adresse postale sur une ligne",
    "correspondant.courriel": "adresse électronique",
    "agent.nom": "prénom et nom de l’agent chargé du dossier",
    "agent.qualite": "sa qualité",
    "agent.courriel": "son adresse électronique",
    "bureau.nom": "bureau chargé du dossier",
    "bureau.adresse": "son adresse postale",
    "bureau.telephone": "son téléphone",
    "bureau.courriel": "son adresse électronique",
    "implicite.date": "date à laquelle le silence vaut décision",
    "mention.recours": "délais et voies de recours (modèle «recours»)",
    "mention.attestation": "attestation de décision implicite (modèle «attestation»)",
    "aujourdhui": "date du jour",
}
"""The fields that templates may name, with what each one is."""

_CHAMP = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def inconnus(texte: str) -> list[str]:
    """The names between double braces that are no field, each once, in the order they come."""
    return list(dict.fromkeys(nom for nom in _CHAMP.findall(texte) if nom not in CHAMPS))


def absents(texte: str, voulus: list[str]) -> list[str]:
    """Those of these fields that a template does not name."""
    nommes = set(_CHAMP.findall(texte))
    return [nom for nom in voulus if nom not in nommes]


def fusionner(texte: str, valeurs: Mapping[str, str], *, echapper: bool = False) -> str:
    """The text with its fields filled, escaped for HTML when asked; a name that is no field stays as it was typed."""
    def remplir(trouve: re.Match[str]) -> str:
        valeur = valeurs.get(trouve[1])
        if valeur is None:
            return trouve[0]
        return html.escape(valeur).replace("\n", "<br>") if echapper else valeur

    return _CHAMP.sub(remplir, texte)


def valeurs(session: Session, courrier: Courrier, *, agent: Agent | None, now: datetime) -> Mapping[str, str]:
    """The value of each field for this courrier; empty where nothing is known."""
    nature = session.get_one(Nature, courrier.nature_id)
    correspondant = session.get(Correspondant, courrier.correspondant_id) if courrier.correspondant_id else None
    bureau = session.get(Bureau, courrier.bureau_id) if courrier.bureau_id else None
    return {
        "courrier.chrono": courrier.chrono, "courrier.objet": courrier.objet, "courrier.date": _date(courrier.date_courrier),
        "courrier.recu_le": _date(delais.jour(courrier.recu_le)), "courrier.reference": courrier.reference,
        "courrier.nature": nature.nom, "courrier.code_suivi": courrier.code_suivi, "courrier.echeance": _date(courrier.echeance),
        **_correspondant(correspondant),
        "agent.nom": f"{agent.prenom} {agent.nom}" if agent else "", "agent.qualite": agent.qualite if agent else "",
        "agent.courriel": agent.courriel if agent else "",
        "bureau.nom": bureau.nom if bureau else "", "bureau.adresse": bureau.adresse if bureau else "",
        "bureau.telephone": bureau.telephone if bureau else "", "bureau.courriel": bureau.courriel if bureau else "",
        "implicite.date": _date(horloge.lire(session, courrier).implicite),
        "mention.recours": _mention(session, "recours"), "mention.attestation": _mention(session, "attestation"),
        "aujourdhui": _date(delais.jour(now)),
    }


def _correspondant(fiche: Correspondant | None) -> dict[str, str]:
    if fiche is None:
        return {nom: "Madame, Monsieur," if nom.endswith(".appel") else "" for nom in CHAMPS if nom.startswith("correspondant.")}
    civilite = {"m": "Monsieur,", "monsieur": "Monsieur,", "mme": "Madame,", "madame": "Madame,"}
    lignes = [*fiche.adresse.splitlines(), f"{fiche.code_postal} {fiche.ville}".strip(), fiche.pays]
    return {
        "correspondant.nom_complet": nom_complet(fiche), "correspondant.nom": fiche.nom, "correspondant.prenom": fiche.prenom,
        "correspondant.appel": civilite.get(fiche.civilite.strip(". ").lower(), "Madame, Monsieur,"),
        "correspondant.organisme": fiche.organisme, "correspondant.courriel": fiche.courriel,
        "correspondant.adresse": ", ".join(ligne.strip() for ligne in lignes if ligne.strip()),
    }


def _mention(session: Session, cle: str) -> str:
    return (session.scalar(select(Modele.corps).where(Modele.cle == cle)) or "").strip()


def _date(jour: date | None) -> str:
    """«24 novembre 2026», without the weekday."""
    return delais.long(jour).split(" ", 1)[1] if jour else ""
