"""The sheets of outside people and bodies: looked for, made, corrected, with the history of their courriers."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from types import MappingProxyType

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import consultation, delais, habilitations, registre
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now
from app.web.urls import numero

bp = Blueprint("correspondants", __name__, url_prefix="/correspondants")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's sheets."""
    habilitations.exiger(moi(), "enregistrer")


@bp.get("")
def liste() -> str:
    mots, page = request.args.get("q", "").strip(), max(request.args.get("page", 1, type=numero), 1)
    fiches, total = registre.feuilleter(db.session(), mots, page=page)
    return render_template(
        "correspondants/liste.html", mots=mots, fiches=fiches, total=total, rang=page, adresse=registre.adresse,
        nom_complet=registre.nom_complet,
        premier=(page - 1) * registre.PAGE + 1,
    )  # fmt: skip


@bp.get("/export.csv")
def tableur() -> Response:
    reponse = make_response(registre.tableur(registre.toutes(db.session(), request.args.get("q", ""))))
    reponse.headers["Content-Type"] = "text/csv; charset=utf-8"
    nom = f"correspondants-{delais.jour(now()).isoformat()}.csv"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


@bp.get("/nouveau")
def nouveau() -> str:
    return _page(asdict(registre.Contact()))


@bp.post("")
def creer() -> Response | tuple[str, int]:
    saisi = _saisi()
    try:
        with transaction() as session:
            fiche_ = registre.creer(session, saisi, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(asdict(saisi), refus.erreurs), 422
    flash(_("La fiche est créée."), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=fiche_.id))


@bp.get("/<int:correspondant_id>")
def fiche(correspondant_id: int) -> str:
    connu = registre.correspondant(db.session(), correspondant_id)
    return _page({champ.name: getattr(connu, champ.name) for champ in fields(registre.Contact)}, correspondant_id=connu.id)


@bp.post("/<int:correspondant_id>")
def modifier(correspondant_id: int) -> Response | tuple[str, int]:
    saisi = _saisi()
    try:
        with transaction() as session:
            registre.modifier(session, correspondant_id, saisi, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(asdict(saisi), refus.erreurs, correspondant_id), 422
    flash(_("La fiche est corrigée."), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=correspondant_id))


def _saisi() -> registre.Contact:
    return registre.Contact(**{champ.name: request.form.get(champ.name, "").strip() for champ in fields(registre.Contact)})


def _page(
    valeurs: Mapping[str, str], erreurs: Mapping[str, str] = MappingProxyType({}), correspondant_id: int | None = None
) -> str:
    """A sheet, new without its number; what is known of it beside the form."""
    session = db.session()
    connu = registre.correspondant(session, correspondant_id) if correspondant_id is not None else None
    voisines = registre.trouver(session, registre.Contact(**valeurs)) if connu else []
    return render_template(
        "correspondants/fiche.html", valeurs=valeurs, erreurs=erreurs, connu=connu, nom_complet=registre.nom_complet,
        remarques=registre.remarques(connu) if connu else [],
        courriers=consultation.courriers_de(session, moi(), connu.id) if connu else [],
        voisines=[voisine for voisine in voisines if connu and voisine.correspondant.id != connu.id],
    )  # fmt: skip
