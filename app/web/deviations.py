"""Beside the circuit, from a task's page: ask an opinion, send back, pass over; from the courrier's: take back one's act."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import travaux
from app.courrier import corbeille, deviations
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web import taches
from app.web.context import jobs, moi, now, parts
from app.web.errors import sentence
from engine import Step, Task
from engine.errors import AlreadyAsked, FormRefused, TaskHeld, Unsound

bp = Blueprint("deviations", __name__)

Answer = Response | tuple[str, int]


@bp.post("/taches/<int:task_id>/demandes")
def demander(task_id: int) -> Answer:
    def faire(session: Any) -> Task:
        return deviations.demander(
            session, parts().engine, moi(), task_id, genre=request.form.get("genre", ""), groupe=request.form.get("groupe", ""),
            question=request.form.get("question", ""), jours=request.form.get("jours", type=int), now=now(),
        )  # fmt: skip

    return _tenter(task_id, faire, lambda: _rester(task_id, _("Votre demande est partie ; la réponse s’affichera ici.")))


@bp.post("/taches/<int:task_id>/retrait")
def retirer(task_id: int) -> Answer:
    def faire(session: Any) -> Step:
        return deviations.retirer(session, parts().engine, moi(), task_id, raison=request.form.get("motif", ""), now=now())

    return _tenter(task_id, faire, lambda: _sortir(_("La demande est retirée.")))


@bp.post("/taches/<int:task_id>/renvoi")
def renvoyer(task_id: int) -> Answer:
    def faire(session: Any) -> Step:
        return deviations.renvoyer(
            session, parts().engine, moi(), task_id, etape=request.form.get("etape", ""), raison=request.form.get("motif", ""),
            now=now(),
        )  # fmt: skip

    return _tenter(task_id, faire, lambda: _sortir(_("Le courrier est renvoyé ; ceux qui le reprennent liront le motif.")))


@bp.post("/taches/<int:task_id>/passage")
def passer(task_id: int) -> Answer:
    reponses: dict[str, object] = {cle: valeurs[0] for cle, valeurs in request.form.lists()}
    if len(choix := request.form.getlist("choix")) > 1:
        reponses["choix"] = choix

    def faire(session: Any) -> Step:
        motif = request.form.get("motif", "")
        return deviations.passer(session, parts().engine, moi(), task_id, reponses, raison=motif, now=now())

    return _tenter(task_id, faire, lambda: _sortir(_("L’étape est passée ; le journal en garde le motif.")))


@bp.post("/taches/<int:task_id>/reprise")
def reprendre(task_id: int) -> Response:
    with transaction() as session:
        etape = deviations.reprendre(session, parts().engine, moi(), task_id, now=now())
    flash(_("Votre acte est repris ; ce que vous aviez répondu est votre brouillon."), "ok")
    rouverte = next(tache for tache in etape.opened if tache.holder == moi().identifiant)
    return redirect(url_for("taches.tache", task_id=rouverte.id))


@bp.post("/pilotage/incidents/<int:incident_id>/correction")
def corriger(incident_id: int) -> Response:
    with transaction() as session:
        deviations.corriger(
            session, parts().engine, moi(), incident_id, cle=request.form.get("cle", "").strip(),
            valeur=request.form.get("valeur", ""), raison=request.form.get("motif", ""), now=now(),
        )  # fmt: skip
    travaux.balayer(jobs())
    flash(_("La donnée est corrigée et l’étape relancée."), "ok")
    return redirect(url_for("pilotage.incidents"))


def _tenter(task_id: int, faire: Callable[[Any], object], suite: Callable[[], Response]) -> Answer:
    """Do it, or show the task again with what is wrong; what was typed is still in its form."""
    trouvee, courrier = corbeille.tache(db.session(), moi(), task_id)
    try:
        with transaction() as session:
            fait = faire(session)
    except (SaisieRefusee, FormRefused, Unsound, AlreadyAsked, TaskHeld) as refus:
        statut = 409 if isinstance(refus, (AlreadyAsked, TaskHeld)) else 422
        return taches.page(trouvee, courrier, {}, {}, sentence(refus)), statut
    if isinstance(fait, Step) and fait.passed:
        travaux.balayer(jobs())
    return suite()


def _rester(task_id: int, phrase: str) -> Response:
    flash(phrase, "ok")
    return redirect(url_for("taches.tache", task_id=task_id))


def _sortir(phrase: str) -> Response:
    flash(phrase, "ok")
    return redirect(url_for("corbeille.mienne"))
