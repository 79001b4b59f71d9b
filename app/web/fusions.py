"""Sheets that are there twice: shown side by side, merged field by field, told apart, brought back."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.courrier import correspondants, habilitations
from app.courrier.correspondants import doublons, fusion
from app.courrier.errors import Introuvable, SaisieRefusee
from app.db import db, transaction
from app.web import mots_fiches
from app.web.context import moi, now
from app.web.urls import numero

bp = Blueprint("fusions", __name__, url_prefix="/correspondants")


@bp.before_request
def reserve() -> None:
    """Whoever keeps the sheets."""
    habilitations.exiger(moi(), "fiches")


@bp.get("/doublons")
def liste() -> str:
    page = max(request.args.get("page", 1, type=numero), 1)
    paires, total = doublons.paires(db.session(), page=page)
    return render_template(
        "correspondants/doublons.html", paires=paires, total=total, rang=page, premier=(page - 1) * doublons.PAGE + 1,
        nom_complet=correspondants.nom_complet, enveloppe=correspondants.enveloppe,
    )


@bp.get("/doublons/<int:gardee>/<int:otee>")
def comparer(gardee: int, otee: int) -> str:
    return _page(gardee, otee)


@bp.post("/doublons/<int:gardee>/<int:otee>")
def fusionner(gardee: int, otee: int) -> Response | tuple[str, int]:
    choix = {champ: request.form.get(champ, "") for champ in correspondants.CHAMPS}
    try:
        with transaction() as session:
            fusion.fusionner(session, gardee, otee, choix, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(gardee, otee, choix, refus.erreurs), 422
    flash(_("Les deux fiches n’en font plus qu’une. Cela peut se défaire, à la page des fusions."), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=gardee))


@bp.post("/doublons/<int:gardee>/<int:otee>/distincts")
def distinguer(gardee: int, otee: int) -> Response:
    with transaction() as session:
        doublons.distinguer(session, gardee, otee, par=moi().identifiant, now=now())
    flash(_("C’est noté : ces deux fiches ne seront plus proposées ensemble."), "ok")
    return redirect(url_for("fusions.liste"))


@bp.get("/fusions")
def faites() -> str:
    session = db.session()
    toutes = fusion.fusions(session)
    return render_template(
        "correspondants/fusions.html", fusions=toutes, nom_complet=correspondants.nom_complet,
        depuis=fusion.venus_depuis(session, moi(), [une for une, _gardee, _otee in toutes if une.defaite_le is None]),
    )


@bp.post("/fusions/<int:fusion_id>/retour")
def defaire(fusion_id: int) -> Response:
    with transaction() as session:
        rendre = request.form.getlist("rendre", type=numero)
        defaite, retour = fusion.defaire(session, moi(), fusion_id, rendre=rendre, now=now())
    dites = [_("Les deux fiches sont revenues telles qu’elles étaient.")]
    if retour.gardes:
        noms = ", ".join(str(mots_fiches.champ(champ)) for champ in retour.gardes)
        dites.append(_("Corrigé depuis, donc laissé tel quel : %(noms)s.", noms=noms))
    if retour.restes:
        dites.append(ngettext("%(num)d courrier venu depuis reste à la fiche gardée.",
                              "%(num)d courriers venus depuis restent à la fiche gardée.", retour.restes))  # fmt: skip
    flash(" ".join(dites), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=defaite.otee_id))


def _page(
    gardee: int, otee: int, choix: Mapping[str, str] | None = None, erreurs: Mapping[str, str] = MappingProxyType({})
) -> str:
    session = db.session()
    une, autre = (correspondants.correspondant(session, cle) for cle in (gardee, otee))
    if gardee == otee or une.fusionne_vers is not None or autre.fusionne_vers is not None:
        raise Introuvable(quoi="Cette paire de fiches")
    return render_template(
        "correspondants/comparer.html", gardee=une, otee=autre, choix=choix or fusion.proposer(une, autre), erreurs=erreurs,
        champs=list(fusion.proposer(une, autre)), nom_complet=correspondants.nom_complet,
        communs=[champ for champ in correspondants.CHAMPS if getattr(une, champ) == getattr(autre, champ) != ""],
        raisons=next((paire.raisons for paire in doublons.de(session, gardee, limite=50)
                      if otee in (paire.premiere.id, paire.seconde.id)), []),
    )  # fmt: skip
