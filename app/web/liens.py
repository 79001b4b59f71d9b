"""What a courrier goes with: those of the same affair, linked and unlinked from its page, and the other times that it came."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import doublons, habilitations, liens
from app.courrier.errors import SaisieRefusee
from app.db import transaction
from app.web import courriers, document, fiche
from app.web.context import moi, now

bp = Blueprint("liens", __name__)


@bp.post("/courriers/<int:courrier_id>/liens")
def lier(courrier_id: int) -> Response | tuple[str, int]:
    trouve = document.voir(courrier_id)
    try:
        with transaction() as session:
            chrono, motif = request.form.get("chrono", ""), request.form.get("motif_lien", "")
            autre = liens.lier(session, moi(), courrier_id, chrono, motif, now=now())
    except SaisieRefusee as refus:
        return courriers.page(trouve, fiche.volet(None), erreurs=refus.erreurs), 422
    flash(_("Lié à %(chrono)s.", chrono=autre.chrono), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier_id) + "#liens")


@bp.post("/courriers/<int:courrier_id>/liens/<int:autre_id>/retrait")
def delier(courrier_id: int, autre_id: int) -> Response:
    with transaction() as session:
        autre = liens.delier(session, moi(), courrier_id, autre_id, now=now())
    flash(_("Délié de %(chrono)s ; l’historique garde qu’ils ont été liés.", chrono=autre.chrono), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier_id) + "#liens")


@bp.post("/courriers/<int:courrier_id>/receptions/<int:depot_id>/retrait")
def detacher(courrier_id: int, depot_id: int) -> Response:
    habilitations.exiger(moi(), "enregistrer")
    with transaction() as session:
        rendu = doublons.detacher(session, moi(), courrier_id, depot_id, now=now())
    flash(_("Les pièces sont détachées : elles attendent d’être enregistrées."), "ok")
    return redirect(url_for("depots.saisir", depot_id=rendu.id))
