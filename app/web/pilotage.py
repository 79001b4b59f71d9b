"""The managers' pages: what is late now and soon, by bureau, circuit and agent; the board of the last weeks."""

from flask import Blueprint, Response, make_response, render_template, request

from app.courrier import delais, habilitations, organisation, rapports
from app.db import db
from app.web.context import moi, now
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
    )  # fmt: skip


@bp.get("/retards.csv")
def tableur() -> Response:
    reponse = make_response(rapports.tableur(_rapport().lignes))
    reponse.headers["Content-Type"] = "text/csv; charset=utf-8"
    reponse.headers["Content-Disposition"] = f'attachment; filename="retards-{delais.jour(now()).isoformat()}.csv"'
    return reponse


@bp.get("/tableau")
def tableau() -> str:
    rapport = _rapport()
    return render_template(
        "pilotage/tableau.html", rapport=rapport, etats=rapports.en_cours_par_etat(db.session(), moi()),
        volumes=rapports.volumes(db.session(), moi(), now=now()),
    )  # fmt: skip
