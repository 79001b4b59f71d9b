"""A courrier's history in sentences: the journal's lines about it, newest first, each thing said once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.courrier import circuits, journal
from app.courrier.organisation import MACHINES
from app.courrier.tables import Courrier, LigneJournal
from app.db import db
from app.web.gens import nom_agent
from app.web.mots import acte, fait, moment, traduite

DECISIONS = {
    "traiter": _l("à traiter"), "reorienter": _l("pour un autre bureau"), "classer": _l("à classer"),
    "approuver": _l("projet approuvé"), "renvoyer": _l("à reprendre"), "viser": _l("visa donné"),
    "refuser": _l("signature refusée"), "repondre": _l("à répondre"), "favorable": _l("favorable"),
    "defavorable": _l("défavorable"), "sans_objet": _l("sans objet"),
}  # fmt: skip
PLIS = {"accuse": _l("l’accusé de réception"), "reponse": _l("la lettre")}
PAR = {
    "courriel": _l("par courriel"), "postal": _l("en lettre simple"), "recommande": _l("en recommandé"),
    "remise": _l("en mains propres"),
}  # fmt: skip
ETAPES = frozenset({"prendre", "rendre", "faire", "retirer-demande", "reprendre-acte"})
"""Acts of which the step is all there is to say."""

REDITES = frozenset({"version-reponse", "attribution", "avis_rendu"})
"""What another line of the same moment tells: the letter was sent for approval, the step was given to somebody."""


def historique(courrier: Courrier) -> list[dict[str, str]]:
    """The lines that a reader wants, as the macro `fil` shows them."""
    lignes = [(ligne, journal.details(ligne)) for ligne in journal.lire(db.session(), circuits.sujet(courrier))]
    return [
        {"quand": moment(ligne.quand), "iso": ligne.quand.isoformat(), "texte": phrase(ligne.acteur, ligne.acte, details)}
        for ligne, details in reversed(list(_utiles(lignes)))
    ]


def _utiles(
    lignes: Sequence[tuple[LigneJournal, Mapping[str, Any]]],
) -> Iterator[tuple[LigneJournal, Mapping[str, Any]]]:
    partis = {details.get("envoi") for ligne, details in lignes if ligne.acte == "envoi-parti"}
    for ligne, details in lignes:
        demande_faite = ligne.acte == "envoi-demande" and details.get("envoi") in partis
        parapheur_rendu = ligne.acte == "signer" and details.get("decision") == "signer"
        if not (ligne.acte in REDITES or demande_faite or parapheur_rendu):
            yield ligne, details


def phrase(acteur: str, quoi: str, details: Mapping[str, Any]) -> str:
    """One line of the journal as a sentence."""
    dite = _dite(acteur, quoi, details)
    if details.get("motif"):
        return _precise(dite, traduite(str(details["motif"])))
    return dite


def _precise(dite: str, suite: object) -> str:
    return str(_("%(dite)s : %(suite)s", dite=dite, suite=suite))


def _citee(nom: object) -> str:
    return str(_("« %(nom)s »", nom=nom)) if nom else ""


def _dite(acteur: str, quoi: str, details: Mapping[str, Any]) -> str:
    etape = _citee(details.get("nom"))
    if quoi in ("relance", "escalade", "information", "avertissement-echoue"):
        agents = ", ".join(nom_agent(str(agent)) for agent in details.get("agents", ()))
        dite = _precise(fait(quoi), agents) if agents else fait(quoi)
        return f"{dite}, {etape}" if etape else dite
    if quoi in ("envoi-demande", "envoi-parti"):
        return _envoi(acteur, quoi, details)
    dite = fait(quoi) if acteur in MACHINES else f"{nom_agent(acteur)} {acte(quoi)}"
    if quoi in ETAPES:
        return f"{dite} {etape}"
    if quoi == "transferer":
        return str(_("%(dite)s %(etape)s à %(agent)s", dite=dite, etape=etape, agent=nom_agent(str(details.get("vers", "")))))
    if quoi in ("demander-avis", "demander-visa", "renvoyer-etape"):
        vers = _citee(details.get("vers", ""))
        if quoi == "renvoyer-etape":
            return str(_("%(dite)s %(etape)s, à %(vers)s", dite=dite, etape=etape, vers=vers))
        return str(_("%(dite)s à %(vers)s, pendant %(etape)s", dite=dite, etape=etape, vers=vers))
    if quoi == "passer-etape":
        dite = f"{dite} {etape}"
    if quoi in ("changer-version", "revenir-version"):
        return str(_("%(dite)s (version %(n)s)", dite=dite, n=details.get("version", "")))
    suite = details.get("decision") or details.get("avis") or details.get("suite") or details.get("chrono")
    return _precise(dite, DECISIONS.get(str(suite), suite)) if suite else dite


def _envoi(acteur: str, quoi: str, details: Mapping[str, Any]) -> str:
    pli = PLIS.get(str(details.get("genre")), _("le pli"))
    par = PAR.get(str(details.get("canal")), "")
    dite = fait(quoi) if acteur in MACHINES else f"{nom_agent(acteur)} {acte(quoi)}"
    preuve = str(details.get("preuve", "")) if acteur not in MACHINES else ""
    return _precise(dite, f"{pli} {par}".rstrip()) + (f" ({preuve})" if preuve else "")
