"""The courriers on a circuit's older versions: what taking them to another would do, the move, the way back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.courrier import circuits, habilitations, journey
from app.db import Session, db, transaction
from app.web.context import moi, now, parts
from engine import Step
from engine.errors import EngineError

bp = Blueprint("migrations", __name__, url_prefix="/circuits")
LOT = 100
"""How many courriers one request moves; the page then says how many are left."""
CHOIX = "etape:"


@bp.before_request
def reserve() -> None:
    """The designers' pages."""
    habilitations.exiger(moi(), "circuits")


@bp.get("/<cle>/versions/<int:version>/passage")
def plan(cle: str, version: int) -> str:
    session = db.session()
    essai = circuits.essayer(session, parts().engine, cle, version, choix=_choix())
    return render_template(
        "circuits/migration.html", plan=essai, passages=circuits.passages(session, cle), lot=LOT, prefixe=CHOIX
    )


@bp.post("/<cle>/versions/<int:version>/passage")
def passer(cle: str, version: int) -> Response:
    choix, vers = _choix(), circuits.publie(db.session(), cle, version)
    concernes = circuits.essayer(db.session(), parts().engine, cle, version, choix=choix).movable
    faits = _chacun(
        concernes[:LOT],
        lambda session, numero: journey.changer_version(
            session, parts().engine, numero, vers, choix=choix, par=moi().identifiant, now=now()
        ),
    )
    dit = ngettext("%(num)d courrier suit maintenant la version %(n)d.", "%(num)d courriers suivent maintenant la version %(n)d.",
                   faits, n=version)  # fmt: skip
    reste = len(concernes) - faits
    if reste:
        dit += " " + ngettext("%(num)d peut encore y passer.", "%(num)d peuvent encore y passer.", reste)
    flash(dit, "ok" if faits else "attention")
    suite: dict[str, Any] = {CHOIX + avant: apres for avant, apres in choix.items()}
    return redirect(url_for("migrations.plan", cle=cle, version=version, **suite))


@bp.post("/<cle>/passages/<int:numero>/retour")
def revenir(cle: str, numero: int) -> Response:
    concernes = circuits.a_revenir(db.session(), cle, numero)
    faits = _chacun(
        concernes[:LOT],
        lambda session, instance: journey.revenir_version(
            session, parts().engine, instance, par=moi().identifiant, now=now()
        ),
    )
    if faits:
        dit = ngettext("%(num)d courrier est revenu à sa version d’avant.",
                       "%(num)d courriers sont revenus à leur version d’avant.", faits)  # fmt: skip
        flash(dit, "ok")
    else:
        flash(_("Aucun courrier ne peut plus revenir : tous ont avancé depuis."), "attention")
    return redirect(url_for("migrations.plan", cle=cle, version=circuits.publie(db.session(), cle).version))


def _choix() -> dict[str, str]:
    """The steps that the designer has named in the place of others."""
    return {nom.removeprefix(CHOIX): valeur for nom, valeur in request.values.items() if nom.startswith(CHOIX) and valeur}


def _chacun(concernes: tuple[int, ...] | list[int], geste: Callable[[Session, int], Step]) -> int:
    """Do it for each in a transaction of its own; one who has just gone on stays where it is. How many were done."""
    faits = 0
    for numero in concernes:
        try:
            with transaction() as session:
                geste(session, numero)
        except EngineError:
            continue
        faits += 1
    return faits
