"""The administrators' page of the API: who may send and ask, a token given once, an access taken back."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import habilitations, organisation, partenaires
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now
from app.web.saisies import nombre_de

bp = Blueprint("acces", __name__, url_prefix="/administration/acces")


@bp.before_request
def reserve() -> None:
    """The administrators' page."""
    habilitations.exiger(moi(), "api")


@bp.get("")
def liste() -> str:
    return _page({}, {})


def _page(valeurs: Mapping[str, object], erreurs: Mapping[str, str], jeton: str = "") -> str:
    noeuds = organisation.arbre(db.session()).values()
    return render_template(
        "administration/acces.html", acces=partenaires.tous(db.session()), valeurs=valeurs, erreurs=erreurs, jeton=jeton,
        bureaux=sorted(((noeud.id, noeud.nom) for noeud in noeuds), key=lambda choix: choix[1]),
    )  # fmt: skip


@bp.post("")
def creer() -> str | tuple[str, int]:
    """The token is in this very answer, which nothing keeps, and in no other."""
    nom, droits = request.form.get("nom", ""), request.form.getlist("droits")
    bureau_id = nombre_de(request.form, "bureau_id")
    try:
        with transaction() as session:
            _nouveau, jeton = partenaires.creer(
                session, nom=nom, droits=droits, bureau_id=bureau_id, par=moi().identifiant, now=now(),
            )  # fmt: skip
    except SaisieRefusee as refus:
        return _page({"nom": nom, "droits": droits, "bureau_id": bureau_id}, refus.erreurs), 422
    return _page({}, {}, jeton)


@bp.post("/<int:partenaire_id>/revocation")
def revoquer(partenaire_id: int) -> Response:
    with transaction() as session:
        retire = partenaires.revoquer(session, partenaire_id, par=moi().identifiant, now=now())
    flash(_("L’accès de %(nom)s est révoqué : son jeton n’ouvre plus rien.", nom=retire.nom), "ok")
    return redirect(url_for("acces.liste"))
