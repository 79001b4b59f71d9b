"""The groups of correspondants: made, renamed, given up."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import habilitations
from app.courrier.correspondants import groupes
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now

bp = Blueprint("groupes", __name__, url_prefix="/correspondants/groupes")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's groups."""
    habilitations.exiger(moi(), "enregistrer")


@bp.get("")
def liste() -> str:
    return _page()


@bp.post("")
def creer() -> Response | tuple[str, int]:
    try:
        with transaction() as session:
            groupes.nomme(session, request.form.get("nom", ""), par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(refus.erreurs), 422
    flash(_("Le groupe est créé."), "ok")
    return redirect(url_for("groupes.liste"))


@bp.post("/<int:groupe_id>")
def renommer(groupe_id: int) -> Response | tuple[str, int]:
    try:
        with transaction() as session:
            groupes.renommer(session, groupe_id, request.form.get("nom", ""), par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page({f"nom-{groupe_id}": refus.erreurs["nom"]}), 422
    flash(_("Le groupe est renommé."), "ok")
    return redirect(url_for("groupes.liste"))


@bp.post("/<int:groupe_id>/retrait")
def supprimer(groupe_id: int) -> Response:
    with transaction() as session:
        groupes.supprimer(session, groupe_id, par=moi().identifiant, now=now())
    flash(_("Le groupe est supprimé ; les fiches restent."), "ok")
    return redirect(url_for("groupes.liste"))


def _page(erreurs: Mapping[str, str] = MappingProxyType({})) -> str:
    session = db.session()
    return render_template(
        "correspondants/groupes.html", groupes=groupes.tous(session), comptes=groupes.comptes(session), erreurs=erreurs
    )
