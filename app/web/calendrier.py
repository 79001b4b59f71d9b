"""The calendar of the house: public holidays of a year, and the days on which the town hall is closed besides."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.courrier import calendrier, delais, habilitations
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now
from app.web.identity import language
from app.web.urls import numero

bp = Blueprint("calendrier", __name__, url_prefix="/administration/calendrier")


@bp.get("/", endpoint="annee")
def page_annee() -> str:
    habilitations.exiger(moi(), "calendrier")
    return _page(_annee(request.args.get("annee", type=numero)), {})


@bp.post("/")
def fermer() -> Response | tuple[str, int]:
    habilitations.exiger(moi(), "calendrier")
    jour = _jour(request.form.get("jour", ""))
    try:
        with transaction() as session:
            ferme = calendrier.fermer(session, jour, request.form.get("motif", ""), par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(_annee(jour.year if jour else None), refus.erreurs), 422
    return _fait(_("Ce jour est ajouté au calendrier."), ferme.jour)


@bp.post("/<jour>/retrait")
def rouvrir(jour: str) -> Response:
    habilitations.exiger(moi(), "calendrier")
    quand = _jour(jour) or date.min
    with transaction() as session:
        calendrier.rouvrir(session, quand, par=moi().identifiant, now=now())
    return _fait(_("Ce jour est retiré du calendrier."), quand)


def _page(annee: int, erreurs: Mapping[str, str]) -> str:
    session, aujourdhui = db.session(), delais.jour(now())
    region = delais.fermes(session).region
    fermes = calendrier.fermes(session, annee)
    return render_template(
        "administration/calendrier.html", annee=annee, aujourdhui=aujourdhui, fermes=fermes, erreurs=erreurs,
        feries=sorted((jour, nom.replace("'", "’")) for jour, nom in delais.noms_feries(annee, region, language()).items()),
        portees={ferme.jour: calendrier.portee(session, ferme.jour) for ferme in fermes if ferme.jour >= aujourdhui},
    )  # fmt: skip


def _fait(phrase: str, jour: date) -> Response:
    """Say what was done, and what it changes to the échéances that are open."""
    portee = calendrier.portee(db.session(), jour)
    suites = [phrase]
    if portee.donnees:
        suites.append(ngettext(
            "%(num)d échéance déjà donnée passe par ce jour : elle ne change pas.",
            "%(num)d échéances déjà données passent par ce jour : elles ne changent pas.", portee.donnees,
        ))  # fmt: skip
    if portee.suspendues:
        suites.append(ngettext(
            "%(num)d délai suspendu en tiendra compte quand il repartira.",
            "%(num)d délais suspendus en tiendront compte quand ils repartiront.", portee.suspendues,
        ))  # fmt: skip
    flash(" ".join(suites), "ok")
    return redirect(url_for("calendrier.annee", annee=jour.year))


def _annee(demandee: int | None) -> int:
    """The year asked for, as long as days can be closed in it; else this one."""
    cette = delais.jour(now()).year
    return demandee if demandee and abs(demandee - cette) <= calendrier.ANNEES else cette


def _jour(texte: str) -> date | None:
    try:
        return date.fromisoformat(texte.strip())
    except ValueError:
        return None
