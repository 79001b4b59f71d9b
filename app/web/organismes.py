"""The administrator's page of bodies: their registers year by year, a new body, its name, its bureaux, its closing."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import delais, habilitations, organisation, registre, tenue
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Organisme
from app.db import Session, db, transaction
from app.web.context import moi, now, parts
from app.web.mots import traduite
from app.web.urls import numero

bp = Blueprint("organismes", __name__, url_prefix="/administration/organismes")

Answer = Response | tuple[str, int]


@bp.before_request
def reserve() -> None:
    """Administrators' pages."""
    habilitations.exiger(moi(), "organismes")


@bp.get("")
def liste() -> str:
    return _liste({}, {})


@bp.post("")
def ouvrir() -> Answer:
    signe, nom = request.form.get("cle", "").strip().upper(), request.form.get("nom", "")
    try:
        with transaction() as session:
            registre.ouvrir_organisme(session, signe, nom, bureaux=_coches(), par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _liste({"cle": signe, "nom": nom}, refus.erreurs), 422
    flash(_("Les registres sont ouverts : leurs numéros commencent par %(signe)s.", signe=signe), "ok")
    return redirect(url_for("organismes.liste"))


@bp.get("/<cle>")
def fiche(cle: str) -> str:
    return _fiche(_connu(cle), {})


@bp.post("/<cle>")
def modifier(cle: str) -> Answer:
    try:
        with transaction() as session:
            registre.modifier_organisme(
                session, cle, request.form.get("nom", ""), bureaux=_coches(), par=moi().identifiant, now=now(),
            )  # fmt: skip
    except SaisieRefusee as refus:
        return _fiche(_connu(cle), refus.erreurs), 422
    flash(_("C’est enregistré."), "ok")
    return redirect(url_for("organismes.liste"))


@bp.post("/<cle>/fermeture")
def fermer(cle: str) -> Response:
    return _faire(cle, registre.fermer_organisme, _("L’organisme est fermé ; ses registres restent, et se consultent."))


@bp.post("/<cle>/reouverture")
def rouvrir(cle: str) -> Response:
    return _faire(cle, registre.rouvrir_organisme, _("L’organisme est rouvert ; ses numéros reprennent où ils en étaient."))


@bp.post("/<cle>/suppression")
def supprimer(cle: str) -> Response:
    return _faire(cle, registre.supprimer_organisme, _("L’organisme est supprimé : aucun numéro n’avait été donné."))


@bp.app_context_processor
def choix_d_organisme() -> dict[str, Any]:
    """The bodies, sign and name, ours first: `organismes`, for which mail can be registered, for the forms that register; all."""
    nous = ("", parts().config.organisme.nom)

    def tous() -> list[tuple[str, str]]:
        return [nous, *((autre.cle, autre.nom) for autre in registre.organismes(db.session()))]

    def ouverts() -> list[tuple[str, str]]:
        return [nous, *((autre.cle, autre.nom) for autre in registre.organismes(db.session()) if autre.ferme_le is None)]

    return {"organismes": ouverts, "tous_les_organismes": tous}


def propose(bureau_id: str = "") -> str:
    """The sign of the body for which this bureau works, else those of who asks: what a form that registers holds at first."""
    dit = {noeud.cle for noeud in organisation.arbre(db.session()).values() if str(noeud.id) == bureau_id}
    return registre.organisme_propose(db.session(), dit or moi().bureaux)


def _faire(cle: str, geste: Callable[..., None], fait: str) -> Response:
    try:
        with transaction() as session:
            geste(session, cle, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        flash(traduite(refus.erreurs["cle"]), "erreur")
        return redirect(url_for("organismes.fiche", cle=cle))
    flash(fait, "ok")
    return redirect(url_for("organismes.liste"))


def _liste(valeurs: Mapping[str, str], erreurs: Mapping[str, str]) -> str:
    session, cette = db.session(), delais.jour(now()).year
    annees = sorted({*tenue.annees(session), cette})
    demandee = request.args.get("annee", cette, type=numero)
    annee = demandee if demandee in annees else cette
    rang, bureaux, autres = annees.index(annee), _bureaux(session), registre.organismes(session)
    return render_template(
        "administration/organismes.html", annee=annee, avant=annees[rang - 1] if rang else None, erreurs=erreurs,
        apres=annees[rang + 1] if rang + 1 < len(annees) else None, etats=tenue.etats(session, annee), valeurs=valeurs,
        noms={"": parts().config.organisme.nom, **{un.cle: un.nom for un in autres}}, bureaux=_a_cocher(bureaux, ""),
        fermes={un.cle: un.ferme_le for un in autres if un.ferme_le},
        siens={un.cle: [nom for nom, leur in bureaux.values() if leur == un.cle] for un in autres},
        coches=request.form.getlist("bureaux"),
    )  # fmt: skip


def _fiche(organisme: Organisme, erreurs: Mapping[str, str]) -> str:
    session = db.session()
    bureaux, postes = _bureaux(session), request.method == "POST"
    siens = [str(bureau) for bureau, (_nom, leur) in bureaux.items() if leur == organisme.cle]
    return render_template(
        "administration/organisme.html", tenu=organisme, erreurs=erreurs, bureaux=_a_cocher(bureaux, organisme.cle),
        nom=request.form.get("nom", "") if postes else organisme.nom, coches=request.form.getlist("bureaux") if postes else siens,
        servi=registre.a_servi(session, organisme.cle),
    )  # fmt: skip


def _bureaux(session: Session) -> Mapping[int, tuple[str, str]]:
    """Every bureau by name: its id, its name, the sign of the body that it works for."""
    leurs = registre.bureaux_de(session)
    noeuds = sorted(organisation.arbre(session).values(), key=lambda noeud: organisation.plier(noeud.nom))
    return {noeud.id: (noeud.nom, leurs.get(noeud.id, "")) for noeud in noeuds}


def _a_cocher(bureaux: Mapping[int, tuple[str, str]], signe: str) -> list[tuple[str, str]]:
    return [(str(bureau), f"{nom} ({leur})" if leur not in ("", signe) else nom) for bureau, (nom, leur) in bureaux.items()]


def _coches() -> Collection[int]:
    return request.form.getlist("bureaux", type=numero)


def _connu(cle: str) -> Organisme:
    connu = db.session().get(Organisme, cle)
    if connu is None:
        raise Introuvable(quoi="Cet organisme")
    return connu
