"""The sender whom we know already: chosen among those that a letter may be from, or by the first signs of a name."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext as _

from app.courrier import consultation, correspondants, habilitations, registre
from app.courrier.tables import Correspondant
from app.db import db
from app.web.context import moi
from app.web.saisies import CONTACT, contact_de, nombre_de

bp = Blueprint("connus", __name__, url_prefix="/depots/connus")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


@bp.get("")
def commencer() -> Response:
    """The sheets whose names begin as what is typed; `tous`: no other does, whatever is typed after it."""
    fiches = correspondants.completer(db.session(), request.args.get("debut", ""))
    return jsonify(tous=len(fiches) < correspondants.PAGE, fiches=[_en_clair(fiche) for fiche in fiches])


@bp.get("/choix")
def choisir() -> str:
    """The choice again, for the form as it stands, once a sheet was taken by its name."""
    return render_template("depots/_connus.html", valeurs=request.args, choisi=True, **de(request.args))


def de(valeurs: Mapping[str, Any]) -> dict[str, Any]:
    """Who the sender may be by what the form holds, the one chosen included; what each of them wrote about before."""
    session = db.session()
    connus = registre.trouver(session, contact_de({**valeurs, "nom": valeurs.get("expediteur") or valeurs.get("nom", "")}))
    choisi = session.get(Correspondant, nombre_de(valeurs, "correspondant_id") or 0)
    if choisi is not None and choisi.id not in {un.correspondant.id for un in connus}:
        connus.insert(0, registre.Suggestion(correspondant=choisi, raison="", confiance=1.0))
    return {
        "connus": connus,
        "choix_connus": [*((str(un.correspondant.id), _dit(un.correspondant)) for un in connus), ("", _("Quelqu’un d’autre"))],
        "objets": consultation.objets_de(session, moi(), [un.correspondant.id for un in connus]),
    }


def _dit(fiche: Correspondant) -> str:
    return ", ".join(mot for mot in (registre.nom_complet(fiche), _lieu(fiche)) if mot)


def _lieu(fiche: Correspondant) -> str:
    lieu = " ".join(mot for mot in (fiche.code_postal, fiche.ville) if mot)
    return ", ".join(mot for mot in (fiche.adresse.replace("\n", ", "), lieu) if mot)


def _en_clair(fiche: Correspondant) -> dict[str, Any]:
    """A sheet as the form takes it, its name first; where it is told from another of the same name."""
    personne = correspondants.personne(fiche)
    autre = fiche.organisme if personne else ""
    return {
        "id": fiche.id, "nom": personne or fiche.organisme,
        "note": ", ".join(mot for mot in (_("déjà connu"), autre, _lieu(fiche)) if mot),
        "champs": {champ: getattr(fiche, champ).replace("\n", ", ") for champ in CONTACT if getattr(fiche, champ)},
    }
