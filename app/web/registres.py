"""What the bureau d'ordre does to its registers: a courrier registered by mistake is cancelled, its document registered again."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import deviations, habilitations, registre
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Correspondant, Courrier
from app.db import db, transaction
from app.web import courriers, document, fiche, saisies
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


@bp.post("/courriers/<int:courrier_id>/inscription")
def corriger(courrier_id: int) -> Answer:
    trouve, connus = document.voir(courrier_id), _connus(request.form.get("correspondant", ""))
    try:
        with transaction() as session:
            voulu = _voulu(trouve, connus)
            deviations.rectifier(session, moi(), courrier_id, voulu, raison=request.form.get("raison", ""), now=now())
    except SaisieRefusee as refus:
        offerts = [(fiche_.id, registre.nom_complet(fiche_)) for fiche_ in connus] if len(connus) > 1 else []
        return courriers.page(trouve, fiche.volet(None), erreurs=refus.erreurs, connus=offerts), 422
    flash(_("L’inscription est corrigée ; le registre garde ce qui était écrit."), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier_id))


def _connus(texte: str) -> list[Correspondant]:
    return registre.chercher(db.session(), texte.replace(",", " "))


def _voulu(trouve: Courrier, connus: Sequence[Correspondant]) -> deviations.Inscrit:
    return deviations.Inscrit(
        objet=" ".join(request.form.get("objet", "").split()), date_courrier=_jour("date_courrier"),
        correspondant_id=_designe(trouve, connus), nature_id=saisies.nombre_de(request.form, "nature_id") or 0,
        bureau_id=saisies.nombre_de(request.form, "bureau_id") or None,
        mots=registre.separer(request.form.get("mots", "")), reponse_voulue=_jour("reponse_voulue"),
    )  # fmt: skip


def _jour(champ: str) -> date | None:
    jour = request.form.get(champ, "")
    try:
        return date.fromisoformat(jour) if jour else None
    except ValueError:
        raise SaisieRefusee({champ: _("Cette date n’existe pas.")}) from None


def _designe(trouve: Courrier, connus: Sequence[Correspondant]) -> int | None:
    """The sheet that was meant: the one it has when its name is untouched, the only one found, the one chosen of several."""
    texte = request.form.get("correspondant", "").strip()
    if texte == deviations.mentions(db.session(), trouve)["correspondant_id"]:
        return trouve.correspondant_id
    choisi = saisies.nombre_de(request.form, "correspondant_id")
    trouves = [fiche_.id for fiche_ in connus if choisi in (None, fiche_.id)]
    if texte and len(trouves) != 1:
        raise SaisieRefusee({"correspondant": "Choisissez la fiche parmi celles qui répondent à ces mots." if connus
                             else "Aucune fiche ne répond à ces mots."})  # fmt: skip
    return trouves[0] if texte else None


@bp.post("/courriers/<int:courrier_id>/depot")
def rendre(courrier_id: int) -> Response:
    document.voir(courrier_id)
    with transaction() as session:
        libre = deviations.rendre_depot(session, moi(), courrier_id, now=now())
    return redirect(url_for("depots.saisir", depot_id=libre.id))
