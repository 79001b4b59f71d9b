"""The boxes that the administrator keeps: added, changed, paused; what opens them is hidden before it is kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.collecte import connexion
from app.courrier.collecte.regles import CHAMPS
from app.courrier.collecte.saisie import Saisie
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.ports import Cachette, Ouverture
from app.courrier.tables import Boite, Bureau, Nature, Reception
from engine import Phrase

_COURRIEL = ("imaps", "imap")


def liste(session: Session) -> list[Boite]:
    """All of them, by name."""
    return list(session.scalars(select(Boite).order_by(Boite.nom), execution_options={"populate_existing": True}))


def boite(session: Session, boite_id: int) -> Boite:
    """One of them; `Introuvable`."""
    trouvee = session.get(Boite, boite_id, populate_existing=True)
    if trouvee is None:
        raise Introuvable(quoi="Cette boîte")
    return trouvee


def nommee(session: Session, nom: str) -> Boite:
    """The one of this name; `Introuvable`."""
    trouvee = session.scalar(select(Boite).where(Boite.nom == nom))
    if trouvee is None:
        raise Introuvable(quoi=Phrase("La boîte « {nom} »", nom=nom))
    return trouvee


def noms(session: Session, depot_ids: Iterable[int]) -> dict[int, str]:
    """For each depot that was collected, the name of its box."""
    requete = select(Reception.depot_id, Boite.nom).join(Boite, Boite.id == Reception.boite_id)
    trouves = session.execute(requete.where(Reception.depot_id.in_(list(depot_ids))))
    return {depot_id: nom for depot_id, nom in trouves if depot_id is not None}


def creer(session: Session, saisie: Saisie, *, cachette: Cachette, par: str, now: datetime) -> Boite:
    """Add a box, collected from now on; `SaisieRefusee`."""
    _verifier(session, saisie, None)
    neuve = Boite(**_colonnes(saisie), **connexion.cachees(saisie, None, cachette), etat="active", prochaine_le=now)
    session.add(neuve)
    session.flush()
    _noter(session, neuve, "creer-boite", par, now)
    return neuve


def modifier(session: Session, boite_id: int, saisie: Saisie, *, cachette: Cachette, par: str, now: datetime) -> Boite:
    """Change a box; what it gave already is known again wherever it is found. `SaisieRefusee`."""
    changee = boite(session, boite_id)
    _verifier(session, saisie, changee)
    ailleurs = (changee.adresse, changee.utilisateur, changee.source) != (saisie.adresse, saisie.utilisateur, saisie.source)
    for colonne, valeur in {**connexion.cachees(saisie, changee, cachette), **_colonnes(saisie)}.items():
        setattr(changee, colonne, valeur)
    if ailleurs:
        changee.position = ""
    changee.erreur, changee.echecs, changee.prochaine_le = "", 0, now
    session.flush()
    _noter(session, changee, "modifier-boite", par, now)
    return changee


def changer_etat(session: Session, boite_id: int, etat: str, *, par: str, now: datetime) -> Boite:
    """Pause a box (`pause`) or have it collected again (`active`)."""
    changee = boite(session, boite_id)
    if changee.etat != etat:
        changee.etat, changee.prochaine_le = etat, now
        session.flush()
        _noter(session, changee, "suspendre-boite" if etat == "pause" else "reactiver-boite", par, now)
    return changee


def ouverture(boite: Boite, cachette: Cachette) -> Ouverture:
    """How this box is opened; `ReleveImpossible` when what opens it can no longer be read."""
    autorisation = connexion.autorisation(boite, cachette)
    return Ouverture(
        adresse=boite.adresse, utilisateur=boite.utilisateur, source=boite.source, destination=boite.destination,
        mot_de_passe=cachette.montrer(boite.secret) if boite.secret and autorisation is None else "", autorisation=autorisation,
    )


def _colonnes(saisie: Saisie) -> dict[str, Any]:
    return {
        "nom": saisie.nom, "adresse": saisie.adresse, "utilisateur": saisie.utilisateur, "source": saisie.source,
        "destination": saisie.destination, "bureau_id": saisie.bureau_id, "regles": [dict(regle) for regle in saisie.regles],
        **connexion.colonnes(saisie),
    }


def _verifier(session: Session, saisie: Saisie, ancienne: Boite | None) -> None:
    """All that is wrong, by field."""
    erreurs = {**_adresse(saisie, ancienne), **_regles(session, saisie)}
    homonyme = session.scalar(select(Boite.id).where(Boite.nom == saisie.nom))
    if not saisie.nom:
        erreurs["nom"] = "Donnez un nom à cette boîte."
    elif homonyme and (ancienne is None or homonyme != ancienne.id):
        erreurs["nom"] = "Une autre boîte porte déjà ce nom."
    if saisie.bureau_id and session.get(Bureau, saisie.bureau_id) is None:
        erreurs["bureau_id"] = "Ce bureau n’existe pas."
    longueurs = {"nom": 100, "adresse": 300, "utilisateur": 200, "source": 200, "destination": 200, "jetons": 300,
                 "application": 200, "portee": 300}  # fmt: skip
    erreurs |= {champ: "C’est trop long." for champ, place in longueurs.items() if len(getattr(saisie, champ)) > place}
    if erreurs:
        raise SaisieRefusee(erreurs)


def _adresse(saisie: Saisie, ancienne: Boite | None) -> dict[str, str]:
    parts = _decoupee(saisie.adresse)
    if parts is None or not (parts.hostname if parts.scheme in _COURRIEL else parts.path.strip("/")):
        return {"adresse": "Attendu : imaps://serveur pour une boîte de courriel, file:///dossier pour un dossier surveillé."}
    if parts.username or parts.password:
        return {"adresse": "L’utilisateur et le mot de passe ont leurs propres champs."}
    if parts.scheme not in _COURRIEL:
        return {}
    erreurs = {} if saisie.utilisateur else {"utilisateur": "Une boîte de courriel s’ouvre avec un nom d’utilisateur."}
    if not saisie.source:
        erreurs["source"] = "Dites quel dossier de la boîte est relevé : INBOX, le plus souvent."
    if saisie.source == saisie.destination:
        erreurs["destination"] = "Choisissez un autre dossier que celui qui est relevé."
    return erreurs | connexion.fautes(saisie, ancienne)


def _decoupee(adresse: str) -> SplitResult | None:
    try:
        parts = urlsplit(adresse)
        _port_lisible = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in (*_COURRIEL, "file") and not (parts.scheme == "file" and parts.netloc) else None


def _regles(session: Session, saisie: Saisie) -> dict[str, str]:
    natures, bureaux = (set(session.scalars(select(colonne))) for colonne in (Nature.cle, Bureau.cle))
    for regle in saisie.regles:
        nature, bureau = regle.get("nature"), regle.get("bureau")
        if regle.get("champ") not in CHAMPS or not (nature or bureau) or {nature} - natures - {"", None}:
            return {"regles": "Chaque règle dit où chercher, quels mots, et la nature ou le bureau qu’elle propose."}
        if {bureau} - bureaux - {"", None}:
            return {"regles": "Une règle nomme un bureau qui n’existe pas."}
    return {}


def _noter(session: Session, boite: Boite, acte: str, par: str, now: datetime) -> None:
    journal.noter(session, acteur=par, acte=acte, sujet=f"boite:{boite.id}", now=now, boite=boite.nom, adresse=boite.adresse)
