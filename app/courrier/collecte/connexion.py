"""By what a mailbox lets us in: what must be said of it, what is kept hidden, what is handed to who opens it."""

from urllib.parse import urlsplit

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.courrier.collecte.saisie import CONNEXIONS, Saisie
from app.courrier.ports import Autorisation, Cachette
from app.courrier.tables import Boite

_PORTEES = {"login.microsoftonline.com": "https://outlook.office365.com/.default"}
"""What an application alone asks for, by the token server: whatever it was given of Exchange Online."""


def fautes(saisie: Saisie, ancienne: Boite | None) -> dict[str, str]:
    """What is wrong in how a mailbox is entered, by field."""
    erreurs = dict[str, str]()
    if saisie.connexion not in CONNEXIONS:
        erreurs["connexion"] = "Choisissez comment s’ouvre cette boîte."
        return erreurs
    secret, jeton = _connus(saisie, ancienne)
    if saisie.connexion == "mot_de_passe":
        if not (saisie.mot_de_passe or secret):
            erreurs["mot_de_passe"] = "Saisissez le mot de passe de cette boîte."
        return erreurs
    if not _adresse(saisie.jetons):
        erreurs["jetons"] = "Attendu : l’adresse en https:// où se demandent les jetons, donnée par votre fournisseur."
    if not saisie.application:
        erreurs["application"] = "Saisissez l’identifiant de l’application."
    if saisie.connexion == "application" and not (saisie.secret or secret):
        erreurs["secret"] = "Saisissez le secret de l’application."  # noqa: S105 - words
    if saisie.connexion == "rafraichissement" and not (saisie.jeton or jeton):
        erreurs["jeton"] = "Saisissez le jeton de rafraîchissement remis à l’application."
    return erreurs


def colonnes(saisie: Saisie) -> dict[str, str]:
    """What is kept in clear of how the box is entered; nothing of what this way does not use."""
    if saisie.connexion not in CONNEXIONS[1:]:  # of a folder, whatever was said
        return {"connexion": "mot_de_passe", "jetons": "", "application": "", "portee": ""}
    portee = saisie.portee
    if not portee and saisie.connexion == "application":
        portee = _PORTEES.get(urlsplit(saisie.jetons).hostname or "", "")
    return {"connexion": saisie.connexion, "jetons": saisie.jetons, "application": saisie.application, "portee": portee}


def cachees(saisie: Saisie, ancienne: Boite | None, cachette: Cachette) -> dict[str, str]:
    """What is kept hidden: what was typed, else what is known already, as long as it goes to the same servers."""
    secret, jeton = _connus(saisie, ancienne)
    donne = saisie.mot_de_passe if saisie.connexion == "mot_de_passe" else saisie.secret
    recu = saisie.jeton if saisie.connexion == "rafraichissement" else ""
    return {"secret": cachette.cacher(donne) if donne else secret, "jeton": cachette.cacher(recu) if recu else jeton}


def autorisation(boite: Boite, cachette: Cachette) -> Autorisation | None:
    """By what a box is opened in place of a password; `ReleveImpossible` when it can no longer be read."""
    if boite.connexion == "mot_de_passe":
        return None
    return Autorisation(
        adresse=boite.jetons, application=boite.application, portee=boite.portee,
        secret=cachette.montrer(boite.secret) if boite.secret else "",
        rafraichissement=cachette.montrer(boite.jeton) if boite.jeton else "",
    )


def renouveler(session: Session, boite_id: int, ancien: str, jeton: str) -> None:
    """Keep the refresh token that replaces the one the box was opened with, both hidden; not over one typed since."""
    celle = update(Boite).where(Boite.id == boite_id, Boite.jeton == ancien)
    session.execute(celle.values(jeton=jeton), execution_options={"synchronize_session": False})


def _connus(saisie: Saisie, ancienne: Boite | None) -> tuple[str, str]:
    """The hidden secret and refresh token that still serve: they are handed to no other server than they were given for."""
    if ancienne is None:
        return "", ""
    # What was typed for another way than the one chosen goes nowhere.
    dit = {"adresse": saisie.adresse, "utilisateur": saisie.utilisateur, **colonnes(saisie)}
    memes = all(dit[champ] == getattr(ancienne, champ) for champ in _MEMES)
    return (ancienne.secret, ancienne.jeton) if memes else ("", "")


_MEMES = ("adresse", "utilisateur", "connexion", "jetons", "application")


def _adresse(adresse: str) -> bool:
    try:
        parts = urlsplit(adresse)
        _port_lisible = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not (parts.username or parts.password)
