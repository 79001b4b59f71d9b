"""The door: log in and out, one's language, one's account; in the demonstration, become any of its people."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.courrier import organisation
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Agent
from app.db import db, transaction
from app.web import resume
from app.web.context import agent, now, parts
from app.web.identity import LANGUAGES
from app.web.urls import local

bp = Blueprint("auth", __name__)


@bp.get("/connexion")
def entrer() -> ResponseReturnValue:
    suite = local(request.args.get("suite"))
    return redirect(suite) if g.moi else render_template("auth/entrer.html", suite=suite)


@bp.post("/connexion")
def ouvrir() -> ResponseReturnValue:
    identifiant = request.form.get("identifiant", "").strip().lower()
    # Checked before the transaction: it is slow on purpose, and nobody else is to wait for it.
    tried = organisation.eprouver(db.session(), identifiant, request.form.get("mot_de_passe", ""), now=now())
    with transaction() as writing:
        found = organisation.conclure(writing, tried, now=now())
        token = organisation.ouvrir_session(writing, found, now=now()) if found else None
    suite, typed = local(request.form.get("suite")), request.form.get("saisie", "")
    if token is None:
        erreur = _("L’identifiant et le mot de passe ne vont pas ensemble. Après cinq essais, attendez une minute.")
        return render_template("auth/entrer.html", suite=suite, erreur=erreur, identifiant=identifiant, saisie=typed), 401
    _let_in(token)
    if typed:
        return render_template("auth/reprendre.html", vers=suite, champs=resume.reread(typed))
    return redirect(suite)


@bp.post("/deconnexion")
def sortir() -> ResponseReturnValue:
    with transaction() as writing:
        organisation.fermer_session(writing, session.get("jeton", ""), now=now())
    session.clear()
    return redirect(url_for("auth.entrer"))


@bp.post("/devenir")
def devenir() -> ResponseReturnValue:
    if not parts().config.demo:
        raise NotFound
    with transaction() as writing:
        token = organisation.ouvrir_session(writing, organisation.agent(writing, request.form.get("identifiant", "")), now=now())
    _let_in(token)
    return redirect("/")


@bp.post("/langue")
def langue() -> ResponseReturnValue:
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        session["lang"] = chosen
        if g.moi:
            with transaction() as writing:
                writing.get_one(Agent, g.moi.agent_id).langue = chosen
    return redirect(local(request.form.get("suite")))


@bp.get("/compte")
def compte() -> ResponseReturnValue:
    return render_template("auth/compte.html", erreurs={})


@bp.post("/compte")
def changer() -> ResponseReturnValue:
    try:
        _change(request.form.get("mot_de_passe", ""), request.form.get("mot_de_passe_nouveau", ""))
    except SaisieRefusee as refusal:
        return render_template("auth/compte.html", erreurs=refusal.erreurs), 422
    flash(_("Votre mot de passe est changé ; vos autres sessions sont fermées."), "ok")
    return redirect(url_for("auth.compte"))


def _change(old: str, new: str) -> None:
    tried = organisation.eprouver(db.session(), agent().identifiant, old, now=now())
    with transaction() as writing:
        known = organisation.conclure(writing, tried, now=now())
    if known is None:
        raise SaisieRefusee({"mot_de_passe": _("Ce n’est pas votre mot de passe actuel.")})
    try:
        digest = organisation.choisir(new, identifiant=known.identifiant, nom=known.nom)
    except SaisieRefusee as refusal:
        raise SaisieRefusee({"mot_de_passe_nouveau": refusal.erreurs["mot_de_passe"]}) from refusal
    with transaction() as writing:
        organisation.changer_mot_de_passe(writing, known, digest, par=known.identifiant, now=now(), sauf=session["jeton"])


def _let_in(token: str) -> None:
    """A new session has nothing of the one before but the language, its seal against forgeries included."""
    language = session.get("lang")
    session.clear()
    session["jeton"] = token
    if language:
        session["lang"] = language
