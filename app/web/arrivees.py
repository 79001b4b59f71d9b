"""What arrives and waits: files dropped, one letter each or together, read by the workers with their progress."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.courrier import collecte, depot, registre, texte
from app.courrier.depot import Jointe
from app.courrier.errors import Illisible
from app.courrier.tables import Depot
from app.db import db, transaction
from app.jointes import COURRIEL
from app.web import mots
from app.web.context import jobs, moi, now, parts
from app.web.depots import bp as bp  # their one folder of addresses

EN_ATTENTE = ("a_lire", "a_verifier", "a_enregistrer")
ENSEMBLE = {"pieces": depot.avec_pieces, "pages": depot.en_pages}
"""What several files dropped together are, when they are not a letter each."""

UNE_MINUTE = timedelta(minutes=1)
"""The least that is said of a wait: « 0 minute » says nothing."""


@bp.get("")
def liste() -> str:
    return render_template("depots/liste.html", ecartes=depot.ecartes(db.session()), **_liste())


@bp.get("/etat")
def etat() -> str:
    """The list alone, asked again by the page while something is being read."""
    return render_template("depots/_liste.html", redemandee=True, **_liste())


def _liste() -> dict[str, Any]:
    """A page of what waits, what its lines say of each, and where the list goes on."""
    session, apres = db.session(), db.session().get(Depot, request.args.get("apres", 0, type=int))
    place = (apres.differe, apres.recu_le, apres.id) if apres else None
    depots = depot.liste(session, *EN_ATTENTE, apres=place, limite=depot.TAILLE + 1)
    montres = depots[: depot.TAILLE]
    originaux = depot.originaux(session, [d.id for d in montres])
    remarques = texte.remarques(session, (piece.id for piece in originaux.values()))
    return {
        "depots": montres, "apres": apres, "suite": montres[-1].id if len(depots) > len(montres) else None,
        "pages": {numero: piece.pages for numero, piece in originaux.items()},
        "avis": {numero: mots.avis_de_numerisation(remarques.get(piece.id, {})) for numero, piece in originaux.items()},
        "nombres": depot.compter(session), "lecture": any(d.etat == "a_lire" for d in montres),
        "jumeaux": {d.id: depot.jumeaux(session, d)[0] for d in montres if d.doublon_de},
        "boites": collecte.noms(session, [d.lot_id or d.id for d in montres]),
        "depuis": {d.id: format_timedelta(max(now() - d.recu_le, UNE_MINUTE), granularity="minute") for d in montres},
    }


@bp.post("")
def deposer() -> Response:
    fichiers = [_ranger(fichier) for fichier in request.files.getlist("fichiers") if fichier.filename]
    ensemble = ENSEMBLE.get(request.form.get("ensemble", "")) if len(fichiers) > 1 else None
    lots = [fichiers] if ensemble else [[fichier] for fichier in fichiers]
    for lot in lots:
        with transaction() as session:
            recu = (ensemble or depot.avec_pieces)(session, lot, canal=_canal(lot[0]), par=moi().identifiant, now=now())
        jobs().lire(recu.id)
    flash(*_dit(len(fichiers), une=ensemble is not None))
    return redirect(url_for("depots.liste"))


@bp.post("/<int:depot_id>/avance")
def avancer(depot_id: int) -> Response:
    """An old letter is wanted now: it no longer waits behind the mail of the day."""
    with transaction() as session:
        depot.devancer(session, depot_id, par=moi().identifiant, now=now())
    jobs().lire(depot_id)
    return redirect(url_for("depots.liste"))


def _dit(nombre: int, *, une: bool) -> tuple[str, str]:
    if nombre == 0:
        return _("Aucun fichier n’a été choisi."), "attention"
    if une:
        return _("%(num)d fichiers déposés comme une seule lettre, en lecture.", num=nombre), "ok"
    return ngettext("%(num)d fichier déposé, en lecture.", "%(num)d fichiers déposés, en lecture.", nombre), "ok"


def _ranger(fichier: FileStorage) -> Jointe:
    """A file in the vault before any row says so: a crash between the two loses nothing and shows nothing."""
    contenu = fichier.read()
    place = parts().coffre.put(contenu)
    try:
        mime = parts().lecteur.sniff(contenu)
    except Illisible:
        mime = "application/octet-stream"
    return Jointe(nom=fichier.filename or "", coffre_range=place, mime=mime)


def _canal(fichier: Jointe) -> str:
    """How a file came: an e-mail says so itself, the others by a way that the page offers."""
    if fichier.mime == COURRIEL:
        return "courriel"
    dit = request.form.get("canal", "")
    return dit if dit in registre.CANAUX else "papier"
