"""One courrier: its page, where it stands on its circuit, marks and remarks; the register of a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.courrier import annotations, circuits, consultation, delais, deviations, envoi, journal, sceau
from app.courrier import registre as registres
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Courrier
from app.db import db, transaction
from app.web import document, fiche
from app.web.context import moi, now, parts
from app.web.mots import echeance
from app.web.urls import back, numero

bp = Blueprint("courriers", __name__)


@bp.get("/courriers/<int:courrier_id>")
def courrier(courrier_id: int) -> str:
    return page(document.voir(courrier_id), fiche.volet(request.args.get("volet")))


def page(
    trouve: Courrier, volet: str, remarque: str = "", erreurs: Mapping[str, str] = MappingProxyType({}),
    connus: Sequence[tuple[int, str]] = (),
) -> str:  # fmt: skip
    """A courrier; what was typed as a remark, what is wrong with what was sent from this page, the sheets to choose from."""
    liste = consultation.pieces(db.session(), trouve)
    choisie = request.args.get("piece", type=int)
    piece = next((p for p in liste if p.id == choisie), document.principale(liste))
    vue = fiche.fiche(trouve)
    sans_adresse = vue.correspondant is not None and vue.nature.accuse and envoi.de_vive_voix(trouve, vue.correspondant)
    return render_template(
        "courriers/courrier.html", fiche=vue, de_vive_voix=sans_adresse and trouve.sens == "arrivee",
        remarque=remarque, erreurs=erreurs, connus=connus,
        taches=consultation.taches_ouvertes(db.session(), moi(), trouve), envois=consultation.envois(db.session(), trouve),
        lies=consultation.lies(db.session(), moi(), trouve), liens=fiche.liens_de(trouve), annulation=fiche.annulation(trouve),
        corrections=deviations.corrections(db.session(), trouve), inscription=fiche.inscription(trouve),
        repentir=deviations.a_reprendre(db.session(), parts().engine, moi(), trouve, now=now()),
        verdicts=sceau.verdict(db.session(), trouve, sceau=parts().sceau, coffre=parts().coffre),
        document=document.document(piece, courrier=trouve) if piece else None,
        **fiche.volets(trouve, volet, url_for("courriers.courrier", courrier_id=trouve.id)),
    )  # fmt: skip


@bp.get("/courriers/<int:courrier_id>/suivi")
def suivi(courrier_id: int) -> str:
    trouve = document.voir(courrier_id)
    vue = fiche.fiche(trouve)
    fermes = delais.fermes(db.session())
    retards = {e.task: echeance(e.due, now(), fermes) for e in vue.progres.steps if e.closed_at is None} if vue.progres else {}
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
def commenter(courrier_id: int) -> BaseResponse | tuple[str, int]:
    trouve, texte = document.voir(courrier_id), request.form.get("texte", "")
    try:
        with transaction() as session:
            if annotations.commenter(session, trouve, texte, par=moi().identifiant, now=now()) is None:
                raise SaisieRefusee({"texte": _("Écrivez votre remarque.")})
            journal.noter(session, acteur=moi().identifiant, acte="commenter", sujet=circuits.sujet(trouve), now=now())
    except SaisieRefusee as refus:
        return page(trouve, "commentaires", texte, refus.erreurs), 422
    flash(_("Votre remarque est ajoutée."), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier_id, volet="commentaires") + "#volets")


@bp.get("/registre")
def registre() -> str:
    """The last two hundred lines of a register, or those of a day, as far as the reader may see; printable."""
    sens, jour, organisme = (request.args.get(nom, "") for nom in ("sens", "jour", "organisme"))
    sens = sens if sens in registres.REGISTRES else "arrivee"
    organisme = organisme if organisme in {un.cle for un in registres.organismes(db.session())} else ""
    cle = registres.cle(organisme, sens)
    try:
        lignes = consultation.registre(db.session(), moi(), cle, date.fromisoformat(jour) if jour else None)
    except (ValueError, OverflowError):
        lignes, jour = consultation.registre(db.session(), moi(), cle, None), ""
    return render_template("courriers/registre.html", lignes=lignes, sens=sens, jour=jour, cle=cle, signe=organisme,
                           annulations=consultation.annulations(db.session(), [ligne.courrier for ligne in lignes]))
