"""What must still leave for outside people: letters to post, dispatches that failed and are to be set right."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import travaux
from app.courrier import envoi, habilitations
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Envoi
from app.db import db, transaction
from app.web.context import jobs, moi, now
from app.web.mots import traduite

bp = Blueprint("envois", __name__, url_prefix="/envois")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's page."""
    habilitations.exiger(moi(), "deposer")


@bp.get("")
def liste() -> str:
    return _page({}, 0)


def _page(erreurs: dict[str, str], fautif: int) -> str:
    attendent = envoi.en_attente(db.session(), moi())
    return render_template(
        "envois/liste.html", erreurs=erreurs, fautif=fautif, valeurs=request.form,
        rates=[attente for attente in attendent if attente.envoi.etat == "echec"],
        a_poster=[attente for attente in attendent if attente.envoi.etat != "echec"],
    )  # fmt: skip


def _a_moi(envoi_id: int) -> None:
    """Its courrier is open to who asks; `Introuvable`."""
    row = db.session().get(Envoi, envoi_id)
    if row is None:
        raise Introuvable(quoi="Cet envoi")
    habilitations.voir(db.session(), moi(), row.courrier_id)


@bp.post("/<int:envoi_id>/depart")
def confirmer(envoi_id: int) -> Response | tuple[str, int]:
    _a_moi(envoi_id)
    try:
        with transaction() as session:
            envoi.confirmer(session, envoi_id, request.form.get("preuve", ""), par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(dict(refus.erreurs), envoi_id), 422
    flash(_("Le départ du pli est noté, avec sa preuve."), "ok")
    return redirect(url_for("envois.liste"))


@bp.post("/<int:envoi_id>/reprise")
def reprendre(envoi_id: int) -> Response | tuple[str, int]:
    _a_moi(envoi_id)
    canal = request.form.get("canal", "")
    try:
        if canal not in envoi.CANAUX:
            raise SaisieRefusee({"canal": _("Choisissez comment l’envoyer.")})
        with transaction() as session:
            destinataire = request.form.get("destinataire", "")
            envoi.reprendre(session, envoi_id, canal=canal, destinataire=destinataire, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(dict(refus.erreurs), envoi_id), 422
    travaux.balayer(jobs())
    par_courriel = canal == "courriel"
    flash(_("L’envoi repart.") if par_courriel else _("L’envoi est à poster : dites ici quand il est parti."), "ok")
    return redirect(url_for("envois.liste"))


@bp.post("/<int:envoi_id>/accuse")
def refaire(envoi_id: int) -> Response:
    """Make a receipt again, once the sheet or the bureau says what was missing."""
    _a_moi(envoi_id)
    with transaction() as session:
        refait = envoi.refaire_accuse(session, envoi_id, now=now())
    if refait.etat == "echec":
        flash(_("L’accusé de réception ne peut pas encore partir : %(cause)s", cause=traduite(refait.erreur)), "attention")
    else:
        travaux.balayer(jobs())
        flash(_("L’accusé de réception est prêt."), "ok")
    return redirect(url_for("envois.liste"))
