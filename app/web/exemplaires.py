"""A scanned page that carries the label of a courrier is put with it, once a clerk has said so."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import deviations, habilitations
from app.db import transaction
from app.web.context import moi, now
from app.web.urls import numero

bp = Blueprint("exemplaires", __name__)


@bp.post("/depots/<int:depot_id>/exemplaire")
def joindre(depot_id: int) -> Response:
    habilitations.exiger(moi(), "enregistrer")
    with transaction() as session:
        courrier_id = request.form.get("courrier", 0, type=numero)
        courrier = deviations.joindre_exemplaire(session, moi(), depot_id, courrier_id, now=now())
    flash(_("L’exemplaire numérisé est joint à %(chrono)s.", chrono=courrier.chrono), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier.id))
