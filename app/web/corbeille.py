"""The lists of what awaits: mine, my bureau's, the parapheur; taking a task and handing it back."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import corbeille, delais, journey, relance
from app.db import db, transaction
from app.web.context import compteurs, moi, now, parts
from app.web.mots import echeance
from app.web.urls import local, numero

bp = Blueprint("corbeille", __name__)


@bp.get("/")
@bp.get("/corbeille")
def mienne() -> str:
    return _lister("moi", _("Ma corbeille"))


@bp.get("/bureau")
def bureau() -> str:
    return _lister("bureau", _("Mon bureau"))


@bp.get("/parapheur")
def parapheur() -> str:
    return _lister("parapheur", _("Parapheur"))


def _lister(vue: str, titre: str) -> str:
    filtre = corbeille.Filtre(
        vue=vue, nature=request.args.get("nature", ""), etape=request.args.get("etape", ""),
        retard=request.args.get("retard") == "oui", mots=request.args.get("mots", ""),
    )  # fmt: skip
    page = corbeille.liste(db.session(), moi(), filtre, now=now(), apres=_lire(request.args.get("apres", "")))
    natures, etapes = corbeille.choix(db.session(), moi(), vue)
    fermes = delais.fermes(db.session())
    return render_template(
        "corbeille/liste.html", titre=titre, vue=vue, filtre=filtre, lot=page, suite=_ecrire(page.suite), natures=natures,
        etapes=etapes,
        echeances={ligne.tache.id: echeance(ligne.tache.due, now(), fermes) for ligne in page.lignes},
        voulues={ligne.tache.id: echeance(ligne.courrier.reponse_voulue, now(), fermes) for ligne in page.lignes},
        nombres=compteurs(), avertissements=relance.non_lus(db.session(), moi().identifiant) if vue == "moi" else [],
    )  # fmt: skip


def _ecrire(suite: corbeille.Suite | None) -> str:
    """Where the next page begins, as an address carries it."""
    return f"{suite[0].isoformat()}~{suite[1]}" if suite else ""


def _lire(mot: str) -> corbeille.Suite | None:
    """The same, read again; an address that was tampered with shows the first page."""
    quand, _tilde, rang = mot.partition("~")
    try:
        return datetime.fromisoformat(quand).astimezone(UTC), numero(rang)
    except (ValueError, OverflowError):
        return None


@bp.post("/avertissements/lus")
def lire_avertissements() -> Response:
    with transaction() as session:
        relance.lire(session, moi().identifiant, now=now())
    return redirect(url_for("corbeille.mienne"))


@bp.post("/taches/<int:task_id>/prise")
def prendre(task_id: int) -> Response:
    with transaction() as session:
        journey.prendre(session, parts().engine, moi(), task_id, now=now())
    flash(_("Cette tâche est à vous."), "ok")
    return redirect(url_for("taches.tache", task_id=task_id))


@bp.post("/taches/<int:task_id>/rendu")
def rendre(task_id: int) -> Response:
    with transaction() as session:
        journey.rendre(session, parts().engine, moi(), task_id, now=now())
    flash(_("La tâche est rendue à la corbeille du bureau."), "ok")
    return redirect(local(request.form.get("suite"), url_for("corbeille.mienne")))


@bp.post("/taches/<int:task_id>/transfert")
def transferer(task_id: int) -> Response:
    with transaction() as session:
        journey.transferer(session, parts().engine, moi(), task_id, vers=request.form.get("agent", ""), now=now())
    flash(_("La tâche est transférée ; son nouveau détenteur est prévenu."), "ok")
    return redirect(url_for("corbeille.mienne"))
