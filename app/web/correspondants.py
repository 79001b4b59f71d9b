"""The sheet of an outside person or body, to be corrected by those who register mail."""

from dataclasses import asdict, fields

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import habilitations, registre
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now

bp = Blueprint("correspondants", __name__, url_prefix="/correspondants")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's sheets."""
    habilitations.exiger(moi(), "enregistrer")


@bp.get("/<int:correspondant_id>")
def fiche(correspondant_id: int) -> str:
    connu = registre.correspondant(db.session(), correspondant_id)
    valeurs = {champ.name: getattr(connu, champ.name) for champ in fields(registre.Contact)}
    return render_template("correspondants/fiche.html", valeurs=valeurs, erreurs={}, correspondant_id=correspondant_id)


@bp.post("/<int:correspondant_id>")
def modifier(correspondant_id: int) -> Response | tuple[str, int]:
    saisi = registre.Contact(**{champ.name: request.form.get(champ.name, "").strip() for champ in fields(registre.Contact)})
    try:
        with transaction() as session:
            registre.modifier(session, correspondant_id, saisi, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        page = render_template(
            "correspondants/fiche.html", valeurs=asdict(saisi), erreurs=refus.erreurs, correspondant_id=correspondant_id
        )
        return page, 422
    flash(_("La fiche est corrigée."), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=correspondant_id))
