"""The sheets of outside people and bodies: looked for, made, corrected, taken out, with their history and their courriers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.courrier import consultation, correspondants, delais, habilitations
from app.courrier.correspondants import Contact, Filtre, doublons, groupes
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Correspondant
from app.db import Session, db, transaction
from app.web.context import moi, now
from app.web.flux import emporter
from app.web.saisies import nombre_de
from app.web.urls import numero

bp = Blueprint("correspondants", __name__, url_prefix="/correspondants")
RATTACHABLES = 5


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's sheets."""
    habilitations.exiger(moi(), "enregistrer")


@bp.get("")
def liste() -> str:
    session, filtre, page = db.session(), _filtre(), max(request.args.get("page", 1, type=numero), 1)
    fiches, total = correspondants.feuilleter(session, filtre, page=page)
    return render_template(
        "correspondants/liste.html", filtre=filtre, fiches=fiches, total=total, rang=page, groupes=groupes.tous(session),
        siens=groupes.noms(session, [fiche.id for fiche in fiches]), nom_complet=correspondants.nom_complet,
        premier=(page - 1) * correspondants.PAGE + 1,
    )  # fmt: skip


@bp.get("/export.csv")
def tableur() -> Response:
    return _emporter("csv", "text/csv; charset=utf-8", correspondants.csv_de)


@bp.get("/export.vcf")
def cartes() -> Response:
    return _emporter("vcf", "text/vcard; charset=utf-8", correspondants.vcards_de)


@bp.get("/nouveau")
def nouveau() -> str:
    maison = nombre_de(request.args, "organisme")
    return _page(asdict(Contact()), organisme_id=maison)


@bp.post("")
def creer() -> Answer | tuple[str, int]:
    saisi, maison = _saisi(), nombre_de(request.form, "organisme_id")
    try:
        with transaction() as session:
            fiche_ = correspondants.creer(session, saisi, par=moi().identifiant, now=now(), employeur=maison)
            _grouper(session, fiche_.id)
    except SaisieRefusee as refus:
        return _page(asdict(saisi), refus.erreurs, organisme_id=maison), 422
    flash(_("La fiche est créée."), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=fiche_.id))


@bp.get("/<int:correspondant_id>")
def fiche(correspondant_id: int) -> str | Answer:
    connu = correspondants.correspondant(db.session(), correspondant_id)
    if connu.fusionne_vers is not None:
        gardee = correspondants.gardee(db.session(), connu)
        flash(_("Cette fiche a été fusionnée avec celle-ci."))
        return redirect(url_for("correspondants.fiche", correspondant_id=gardee.id))
    return _page(asdict(correspondants.contact(connu)), connu=connu, organisme_id=connu.organisme_id)


@bp.post("/<int:correspondant_id>")
def modifier(correspondant_id: int) -> Answer | tuple[str, int]:
    saisi, maison = _saisi(), nombre_de(request.form, "organisme_id")
    try:
        with transaction() as session:
            correspondants.modifier(session, correspondant_id, saisi, par=moi().identifiant, now=now(), employeur=maison)
            _grouper(session, correspondant_id)
    except SaisieRefusee as refus:
        connu = correspondants.correspondant(db.session(), correspondant_id)
        return _page(asdict(saisi), refus.erreurs, connu=connu, organisme_id=maison), 422
    flash(_("La fiche est corrigée."), "ok")
    return redirect(url_for("correspondants.fiche", correspondant_id=correspondant_id))


def _filtre() -> Filtre:
    genre = request.args.get("genre", "")
    return Filtre(
        mots=request.args.get("q", "").strip(), groupe=nombre_de(request.args, "groupe"),
        genre=genre if genre in correspondants.GENRES else "",
    )


def _emporter(forme: str, mime: str, ecrire: Callable[[Session, Filtre], Iterator[bytes]]) -> Response:
    habilitations.exiger(moi(), "fiches")
    filtre, nom = _filtre(), f"correspondants-{delais.jour(now()).isoformat()}.{forme}"
    return emporter(lambda session: ecrire(session, filtre), mime, nom)


def _saisi() -> Contact:
    return Contact(**{champ: request.form.get(champ, "").strip() for champ in correspondants.CHAMPS})


def _grouper(session: Session, fiche_id: int) -> None:
    """Put the sheet into the groups that were ticked, and into the one that was named."""
    voulus = request.form.getlist("groupes", type=numero)
    nom = request.form.get("nouveau_groupe", "").strip()
    if nom:
        try:
            voulus.append(groupes.nomme(session, nom, par=moi().identifiant, now=now()).id)
        except SaisieRefusee as refus:
            raise SaisieRefusee({"nouveau_groupe": refus.erreurs["nom"]}) from None
    groupes.placer(session, fiche_id, voulus, par=moi().identifiant, now=now())


def _rattachables(session: Session, organisme: str, organisme_id: int | None) -> list[Correspondant]:
    """The bodies that somebody may work for: the one they are with, those whose name holds the words typed."""
    sienne = [session.get(Correspondant, organisme_id)] if organisme_id else []
    autres = correspondants.chercher(session, organisme, genre="organisme", limite=RATTACHABLES)
    return list({maison.id: maison for maison in (*sienne, *autres) if maison is not None}.values())


def _page(
    valeurs: Mapping[str, str], erreurs: Mapping[str, str] = MappingProxyType({}), *, connu: Correspondant | None = None,
    organisme_id: int | None = None,
) -> str:  # fmt: skip
    """A sheet, new without its number; what is known of it beside the form."""
    session = db.session()
    maisons = _rattachables(session, valeurs["organisme"], organisme_id)
    siens = groupes.de(session, connu.id) if connu else []
    coches = request.form.getlist("groupes") if request.method == "POST" else [str(groupe) for groupe in siens]
    return render_template(
        "correspondants/fiche.html", valeurs={**valeurs, "organisme_id": organisme_id or ""}, erreurs=erreurs, connu=connu,
        nom_complet=correspondants.nom_complet, remarques=correspondants.remarques(connu) if connu else [],
        enveloppe=correspondants.enveloppe(connu) if connu else [], coches=coches,
        groupes=[(str(groupe.id), groupe.nom) for groupe in groupes.tous(session)],
        maisons=[maison for maison in maisons if connu is None or maison.id != connu.id],
        courriers=consultation.courriers_de(session, moi(), connu.id) if connu else [],
        demandes=consultation.demandes_de(session, moi(), connu.id) if connu else {},
        contacts=correspondants.contacts(session, connu) if connu else [],
        histoire=correspondants.historique(session, connu) if connu else [],
        paires=doublons.de(session, connu.id) if connu else [],
    )  # fmt: skip
