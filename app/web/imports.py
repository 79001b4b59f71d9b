"""Files of sheets taken in: read, set beside the sheets there are, looked at, then written; and undone."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.courrier import correspondants, habilitations
from app.courrier.correspondants import colonnes, imports, lecture, plan
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now
from app.web.urls import numero

bp = Blueprint("imports", __name__, url_prefix="/correspondants/imports")
PAGE = 100
"""Rows shown at once."""


@bp.before_request
def reserve() -> None:
    """Whoever keeps the sheets."""
    habilitations.exiger(moi(), "fiches")


@bp.get("")
def liste() -> str:
    return _liste()


@bp.post("")
def deposer() -> Response | tuple[str, int]:
    recu = request.files.get("fichier")
    contenu = recu.read(lecture.OCTETS + 1) if recu else b""
    try:
        with transaction() as session:
            nom = recu.filename or "" if recu else ""
            depose = imports.deposer(session, nom=nom, contenu=contenu, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _liste(refus.erreurs), 422
    return redirect(url_for("imports.relire", import_id=depose.id))


@bp.get("/<int:import_id>")
def relire(import_id: int) -> str | Response:
    session = db.session()
    sien = imports.fichier(session, import_id)
    if sien.etat != "a_voir":
        return redirect(url_for("imports.liste"))
    prevu = plan.planifier(session, sien)
    sorte = request.args.get("sorte", "")
    sorte = sorte if sorte in plan.SORTES else next((s for s in ("douteuse", *plan.SORTES) if prevu.comptes.get(s)), "creer")
    page = max(request.args.get("page", 1, type=numero), 1)
    rangs = [proposee for proposee in prevu.proposees if proposee.sorte == sorte]
    return render_template(
        "correspondants/import.html", sien=sien, plan=prevu, sorte=sorte, sortes=plan.SORTES, cibles=colonnes.CIBLES,
        encodages=lecture.ENCODAGES, montrees=rangs[(page - 1) * PAGE : page * PAGE], total=len(rangs), rang=page,
        premier=(page - 1) * PAGE + 1, nom_complet=correspondants.nom_complet,
        exemples=[list(rangee.cellules) for rangee in prevu.tableau.rangees if rangee.cellules][:3],
    )  # fmt: skip


@bp.post("/<int:import_id>/reglages")
def regler(import_id: int) -> Response:
    separateur = request.form.get("separateur", "")
    reglages = {
        **request.form.to_dict(), "separateur": "\t" if separateur == "tab" else separateur,
        "colonnes": request.form.getlist("colonnes"),
    }
    with transaction() as session:
        imports.regler(session, import_id, reglages)
    return redirect(url_for("imports.relire", import_id=import_id))


@bp.post("/<int:import_id>/choix")
def choisir(import_id: int) -> Response:
    with transaction() as session:
        imports.choisir(session, import_id, _choix())
    flash(_("Vos choix sont gardés."), "ok")
    page = request.form.get("page", 1, type=numero)
    return redirect(url_for("imports.relire", import_id=import_id, sorte="douteuse", page=page))


@bp.post("/<int:import_id>")
def importer(import_id: int) -> Response:
    with transaction() as session:
        empreinte = request.form.get("empreinte", "")
        fait = imports.importer(session, import_id, empreinte=empreinte, choix=_choix(), par=moi().identifiant, now=now())
    creees, changees = fait.bilan["creees"], fait.bilan["changees"]
    flash(" ".join([
        ngettext("%(num)d fiche créée,", "%(num)d fiches créées,", creees),
        ngettext("%(num)d changée. L’import peut se défaire.", "%(num)d changées. L’import peut se défaire.", changees),
    ]), "ok")  # fmt: skip
    return redirect(url_for("imports.liste"))


@bp.post("/<int:import_id>/retour")
def defaire(import_id: int) -> Response:
    with transaction() as session:
        restent = imports.defaire(session, import_id, par=moi().identifiant, now=now())
    dites = [_("L’import est défait.")]
    if restent:
        dites.append(ngettext("%(num)d fiche qui a servi depuis est gardée.", "%(num)d fiches qui ont servi depuis sont gardées.",
                              restent))  # fmt: skip
    flash(" ".join(dites), "ok")
    return redirect(url_for("imports.liste"))


@bp.post("/<int:import_id>/abandon")
def abandonner(import_id: int) -> Response:
    with transaction() as session:
        imports.abandonner(session, import_id, par=moi().identifiant, now=now())
    flash(_("Le fichier est oublié ; rien n’a été écrit."), "ok")
    return redirect(url_for("imports.liste"))


def _choix() -> dict[str, str]:
    """What is decided of the doubtful rows on the page that was sent, by the number of their line."""
    return {cle.removeprefix("ligne-"): dit for cle, dit in request.form.items() if cle.startswith("ligne-")}


def _liste(erreurs: Mapping[str, str] = MappingProxyType({})) -> str:
    return render_template(
        "correspondants/imports.html", imports=imports.liste(db.session()), erreurs=erreurs, lignes=lecture.LIGNES,
        megas=lecture.OCTETS // 1_000_000,
    )
