"""The administrator's mailboxes and watched folders: added, tried, paused, with what came of their last collection."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import releve
from app.courrier import collecte, consultation, habilitations, organisation
from app.courrier.errors import ReleveImpossible, SaisieRefusee
from app.courrier.tables import Boite
from app.db import db, transaction
from app.web.context import moi, now, parts
from app.web.saisies import nombre_de

bp = Blueprint("boites", __name__, url_prefix="/administration/boites")
REGLES_VIDES = 2
"""Rows left empty below the rules, to add some."""

REGLES = 50


@bp.before_request
def reserve() -> None:
    """The administrator's pages."""
    habilitations.exiger(moi(), "boites")


@bp.get("")
def liste() -> str:
    return render_template("boites/liste.html", boites=collecte.liste(db.session()))


@bp.get("/nouvelle")
def nouvelle() -> str:
    return _formulaire(None, collecte.Saisie(nom="", adresse="imaps://", destination="Vaguemestre"), {})


@bp.post("")
def ajouter() -> Response | tuple[str, int]:
    saisie = _saisie()
    try:
        with transaction() as session:
            boite = collecte.creer(session, saisie, cachette=parts().cachette, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _formulaire(None, saisie, dict(refus.erreurs)), 422
    flash(_("« %(nom)s » est ajoutée ; sa première relève commence.", nom=boite.nom), "ok")
    return redirect(url_for("boites.liste"))


@bp.get("/<int:boite_id>")
def fiche(boite_id: int) -> str:
    boite = collecte.boite(db.session(), boite_id)
    connue = collecte.Saisie(
        nom=boite.nom, adresse=boite.adresse, utilisateur=boite.utilisateur, source=boite.source, destination=boite.destination,
        connexion=boite.connexion, jetons=boite.jetons, application=boite.application, portee=boite.portee,
        bureau_id=boite.bureau_id, regles=boite.regles,
    )
    return _formulaire(boite, connue, {})


@bp.post("/<int:boite_id>")
def modifier(boite_id: int) -> Response | tuple[str, int]:
    saisie = _saisie()
    try:
        with transaction() as session:
            collecte.modifier(session, boite_id, saisie, cachette=parts().cachette, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _formulaire(collecte.boite(db.session(), boite_id), saisie, dict(refus.erreurs)), 422
    flash(_("« %(nom)s » est enregistrée.", nom=saisie.nom), "ok")
    return redirect(url_for("boites.liste"))


@bp.post("/<int:boite_id>/essai")
def essayer(boite_id: int) -> Response:
    """Open the box and change nothing in it."""
    boite = collecte.boite(db.session(), boite_id)
    db.session.expunge(boite)
    db.session.rollback()  # no transaction stays open while a mail server makes up its mind
    try:
        attend = releve.essayer(parts(), boite)
    except ReleveImpossible as refus:
        flash(_("« %(nom)s » ne s’ouvre pas : %(motif)s.", nom=boite.nom, motif=_(refus.motif)), "erreur")
    else:
        combien = f"{attend}+" if attend >= releve.PAR_RELEVE else attend
        flash(_("« %(nom)s » s’ouvre ; à prendre : %(combien)s.", nom=boite.nom, combien=combien), "ok")
    return redirect(url_for("boites.liste"))


@bp.post("/<int:boite_id>/etat")
def changer_etat(boite_id: int) -> Response:
    etat = "pause" if request.form.get("etat") == "pause" else "active"
    with transaction() as session:
        boite = collecte.changer_etat(session, boite_id, etat, par=moi().identifiant, now=now())
    if etat == "pause":
        flash(_("« %(nom)s » est en pause.", nom=boite.nom), "ok")
    else:
        flash(_("« %(nom)s » est de nouveau relevée.", nom=boite.nom), "ok")
    return redirect(url_for("boites.liste"))


@bp.post("/<int:boite_id>/releve")
def relever(boite_id: int) -> Response:
    with transaction() as session:
        boite = collecte.boite(session, boite_id)
        collecte.demander(session, boite, now=now())
    flash(_("« %(nom)s » sera relevée dans quelques secondes.", nom=boite.nom), "ok")
    return redirect(url_for("boites.liste"))


def _formulaire(boite: Boite | None, saisie: collecte.Saisie, erreurs: dict[str, str]) -> str:
    session = db.session()
    bureaux = sorted(organisation.arbre(session).values(), key=lambda noeud: noeud.nom)
    return render_template(
        "boites/fiche.html", boite=boite, valeurs=saisie, erreurs=erreurs, racine=parts().config.folders.as_uri(),
        regles=[*saisie.regles, *[{}] * REGLES_VIDES],
        natures=[(nature.cle, nature.nom) for nature in consultation.natures(session, "arrivee")],
        bureaux_ids=[(noeud.id, noeud.nom) for noeud in bureaux], bureaux_cles=[(noeud.cle, noeud.nom) for noeud in bureaux],
    )  # fmt: skip


def _saisie() -> collecte.Saisie:
    """What was typed; a rule without words is none."""
    dit = {cle: valeur.strip() for cle, valeur in request.form.items()}
    champs = ("champ", "contient", "nature", "bureau")
    lignes = [{champ: dit.get(f"{champ}-{rang}", "") for champ in champs} for rang in range(REGLES)]
    return collecte.Saisie(
        nom=dit.get("nom", ""), adresse=dit.get("adresse", ""), utilisateur=dit.get("utilisateur", ""),
        connexion=dit.get("connexion", "mot_de_passe"), jetons=dit.get("jetons", ""), application=dit.get("application", ""),
        portee=dit.get("portee", ""), secret=dit.get("secret", ""), jeton=dit.get("jeton", ""),
        # A password keeps its spaces.
        mot_de_passe=request.form.get("mot_de_passe", ""), source=dit.get("source", "") or "INBOX",
        destination=dit.get("destination", ""), bureau_id=nombre_de(dit, "bureau_id"),
        regles=tuple(ligne for ligne in lignes if ligne["contient"]),
    )  # fmt: skip
