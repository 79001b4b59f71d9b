"""One courrier: its page, where it stands on its circuit, marks and remarks; the register of a day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from app.courrier import annotations, circuits, corbeille, delais, habilitations, journal
from app.courrier import registre as registres
from app.courrier.tables import Correspondant, Courrier, Envoi, Nature
from app.db import db, transaction
from app.web import document, fiche
from app.web.context import moi, now, parts
from app.web.mots import echeance
from app.web.urls import back, numero
from engine import Task

bp = Blueprint("courriers", __name__)


@bp.get("/courriers/<int:courrier_id>")
def courrier(courrier_id: int) -> str:
    trouve = document.voir(courrier_id)
    liste = document.pieces(trouve)
    choisie = request.args.get("piece", type=int)
    piece = next((p for p in liste if p.id == choisie), document.principale(liste))
    volet = fiche.volet(request.args.get("volet"))
    taches = db.session().scalars(
        select(Task).where(Task.instance_id == trouve.instance_id, Task.closed_at.is_(None), corbeille.a_ma_portee(moi()))
    ).all() if trouve.instance_id else []  # fmt: skip
    return render_template(
        "courriers/courrier.html", fiche=fiche.fiche(trouve), taches=taches, envois=_envois(trouve), lies=_lies(trouve),
        document=document.document(piece, courrier=trouve) if piece else None,
        **fiche.volets(trouve, volet, url_for("courriers.courrier", courrier_id=trouve.id)),
    )  # fmt: skip


def _envois(trouve: Courrier) -> list[Envoi]:
    return list(db.session().scalars(select(Envoi).where(Envoi.courrier_id == trouve.id).order_by(Envoi.id)))


def _lies(trouve: Courrier) -> list[Courrier]:
    """What it answers and what answers it, as far as the reader may see."""
    liens = (Courrier.id == trouve.repond_a) | (Courrier.repond_a == trouve.id)
    return list(db.session().scalars(select(Courrier).where(liens, habilitations.visible(moi())).order_by(Courrier.id)))


@bp.get("/courriers/<int:courrier_id>/suivi")
def suivi(courrier_id: int) -> str:
    trouve = document.voir(courrier_id)
    vue = fiche.fiche(trouve)
    fermes = delais.fermes(db.session())
    retards = {e.step: echeance(e.due, now(), fermes) for e in vue.progres.steps if e.closed_at is None} if vue.progres else {}
    prevues = circuits.previsions(db.session(), vue.progres, now=now()) if vue.progres else {}
    return render_template("courriers/suivi.html", fiche=vue, retards=retards, prevues=prevues, etat=_etat(vue, prevues))


def _etat(vue: fiche.Fiche, prevues: dict[str, date]) -> dict[str, Any]:
    """What the drawing shows: done, flows taken, active, late, planned with their forecast."""
    if vue.progres is None:
        return {}
    return {
        "done": list(vue.progres.done), "flows": list(vue.progres.flows), "active": list(vue.progres.active),
        "late": [e.step for e in vue.progres.steps if e.closed_at is None and e.due and e.due < now()],
        "planned": [
            {"id": step, "mots": _("vers le %(jour)s", jour=f"{jour:%d/%m}")} for step, jour in prevues.items()
        ],
    }  # fmt: skip


@bp.get("/courriers/<int:courrier_id>/circuit.bpmn")
def diagramme(courrier_id: int) -> Response:
    progres = circuits.ou_en_est(db.session(), parts().engine, document.voir(courrier_id))
    reponse = make_response(progres.source if progres else b"")
    reponse.headers["Content-Type"] = "application/xml; charset=utf-8"
    return reponse


@bp.post("/courriers/<int:courrier_id>/annotations")
def annoter(courrier_id: int) -> BaseResponse:
    def nombre(cle: str) -> float:
        return request.form.get(cle, -1.0, type=float)

    boite = (nombre("x"), nombre("y"), nombre("largeur"), nombre("hauteur"))
    trouve = document.voir(courrier_id)
    with transaction() as session:
        annotations.poser(
            session, trouve, piece_id=request.form.get("piece_id", 0, type=numero),
            page=request.form.get("page", 0, type=numero),
            boite=boite, texte=request.form.get("texte", ""), par=moi().identifiant, now=now(),
        )  # fmt: skip
    return redirect(back(request.referrer, url_for("courriers.courrier", courrier_id=courrier_id)))


@bp.post("/courriers/<int:courrier_id>/annotations/<int:annotation_id>/retrait")
def retirer(courrier_id: int, annotation_id: int) -> BaseResponse:
    trouve = document.voir(courrier_id)
    with transaction() as session:
        annotations.retirer(session, trouve, annotation_id, par=moi().identifiant, now=now())
    return redirect(back(request.referrer, url_for("courriers.courrier", courrier_id=courrier_id)))


@bp.post("/courriers/<int:courrier_id>/commentaires")
def commenter(courrier_id: int) -> BaseResponse:
    trouve = document.voir(courrier_id)
    with transaction() as session:
        if annotations.commenter(session, trouve, request.form.get("texte", ""), par=moi().identifiant, now=now()):
            journal.noter(session, acteur=moi().identifiant, acte="commenter", sujet=circuits.sujet(trouve), now=now())
    flash(_("Votre remarque est ajoutée."), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier_id, volet="commentaires") + "#volets")


@bp.get("/registre")
def registre() -> str:
    """The last two hundred lines of a register, or those of a day, as far as the reader may see; printable."""
    sens, jour = request.args.get("sens", "arrivee"), request.args.get("jour", "")
    requete = (
        select(Courrier, Nature.nom, Correspondant)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .where(habilitations.visible(moi()), Courrier.sens == sens)
        .order_by(Courrier.annee.desc(), Courrier.numero.desc())
        .limit(200)
    )
    try:
        debut = datetime.combine(date.fromisoformat(jour), time.min, tzinfo=delais.PARIS).astimezone(UTC)
        requete = requete.where(Courrier.enregistre_le >= debut, Courrier.enregistre_le < debut + timedelta(days=1))
    except (ValueError, OverflowError):
        jour = ""
    lignes = [(c, nature, registres.nom_complet(p)) for c, nature, p in db.session().execute(requete)]
    return render_template("courriers/registre.html", lignes=lignes, sens=sens, jour=jour)
