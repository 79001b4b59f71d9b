"""What arrives: files dropped, read by the workers with their progress, then registered by a clerk, document beside the form."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.courrier import (
    consultation,
    delais,
    depot,
    habilitations,
    journey,
    liens,
    lots,
    organisation,
    propositions,
    registre,
    texte,
)
from app.courrier.errors import Illisible, SaisieRefusee
from app.courrier.propositions import Offre
from app.courrier.tables import Correspondant, Courrier, Depot, Nature
from app.db import db, transaction
from app.web import complements, document, doublons, mots
from app.web.context import jobs, moi, now, parts
from app.web.offres import boites, montrees, remplies
from app.web.offres import de as offres_de
from app.web.saisies import contact_de, nombre_de
from app.web.urls import numero

bp = Blueprint("depots", __name__, url_prefix="/depots")
EN_ATTENTE = ("a_lire", "a_verifier", "a_enregistrer")


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's pages."""
    habilitations.exiger(moi(), "deposer")


@bp.get("")
def liste() -> str:
    return render_template("depots/liste.html", ecartes=depot.ecartes(db.session()), **_liste())


@bp.get("/etat")
def etat() -> str:
    """The list alone, asked again by the page while something is being read."""
    return render_template("depots/_liste.html", **_liste())


def _liste() -> dict[str, Any]:
    depots = depot.liste(db.session(), *EN_ATTENTE)
    originaux = {d.id: piece for d in depots if (piece := depot.original(db.session(), d.id))}
    remarques = texte.remarques(db.session(), (piece.id for piece in originaux.values()))
    return {
        "depots": depots,
        "pages": {numero: piece.pages for numero, piece in originaux.items()},
        "avis": {numero: mots.avis_de_numerisation(remarques.get(piece.id, {})) for numero, piece in originaux.items()},
        "nombres": depot.compter(db.session()),
        "lecture": any(d.etat == "a_lire" for d in depots),
        "jumeaux": {d.id: depot.jumeaux(db.session(), d)[0] for d in depots if d.doublon_de},
    }


@bp.post("")
def deposer() -> Response:
    fichiers = [fichier for fichier in request.files.getlist("fichiers") if fichier.filename]
    for fichier in fichiers:
        _deposer(fichier)
    nombre = len(fichiers)
    if nombre == 0:
        flash(_("Aucun fichier n’a été choisi."), "attention")
    else:
        flash(ngettext("%(num)d fichier déposé, en lecture.", "%(num)d fichiers déposés, en lecture.", nombre), "ok")
    return redirect(url_for("depots.liste"))


def _deposer(fichier: FileStorage) -> None:
    # The bytes are in the vault before the row says so; a crash between the two loses nothing and shows nothing.
    contenu = fichier.read()
    place = parts().coffre.put(contenu)
    try:
        mime = parts().lecteur.sniff(contenu)
    except Illisible:
        mime = "application/octet-stream"
    with transaction() as session:
        recu = depot.deposer(
            session, coffre_range=place, nom=fichier.filename or "", mime=mime, canal=_canal(), par=moi().identifiant, now=now(),
        )  # fmt: skip
    jobs().lire(recu.id)


def _canal() -> str:
    """How the files came, by a way that the page offers."""
    dit = request.form.get("canal", "")
    return dit if dit in registre.CANAUX else "papier"


@bp.get("/<int:depot_id>")
def saisir(depot_id: int) -> str | Response:
    attend = depot.depot(db.session(), depot_id)
    if attend.etat == "a_lire":
        flash(_("Ce dépôt est encore en lecture ; il s’ouvrira dès qu’il sera lu."), "attention")
        return redirect(url_for("depots.liste"))
    depot.disponible(db.session(), attend, par=moi().identifiant, now=now())
    offres = _offres(attend)
    return _formulaire(attend, {**_par_defaut(attend), **remplies(offres)}, {}, offres)


@bp.post("/<int:depot_id>/propositions")
def accepter(depot_id: int) -> str:
    """The form again, with what the clerk accepts of what was proposed: one candidate, or the first of every empty field."""
    attend = depot.depot(db.session(), depot_id)
    valeurs = dict(request.form.items())
    offres = _offres(attend)
    champ, _egal, valeur = valeurs.pop("accepter", "").partition("=")
    if champ == "*":
        premieres = {nom: montree["choix"][0][0] for nom, montree in montrees(offres).items()}
        valeurs |= {nom: premiere for nom, premiere in premieres.items() if not valeurs.get(nom)}
    elif champ:
        valeurs[champ] = valeur
    return _formulaire(attend, valeurs, {}, offres)


@bp.post("/<int:depot_id>/prise")
def prendre(depot_id: int) -> tuple[str, int]:
    """The page that a clerk opened says so by itself: colleagues see who is at it. To look changes nothing."""
    with transaction() as session:
        depot.prendre(session, depot_id, par=moi().identifiant, now=now())
    return "", 204


def _par_defaut(pris: Depot) -> dict[str, str]:
    """What the depot itself says of the courrier."""
    return {"canal": pris.canal, "recu_le": delais.jour(pris.recu_le).isoformat(), "priorite": "normale"}


def _offres(pris: Depot) -> dict[str, Offre]:
    """What is proposed, the sender being the one that the letter gives."""
    lues = {lue["champ"]: lue["valeur"] for lue in pris.propositions}
    return offres_de(pris, contact_de({**lues, "nom": lues.get("expediteur", "")}))


def _formulaire(pris: Depot, valeurs: dict[str, Any], erreurs: dict[str, str], offres: dict[str, Offre] | None = None) -> str:
    session = db.session()
    pieces, piece = depot.pieces(session, pris.id), depot.original(session, pris.id)
    lue = next((une for une in pieces if une.genre == "vue"), piece)
    montre = montrees(_offres(pris) if offres is None else offres)
    connus = registre.trouver(session, contact_de({**valeurs, "nom": valeurs.get("expediteur") or valeurs.get("nom", "")}))
    return render_template(
        "depots/enregistrer.html", depot=pris, valeurs=valeurs, erreurs=erreurs, montre=montre, connus=connus,
        trajet=complements.trajet(pris, valeurs),
        choix_connus=[*((str(c.correspondant.id), _connu(c.correspondant)) for c in connus), ("", _("Quelqu’un d’autre"))],
        natures=[(nature.id, nature.nom) for nature in consultation.natures(session, "arrivee")],
        bureaux=sorted(((n.id, n.nom) for n in organisation.arbre(session).values()), key=lambda choix: choix[1]),
        document=document.document(lue, boites=boites(montre)) if lue and lue.pages else None, piece=piece,
        annexes=[une for une in pieces if une.genre == "annexe"], copies=[une for une in pieces if une.genre == "cherchable"],
        avis=mots.avis_de_numerisation(texte.remarques(session, [piece.id]).get(piece.id, {}) if piece else {}),
        decoupable=bool(lots.feuilles(session, pris)),
        **doublons.autour(pris),
    )  # fmt: skip


def _connu(fiche: Correspondant) -> str:
    lieu = " ".join(mot for mot in (fiche.code_postal, fiche.ville) if mot)
    return ", ".join(mot for mot in (registre.nom_complet(fiche), fiche.adresse.replace("\n", ", "), lieu) if mot)


@bp.post("/<int:depot_id>")
def enregistrer(depot_id: int) -> Response | tuple[str, int]:
    valeurs = dict(request.form.items())
    try:
        with transaction() as session:
            courrier = _enregistrer(session, depot_id, valeurs)
    except SaisieRefusee as refus:
        return _formulaire(depot.depot(db.session(), depot_id), valeurs, dict(refus.erreurs)), 422
    flash(_("Enregistré sous le numéro %(chrono)s.", chrono=courrier.chrono), "ok")
    if valeurs.get("suite") != "suivant":
        return redirect(url_for("courriers.courrier", courrier_id=courrier.id))
    libres = [d for d in depot.liste(db.session(), "a_enregistrer") if d.pris_par in (None, moi().identifiant)]
    return redirect(url_for("depots.saisir", depot_id=libres[0].id) if libres else url_for("depots.liste"))


def _enregistrer(session: Any, depot_id: int, valeurs: dict[str, str]) -> Courrier:
    attend = depot.depot(session, depot_id)
    offres = _offres(attend)
    repond_a = propositions.repondu(session, moi(), valeurs.get("repond_a", ""))
    saisie = replace(saisie_de(depot_id, valeurs), repond_a=repond_a, **complements.saisis(valeurs, offres))
    nature = session.get(Nature, saisie.nature_id)
    sens = complements.retenue(attend, nature, valeurs)
    bureaux = {noeud.id: noeud.cle for noeud in organisation.arbre(session).values()}
    bureau = bureaux.get(saisie.bureau_id or (nature.bureau_id if nature else 0) or 0, "direction")
    copies = [bureaux[cle] for cle in request.form.getlist("copies", type=numero) if cle in bureaux]
    courrier = journey.enregistrer(
        session, parts().engine, saisie, circuit=sens.circuit, pourquoi=sens.pourquoi,
        donnees={"bureau": bureau, "nature": nature.cle if nature else "", "bureaux": list(dict.fromkeys([bureau, *copies]))},
        par=moi().identifiant, now=now(),
    )  # fmt: skip
    complements.noter(courrier, attend, valeurs)
    liens.lier_coches(session, moi(), courrier, request.form.getlist("lies", type=numero), now=now())
    propositions.confirmer(session, courrier, offres, nouveau=not isinstance(saisie.correspondant, int), now=now())
    return courrier


def saisie_de(depot_id: int, valeurs: dict[str, str]) -> registre.Saisie:
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
    with transaction() as session:
        depot.rendre(session, depot_id, par=moi().identifiant)
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
