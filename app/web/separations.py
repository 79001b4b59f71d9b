"""Separator sheets: printed once for a bureau, put between the letters of a batch before they are scanned, used again."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import consultation, habilitations, lots, organisation
from app.courrier.errors import SaisieRefusee
from app.db import db
from app.web.context import moi, parts

bp = Blueprint("separations", __name__, url_prefix="/depots/separations")
EXEMPLAIRES = 50
"""Sheets printed at one go."""


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


@bp.get("")
def choisir() -> str:
    return _page({})


@bp.get("/feuilles.pdf")
def imprimer() -> Response | tuple[str, int]:
    """The sheets as a PDF. They are nothing but paper: no row tells of them, and the same choice gives the same bytes."""
    try:
        feuille, nombre = _feuille(), _nombre()
    except SaisieRefusee as refus:
        return _page(dict(refus.erreurs)), 422
    code = lots.ecrire(feuille)
    html = render_template(
        "depots/separation.html", feuille=feuille, code=code, qr=parts().codes.qr(code), nombre=nombre,
        bureau=organisation.arbre(db.session())[feuille.bureau].nom,
        nature=dict(_natures()).get(feuille.nature, ""), confidentialite=feuille.confidentialite,
    )  # fmt: skip
    pdf = make_response(parts().compositeur.pdf(html, titre=_("Feuilles de séparation"), auteur=parts().config.organisme.nom))
    pdf.headers["Content-Type"] = "application/pdf"
    pdf.headers["Content-Disposition"] = f'attachment; filename="separation-{feuille.bureau}.pdf"'
    return pdf


def _feuille() -> lots.Feuille:
    bureau, nature, confidentialite = (request.args.get(nom, "") for nom in ("bureau", "nature", "confidentialite"))
    erreurs = {
        "bureau": _("Choisissez un bureau de la liste.") if bureau not in organisation.arbre(db.session()) else "",
        "nature": _("Choisissez une nature de la liste.") if nature and nature not in dict(_natures()) else "",
        "confidentialite": _("Choisissez une confidentialité de la liste.")
        if confidentialite and confidentialite not in lots.CONFIDENTIALITES else "",
    }  # fmt: skip
    fautes = {nom: phrase for nom, phrase in erreurs.items() if phrase}
    if fautes:
        raise SaisieRefusee(fautes)
    return lots.Feuille(bureau=bureau, nature=nature, confidentialite=confidentialite)


def _nombre() -> int:
    nombre = request.args.get("nombre", 1, type=int)
    if not 1 <= nombre <= EXEMPLAIRES:
        raise SaisieRefusee({"nombre": _("Demandez de 1 à 50 feuilles.")})
    return nombre


def _page(erreurs: dict[str, str]) -> str:
    valeurs: dict[str, Any] = {"nombre": "10", **request.args}
    bureaux = sorted(((noeud.cle, noeud.nom) for noeud in organisation.arbre(db.session()).values()), key=lambda un: un[1])
    return render_template(
        "depots/separations.html", bureaux=bureaux, natures=_natures(), valeurs=valeurs, erreurs=erreurs, maximum=EXEMPLAIRES,
    )  # fmt: skip


def _natures() -> list[tuple[str, str]]:
    return [(nature.cle, nature.nom) for nature in consultation.natures(db.session(), "arrivee")]
