"""Search: one box with field syntax, filters beside it, extracts with the words found; the reader's rights are in the query."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import etiquettes, recherche, registre
from app.courrier.recherche import Filtres
from app.db import db
from app.web.context import moi, parts

bp = Blueprint("recherche", __name__)
FACETTES = ("bureau", "nature", "mot", "sens", "etat")


@bp.get("/recherche")
def chercher() -> str | Response:
    texte = request.args.get("q", "").strip()
    if etiquettes.ressemble(texte):
        trouve = etiquettes.trouver(db.session(), texte)
        if trouve and etiquettes.choisis(db.session(), moi(), [trouve.id]):
            return redirect(url_for("courriers.courrier", courrier_id=trouve.id))
        flash(_("Cette étiquette n’est celle d’aucun courrier qui vous soit ouvert."), "attention")
    filtres = Filtres(
        **{cle: request.args.get(cle, "") for cle in FACETTES}, tri="date" if request.args.get("tri") == "date" else "pertinence"
    )
    trouves = recherche.chercher(
        db.session(), moi(), parts().index, recherche.question(texte), filtres, request.args.get("page", 1, type=int)
    )
    return render_template(
        "recherche/page.html", question=texte, filtres=filtres, trouves=trouves, nom_complet=registre.nom_complet,
        facettes=[(cle, _titre(cle), trouves.facettes.get(cle, ())) for cle in FACETTES], adresse=_adresse,
    )  # fmt: skip


def _titre(cle: str) -> str:
    return str({"bureau": _("Bureau"), "nature": _("Nature"), "mot": _("Mot-clé"), "sens": _("Sens"), "etat": _("État")}[cle])


def _adresse(**change: Any) -> str:
    """This search with something changed, from its first page unless a page is asked."""
    gardes: dict[str, Any] = {cle: valeur for cle, valeur in request.args.items() if cle != "page" and valeur}
    return str(url_for("recherche.chercher", **{**gardes, **change}))
