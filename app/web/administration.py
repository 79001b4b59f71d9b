"""The administrators' pages: the journal and its proof, the organisation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import consultation, habilitations, journal, organisation
from app.courrier.errors import JournalRompu
from app.db import db
from app.web.context import moi
from app.web.urls import numero

bp = Blueprint("administration", __name__, url_prefix="/administration")
TAILLE = 100


@bp.get("/journal", endpoint="journal")
def page_journal() -> str:
    habilitations.exiger(moi(), "journal")
    avant, sujet = request.args.get("avant", type=numero), request.args.get("sujet", "").strip()
    lignes = consultation.journal(db.session(), avant=avant, sujet=sujet, limite=TAILLE)
    return render_template("administration/journal.html", lignes=lignes[:TAILLE], suite=len(lignes) > TAILLE, sujet=sujet)


@bp.post("/journal/verification")
def verifier() -> Response:
    habilitations.exiger(moi(), "journal")
    try:
        nombre = journal.verifier(db.session())
    except JournalRompu as rompu:
        flash(str(rompu), "erreur")
    else:
        flash(_("Le journal est intact : %(n)d lignes vérifiées, de la première à la dernière.", n=nombre), "ok")
    return redirect(url_for("administration.journal"))


@bp.get("/organisation", endpoint="organisation")
def page_organisation() -> str:
    habilitations.exiger(moi(), "agents")
    lus = organisation.arbre(db.session())
    arbre = {noeud.cle: noeud for noeud in sorted(lus.values(), key=lambda noeud: organisation.plier(noeud.nom))}
    return render_template(
        "administration/organisation.html", arbre=arbre, membres={cle: organisation.membres(db.session(), cle) for cle in arbre},
        roles={role: organisation.membres(db.session(), role) for role in organisation.ROLES},
    )  # fmt: skip
