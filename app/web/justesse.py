"""The administrators' page of proposals: how right they were, what is taken for what, the versions learned and the way back."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.courrier import apprentissage, consultation, delais, habilitations, organisation, propositions
from app.courrier.errors import Introuvable, ModeleAbime
from app.db import db, transaction
from app.web.context import moi, now

bp = Blueprint("justesse", __name__, url_prefix="/administration/propositions")

CHAMPS = {
    "nature": _l("Nature"), "bureau": _l("Bureau"), "circuit": _l("Circuit"), "correspondant": _l("Correspondant connu"),
    "expediteur": _l("Expéditeur"), "adresse": _l("Adresse"), "code_postal": _l("Code postal"), "ville": _l("Ville"),
    "courriel": _l("Courriel"), "telephone": _l("Téléphone"), "siret": _l("SIRET"), "date_courrier": _l("Date du courrier"),
    "objet": _l("Objet"), "reference": _l("Leur référence"), "recommande": _l("N° de recommandé"), "priorite": _l("Priorité"),
    "repond_a": _l("Répond à"), "reponse_voulue": _l("Réponse demandée pour le"), "mots": _l("Mots-clés"),
    "personne": _l("À l’attention de"),
}  # fmt: skip
APPRIS = ("nature", "bureau")
MOIS = 6
PERIODE = timedelta(days=365)


@bp.before_request
def reserve() -> None:
    """The administrators' page."""
    habilitations.exiger(moi(), "propositions")


@bp.get("")
def page() -> str:
    session, mois = db.session(), _mois()
    depuis = delais.minuit(mois[0])
    lignes = {ligne.cle: ligne for ligne in propositions.par_champ(session, depuis=now() - PERIODE)}
    return render_template(
        "administration/propositions.html", champs=CHAMPS, lignes=[lignes[champ] for champ in CHAMPS if champ in lignes],
        mois=[(f"{jour:%Y-%m}", format_date(jour, "MMM yyyy")) for jour in mois],
        natures=propositions.par_nature(session, "nature", depuis=depuis),
        confusions={champ: propositions.confusions(session, champ, depuis=now() - PERIODE) for champ in APPRIS},
        noms={
            "nature": {nature.cle: nature.nom for nature in consultation.natures(session, "arrivee")},
            "bureau": {noeud.cle: noeud.nom for noeud in organisation.arbre(session).values()},
        },
        versions=apprentissage.historique(session), abime=_abime(), confirmes=apprentissage.combien(session),
        minimum=apprentissage.CONFIRMES, appris=APPRIS,
    )  # fmt: skip


def _mois() -> list[datetime]:
    """The first days of the last months, oldest first."""
    premiers = [now().astimezone(delais.PARIS).replace(day=1)]
    while len(premiers) < MOIS:
        premiers.append((premiers[-1] - timedelta(days=1)).replace(day=1))
    return premiers[::-1]


def _abime() -> bool:
    try:
        apprentissage.en_service(db.session())
    except ModeleAbime:
        return True
    return False


@bp.post("/versions/<int:version>")
def servir(version: int) -> Response:
    try:
        with transaction() as session:
            apprentissage.servir(session, version, par=moi().identifiant, now=now())
    except Introuvable as refus:
        flash(str(refus), "erreur")
    else:
        flash(_("La version %(n)d propose à présent.", n=version), "ok")
    return redirect(url_for("justesse.page"))
