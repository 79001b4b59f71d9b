"""The pages of a depot, as small pictures: cut, joined, turned, put in order, left out, and any of it undone."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.courrier import depot, habilitations, lots, texte
from app.courrier.errors import GesteRefuse, Illisible
from app.courrier.tables import Depot
from app.db import Session, db, transaction
from app.web import mots
from app.web.context import jobs, moi, now, parts

bp = Blueprint("lots", __name__, url_prefix="/depots")
GRANDE = 1000
"""Pixels across a page that is looked at closely."""

FAITS = {
    "couper": _l("Le dépôt est coupé en deux : la suite attend dans la liste."),
    "joindre": _l("Les pages sont jointes ; elles sont à la fin de ce dépôt."),
    "tourner": _l("Les pages sont tournées."),
    "ordonner": _l("Les pages sont dans leur nouvel ordre."),
    "oter": _l("Les pages sont ôtées de la lettre ; elles restent dans le fichier d’origine."),
    "defaire": _l("Le dernier geste est annulé."),
}
GESTES = {
    "couper": _l("Annuler la coupure"), "joindre": _l("Annuler la jonction"), "tourner": _l("Annuler la rotation"),
    "ordonner": _l("Annuler le nouvel ordre"), "oter": _l("Remettre les pages ôtées"),
}  # fmt: skip
"""What undoing says, by the act undone."""


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


@bp.get("/<int:depot_id>/pages")
def pages(depot_id: int) -> str | Response:
    session, attend = db.session(), depot.depot(db.session(), depot_id)
    version = lots.courante(session, depot_id)
    if attend.etat == "a_lire" and version is None:
        flash(_("Ce dépôt est encore en lecture ; il s’ouvrira dès qu’il sera lu."), "attention")
        return redirect(url_for("depots.liste"))
    if attend.etat not in ("a_lire", "a_enregistrer", "a_verifier"):
        flash(_("Le tri de ce dépôt est terminé : ses pages ne changent plus."), "attention")
        return redirect(url_for("depots.liste"))
    acte = lots.dernier(session, depot_id)
    return render_template(
        "depots/pages.html", depot=attend, rang=version.rang if version else 0, feuilles=_feuilles(session, attend),
        voisins=_voisins(session, attend), annuler=GESTES.get(acte.acte) if acte else None, sources=lots.sources(session, attend),
    )  # fmt: skip


@bp.get("/<int:depot_id>/pages/<int:place>/image")
def image(depot_id: int, place: int) -> Response:
    """A page as it is turned now; `v` only tells the browser that it may have changed."""
    session = db.session()
    feuilles = lots.feuilles(session, depot.depot(session, depot_id))
    if not 1 <= place <= len(feuilles):
        abort(404)
    sha256, page, tourne = feuilles[place - 1]
    droites = {lue.numero: lue.tourne for lue in texte.lues(session, sha256)}
    droite = (droites.get(page, 0) + tourne) % 360
    try:
        if request.args.get("grande"):
            dessin = parts().images.page(sha256, page=page, largeur=GRANDE, tourne=droite)
        else:
            dessin = parts().images.vignette(sha256, page=page, pages={**droites, page: droite})
    except Illisible:
        abort(404)
    reponse = make_response(dessin)
    reponse.headers["Content-Type"] = "image/png" if dessin.startswith(b"\x89PNG") else "image/jpeg"
    return reponse


@bp.post("/<int:depot_id>/pages")
def agir(depot_id: int) -> Response:
    """One act, by the button that was pressed; its name, then what it is about."""
    acte, _deux_points, quoi = request.form.get("geste", "").partition(":")
    if acte not in _ACTES:
        abort(400)
    try:
        with transaction() as session:
            ici, touches = _ACTES[acte](session, depot_id, quoi)
            numeros = [touche.id for touche in touches if touche.etat == "a_lire"]
            montre = ici if ici in numeros else numeros[0]
    except GesteRefuse as refus:
        flash(mots.remplie(refus.template, refus.values), "attention")
        return redirect(url_for("lots.pages", depot_id=depot_id))
    for numero in numeros:
        jobs().lire(numero)
    flash(str(FAITS[acte]), "ok")
    return redirect(url_for("lots.pages", depot_id=montre))


Acte = Callable[[Session, int, str], tuple[int, list[Depot]]]
"""What an act touched, and the depot to show after it."""


def _qui() -> dict[str, Any]:
    return {"rang": request.form.get("rang", -1, type=int), "par": moi().identifiant, "now": now()}


def _cochees() -> set[int]:
    return set(request.form.getlist("page", type=int))


def _tourner(session: Session, depot_id: int, quoi: str) -> tuple[int, list[Depot]]:
    degres = {"gauche": 270, "droite": 90, "demi-tour": 180}.get(quoi) or abort(400)
    return depot_id, [lots.tourner(session, depot_id, pages=_cochees(), degres=degres, **_qui())]


def _oter(session: Session, depot_id: int, quoi: str) -> tuple[int, list[Depot]]:
    feuilles = _feuilles(session, depot.depot(session, depot_id)) if quoi == "blanches" else []
    pages = {feuille["place"] for feuille in feuilles if feuille["blanche"]} or _cochees()
    return depot_id, [lots.oter(session, depot_id, pages=pages, **_qui())]


def _ordonner(session: Session, depot_id: int, _quoi: str) -> tuple[int, list[Depot]]:
    """Each page says its new place; those that say the same stay in the order they had."""
    places = request.form.getlist("place", type=int)
    ordre = [rang for _place, rang in sorted(zip(places, range(1, len(places) + 1), strict=True))]
    return depot_id, [lots.ordonner(session, depot_id, ordre=ordre, **_qui())]


def _couper(session: Session, depot_id: int, quoi: str) -> tuple[int, list[Depot]]:
    suite = lots.couper(session, depot_id, avant=int(quoi) if quoi.isdecimal() else 0, **_qui())
    return depot_id, [depot.depot(session, depot_id), suite]


def _joindre(session: Session, depot_id: int, _quoi: str) -> tuple[int, list[Depot]]:
    devant = lots.joindre(session, depot_id, a=request.form.get("vers", 0, type=int), **_qui())
    return devant.id, [devant]


def _defaire(session: Session, depot_id: int, _quoi: str) -> tuple[int, list[Depot]]:
    return depot_id, lots.defaire(session, depot_id, **_qui())


_ACTES: dict[str, Acte] = {
    "tourner": _tourner, "oter": _oter, "ordonner": _ordonner, "couper": _couper, "joindre": _joindre, "defaire": _defaire,
}  # fmt: skip


def _feuilles(session: Session, attend: Depot) -> list[dict[str, Any]]:
    """The pages in order: where each comes from, and what is to be said of it."""
    toutes = lots.feuilles(session, attend)
    lues = {sha256: {lue.numero: lue for lue in texte.lues(session, sha256)} for sha256 in {page[0] for page in toutes}}
    montrees = []
    for place, (sha256, page, _tourne) in enumerate(toutes, 1):
        lue = lues[sha256].get(page)
        remarque = (lue.defaut or (lue.source if lue.source in ("vide", "image") else "")) if lue else ""
        if lue and lots.de_separation(lue.code):
            remarque = "feuille"
        montrees.append(
            {"place": place, "page": page, "remarque": mots.remarque(remarque), "blanche": bool(lue and lue.source == "vide")}
        )
    return montrees


def _voisins(session: Session, attend: Depot) -> list[tuple[int, str]]:
    """The depots that these pages may be put behind: the one before first, those of the same batch, then the others."""
    libres = [
        un for un in depot.liste(session, "a_lire", "a_enregistrer", "a_verifier")
        if un.id != attend.id and un.pris_par in (None, moi().identifiant) and _a_des_pages(session, un)
    ]  # fmt: skip
    racine = attend.lot_id or attend.id

    def rang(autre: Depot) -> tuple[bool, bool, int]:
        return (autre.lot_id or autre.id) != racine, autre.id > attend.id, abs(attend.id - autre.id)

    return [(un.id, un.origine) for un in sorted(libres, key=rang)]


def _a_des_pages(session: Session, un: Depot) -> bool:
    return (un.etat != "a_lire" or lots.courante(session, un.id) is not None) and bool(lots.feuilles(session, un))


