"""The managers' pages: what is late now and soon, by bureau, circuit and agent; the board of the last weeks."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.courrier import circuits, consultation, delais, habilitations, journey, organisation, rapports
from app.db import db, transaction
from app.web.context import moi, now, parts
from app.web.gens import nom_agent
from app.web.mots import echeance

bp = Blueprint("pilotage", __name__, url_prefix="/pilotage")


def _rapport() -> rapports.Rapport:
    habilitations.exiger(moi(), "rapports")
    return rapports.etablir(
        db.session(), moi(), now=now(), bureau=request.args.get("bureau", ""), circuit=request.args.get("circuit", ""),
        etape=request.args.get("etape", ""),
    )  # fmt: skip


@bp.get("/retards")
def retards() -> str:
    rapport = _rapport()
    fermes = delais.fermes(db.session())
    return render_template(
        "pilotage/retards.html", rapport=rapport, now=now(), choisi=request.args,
        echeances={ligne.tache.id: echeance(ligne.tache.due, now(), fermes) for ligne in rapport.lignes},
        personnes=habilitations.perimetre(moi()) is None,
        bureaux=sorted(noeud.nom for noeud in organisation.arbre(db.session()).values()),
        etapes=sorted({ligne.tache.name for ligne in rapport.lignes}),
        circuits=_circuits(),
    )  # fmt: skip


def _circuits() -> dict[str, str]:
    return {fiche.cle: fiche.nom for fiche in circuits.fiches(db.session())}


@bp.get("/retards.csv")
def tableur() -> Response:
    reponse = make_response(rapports.tableur(_rapport().lignes, circuits=_circuits(), nom=nom_agent))
    reponse.headers["Content-Type"] = "text/csv; charset=utf-8"
    reponse.headers["Content-Disposition"] = f'attachment; filename="retards-{delais.jour(now()).isoformat()}.csv"'
    return reponse


@bp.get("/tableau")
def tableau() -> str:
    rapport = _rapport()
    en_cours, clos = rapports.arrives(db.session(), moi())
    return render_template(
        "pilotage/tableau.html", rapport=rapport, en_cours=en_cours, clos=clos,
        volumes=rapports.volumes(db.session(), moi(), now=now()),
    )  # fmt: skip


@bp.get("/incidents")
def incidents() -> str:
    """The steps that cannot go on, with their cause."""
    habilitations.exiger(moi(), "incidents")
    return render_template("pilotage/incidents.html", incidents=consultation.incidents(db.session(), moi()))


@bp.post("/incidents/<int:incident_id>")
def traiter(incident_id: int) -> BaseResponse:
    passer = request.form.get("geste") == "passer"
    with transaction() as session:
        etape = journey.traiter_incident(
            session, parts().engine, moi(), incident_id, passer=passer, motif=request.form.get("motif", ""), now=now()
        )
    if etape.incidents:
        flash(_("L’étape a échoué de nouveau : %(cause)s", cause=etape.incidents[0].cause), "erreur")
    else:
        flash(_("Le circuit est reparti."), "ok")
    return redirect(url_for("pilotage.incidents"))
