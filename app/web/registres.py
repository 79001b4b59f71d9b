"""What the bureau d'ordre does to its registers: a courrier registered by mistake is cancelled, its document registered again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import deviations, habilitations
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web import courriers, document, fiche
from app.web.context import moi, now, parts

bp = Blueprint("registres", __name__)

Answer = Response | tuple[str, int]


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's acts."""
    habilitations.exiger(moi(), "enregistrer")


@bp.post("/courriers/<int:courrier_id>/annulation")
def annuler(courrier_id: int) -> Answer:
    trouve = document.voir(courrier_id)
    try:
        with transaction() as session:
            deviations.annuler(session, parts().engine, moi(), courrier_id, raison=request.form.get("motif", ""), now=now())
    except SaisieRefusee as refus:
        if not deviations.annulable(db.session(), moi(), trouve):
            raise  # no form on its page to say it
        return courriers.page(trouve, fiche.volet(None), erreurs=refus.erreurs), 422
    flash(_("Le courrier est annulé ; son numéro reste au registre, avec le motif."), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier_id))


@bp.post("/courriers/<int:courrier_id>/depot")
def rendre(courrier_id: int) -> Response:
    document.voir(courrier_id)
    with transaction() as session:
        libre = deviations.rendre_depot(session, moi(), courrier_id, now=now())
    return redirect(url_for("depots.saisir", depot_id=libre.id))
