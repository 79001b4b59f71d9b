"""What arrived is registered by a clerk, document beside the form; two clerks never work at the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.courrier import (
    consultation,
    delais,
    depot,
    etiquettes,
    habilitations,
    journey,
    liens,
    lots,
    organisation,
    propositions,
    registre,
    texte,
)
from app.courrier.errors import DejaFait, DejaPris, Introuvable, SaisieRefusee
from app.courrier.propositions import Offre
from app.courrier.tables import Courrier, Depot, Nature
from app.db import db, transaction
from app.web import complements, connus, document, doublons, mots, organismes
from app.web.context import jobs, moi, now, parts
from app.web.offres import boites, montrees, remplies
from app.web.offres import de as offres_de
from app.web.offres import douteux as offres_douteuses
from app.web.saisies import brouillon_de, contact_de, dites, nombre_de, typees
from app.web.tenue import prevenir
from app.web.urls import numero

bp = Blueprint("depots", __name__, url_prefix="/depots")
COPIES = ("cherchable", "pdfa")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


@bp.get("/<int:depot_id>")
def saisir(depot_id: int) -> str | Response | tuple[str, int]:
    attend = depot.depot(db.session(), depot_id)
    if attend.etat == "a_lire":
        flash(_("Ce dépôt est encore en lecture ; il s’ouvrira dès qu’il sera lu."), "attention")
        return redirect(url_for("depots.liste"))
    try:
        depot.disponible(db.session(), attend, par=moi().identifiant, now=now())
    except (DejaPris, DejaFait):
        return _ailleurs(attend)
    offres = _offres(attend)
    return _formulaire(attend, {**_au_depart(attend, offres), **attend.brouillon}, {}, offres)


def _ailleurs(attend: Depot, valeurs: dict[str, Any] | None = None) -> tuple[str, int]:
    """A depot that a colleague has, or that is no longer to be sorted: who, since when, what became of it, what was typed."""
    noms = {cle: {str(un): nom for un, nom in choix} for cle, choix in _choix().items()}
    return render_template(
        "depots/ailleurs.html", depot=attend, courrier=_devenu(attend), tapes=dites(valeurs or {}, noms),
        minutes=depot.ABANDON // timedelta(minutes=1),
    ), 409


def _devenu(attend: Depot) -> Courrier | None:
    """The courrier that a depot became, when it is open to this clerk."""
    try:
        return habilitations.voir(db.session(), moi(), attend.courrier_id or 0)
    except Introuvable:
        return None


def _choix() -> dict[str, list[tuple[int, str]]]:
    """The natures and the bureaux of the form, by number and name."""
    bureaux = sorted(((noeud.id, noeud.nom) for noeud in organisation.arbre(db.session()).values()), key=lambda un: un[1])
    return {"nature_id": [(une.id, une.nom) for une in consultation.natures(db.session(), "arrivee")], "bureau_id": bureaux}


@bp.post("/suivant")
def suivant() -> Response:
    """The next depot that nobody has: it is this clerk's from now on."""
    with transaction() as session:
        apres = session.get(Depot, nombre_de(request.form, "apres") or 0)
        pris = depot.suivant(session, par=moi().identifiant, now=now(), apres=apres)
    return _vers(pris)


@bp.post("/<int:depot_id>/suite")
def passer(depot_id: int) -> Response:
    """To the next depot or the one before without registering; what was typed is kept for whoever comes back."""
    brouillon = _brouillon(depot_id)
    with transaction() as session:
        laisse = depot.rendre(session, depot_id, par=moi().identifiant, brouillon=brouillon)
        arriere = request.form.get("sens") == "precedent"
        pris = depot.suivant(session, par=moi().identifiant, now=now(), apres=laisse, arriere=arriere)
    return _vers(pris)


def _vers(pris: Depot | None) -> Response:
    if pris is None:
        flash(_("Aucun autre dépôt n’est libre."), "info")
    return redirect(url_for("depots.saisir", depot_id=pris.id) if pris else url_for("depots.liste"))


def _brouillon(depot_id: int) -> dict[str, Any] | None:
    """What was typed beyond what was proposed; None when the form was not sent."""
    if "objet" not in request.form:
        return None
    attend = depot.depot(db.session(), depot_id)
    return brouillon_de(typees(), _au_depart(attend, _offres(attend)))


@bp.post("/<int:depot_id>/propositions")
def accepter(depot_id: int) -> str:
    """The form again, with what the clerk accepts of what was proposed: one candidate, or the first of every empty field."""
    attend = depot.depot(db.session(), depot_id)
    valeurs = typees()
    offres = _offres(attend)
    champ, _egal, valeur = valeurs.pop("accepter", "").partition("=")
    if champ == "*":
        premieres = {nom: montree["choix"][0][0] for nom, montree in montrees(offres).items()}
        valeurs |= {nom: premiere for nom, premiere in premieres.items() if not valeurs.get(nom)}
    elif champ:
        valeurs[champ] = valeur
    return _formulaire(attend, valeurs, {}, offres)


@bp.post("/<int:depot_id>/prise")
def prendre(depot_id: int) -> tuple[str, int, dict[str, str]]:
    """The page that a clerk opened says so by itself, and again while it is filled (`encore`): colleagues see who is at it."""
    try:
        with transaction() as session:
            depot.prendre(session, depot_id, par=moi().identifiant, now=now())
    except (DejaPris, DejaFait):
        if "encore" in request.args or not request.headers.get("HX-Request"):
            raise
        # Somebody else opened it at the same moment: nothing is typed yet, the page says who.
        return "", 204, {"HX-Redirect": url_for("depots.saisir", depot_id=depot_id)}
    return "", 204, {}


def _au_depart(pris: Depot, offres: dict[str, Offre]) -> dict[str, str]:
    """What the form holds before anything is typed: what the depot itself says of the courrier, and what is proposed."""
    dit = {"canal": pris.canal, "recu_le": delais.jour(pris.recu_le).isoformat(), "priorite": "normale", **remplies(offres)}
    return {**dit, "organisme": organismes.propose(dit.get("bureau_id", ""))}


def _offres(pris: Depot) -> dict[str, Offre]:
    """What is proposed, the sender being the one that the letter gives."""
    lues = {lue["champ"]: lue["valeur"] for lue in pris.propositions}
    return offres_de(pris, contact_de({**lues, "nom": lues.get("expediteur", "")}))


def _formulaire(pris: Depot, valeurs: dict[str, Any], erreurs: dict[str, str], offres: dict[str, Offre] | None = None) -> str:
    session = db.session()
    pieces, piece = depot.pieces(session, pris.id), depot.original(session, pris.id)
    lue = next((une for une in pieces if une.genre == "vue"), piece)
    montre = montrees(_offres(pris) if offres is None else offres)
    return render_template(
        "depots/enregistrer.html", depot=pris, valeurs=valeurs, erreurs=erreurs, montre=montre, **connus.de(valeurs),
        douteux=offres_douteuses(montre, valeurs),
        trajet=complements.trajet(pris, valeurs),
        natures=_choix()["nature_id"], bureaux=_choix()["bureau_id"],
        lignes=texte.lignes(session, lue.id) if lue else [],
        document=document.document(lue, boites=boites(montre)) if lue and lue.pages else None, piece=piece,
        annexes=[une for une in pieces if une.genre == "annexe"], copies=[une for une in pieces if une.genre in COPIES],
        avis=mots.avis_de_numerisation(texte.remarques(session, [piece.id]).get(piece.id, {}) if piece else {}),
        decoupable=bool(lots.feuilles(session, pris)),
        **doublons.autour(pris),
        exemplaires=etiquettes.reconnus(session, moi(), pris.id),
    )  # fmt: skip


@bp.post("/<int:depot_id>")
def enregistrer(depot_id: int) -> Response | tuple[str, int]:
    valeurs = typees()
    try:
        with transaction() as session:
            courrier = _enregistrer(session, depot_id, valeurs)
    except SaisieRefusee as refus:
        return _formulaire(depot.depot(db.session(), depot_id), valeurs, dict(refus.erreurs)), 422
    except (DejaPris, DejaFait):
        return _ailleurs(depot.depot(db.session(), depot_id), valeurs)
    bureau = next((noeud.nom for noeud in organisation.arbre(db.session()).values() if noeud.id == courrier.bureau_id), "")
    flash(Markup(render_template("depots/_enregistre.html", courrier=courrier, bureau=bureau)), "ok")  # noqa: S704  # a template's own
    prevenir(courrier)
    if request.form.get("suite") != "suivant":
        return redirect(url_for("courriers.courrier", courrier_id=courrier.id))
    with transaction() as session:
        pris = depot.suivant(session, par=moi().identifiant, now=now(), apres=depot.depot(session, depot_id))
    return redirect(url_for("depots.saisir", depot_id=pris.id) if pris else url_for("depots.liste"))


def _enregistrer(session: Any, depot_id: int, valeurs: dict[str, Any]) -> Courrier:
    attend = depot.depot(session, depot_id)
    offres = _offres(attend)
    repond_a = propositions.repondu(session, moi(), valeurs.get("repond_a", ""))
    saisie = replace(saisie_de(depot_id, valeurs), repond_a=repond_a, **complements.saisis(valeurs, offres))
    nature = session.get(Nature, saisie.nature_id)
    sens = complements.retenue(attend, nature, valeurs)
    bureaux = {noeud.id: noeud.cle for noeud in organisation.arbre(session).values()}
    bureau = bureaux.get(saisie.bureau_id or (nature.bureau_id if nature else 0) or 0, "direction")
    copies = [bureaux[cle] for cle in valeurs["copies"] if cle in bureaux]
    courrier = journey.enregistrer(
        session, parts().engine, saisie, circuit=sens.circuit, pourquoi=sens.pourquoi,
        donnees={"bureau": bureau, "nature": nature.cle if nature else "", "bureaux": list(dict.fromkeys([bureau, *copies]))},
        par=moi().identifiant, now=now(),
    )  # fmt: skip
    complements.noter(courrier, attend, valeurs)
    liens.lier_coches(session, moi(), courrier, request.form.getlist("lies", type=numero), now=now())
    propositions.confirmer(session, courrier, offres, nouveau=not isinstance(saisie.correspondant, int), now=now())
    return courrier


def saisie_de(depot_id: int, valeurs: dict[str, Any]) -> registre.Saisie:
    """What the clerk typed."""
    connu = nombre_de(valeurs, "correspondant_id")
    contact = contact_de({**valeurs, "nom": valeurs.get("expediteur", "")})
    return registre.Saisie(
        sens="arrivee", canal=valeurs.get("canal", "papier"), objet=valeurs.get("objet", ""),
        nature_id=nombre_de(valeurs, "nature_id") or 0, bureau_id=nombre_de(valeurs, "bureau_id"),
        correspondant=connu or (contact if contact.nom or contact.organisme else None),
        date_courrier=_jour(valeurs.get("date_courrier")), recu_le=_recu_le(valeurs.get("recu_le")),
        confidentialite=valeurs.get("confidentialite", ""), priorite=valeurs.get("priorite", "normale"),
        reference=valeurs.get("reference", ""), recommande=valeurs.get("recommande", ""), depot_id=depot_id,
        organisme=valeurs.get("organisme", ""),
    )  # fmt: skip


def _jour(mot: str | None) -> date | None:
    try:
        return date.fromisoformat(mot or "")
    except ValueError:
        return None


def _recu_le(mot: str | None) -> datetime | None:
    """A day of reception, at noon unless it is today: then, now."""
    jour = _jour(mot)
    if jour is None or jour == delais.jour(now()):
        return None
    return datetime.combine(jour, time(12), tzinfo=delais.PARIS).astimezone(UTC)


@bp.post("/<int:depot_id>/rendu")
def rendre(depot_id: int) -> Response:
    brouillon = _brouillon(depot_id)
    with transaction() as session:
        depot.rendre(session, depot_id, par=moi().identifiant, brouillon=brouillon)
    return redirect(url_for("depots.liste"))


@bp.post("/<int:depot_id>/ecart")
def ecarter(depot_id: int) -> Response:
    with transaction() as session:
        depot.ecarter(session, depot_id, motif=request.form.get("motif", ""), par=moi().identifiant, now=now())
    flash(_("Le dépôt est écarté ; il est gardé, et peut être repris."), "ok")
    return redirect(url_for("depots.liste"))


@bp.post("/<int:depot_id>/relecture")
def relire(depot_id: int) -> Response:
    with transaction() as session:
        depot.reprendre(session, depot_id, par=moi().identifiant, now=now())
    jobs().lire(depot_id)
    flash(_("La lecture recommence."), "ok")
    return redirect(url_for("depots.liste"))
