"""A letter written by us, or a note from one bureau to another: registered at once, set on its circuit."""

from collections.abc import Mapping
from html import escape

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import consultation, habilitations, journey, organisation, registre, reponse
from app.courrier.errors import SaisieRefusee
from app.courrier.ports import Lecture, Range
from app.db import db, transaction
from app.web import organismes
from app.web.context import moi, now, parts
from app.web.saisies import contact_de, nombre_de

bp = Blueprint("nouveau", __name__, url_prefix="/nouveau")


@bp.get("/<sens>")
def saisir(sens: str) -> str:
    if sens not in ("depart", "interne"):
        abort(404)
    return _page(sens, {"organisme": organismes.propose()}, {})


def _page(sens: str, valeurs: Mapping[str, str], erreurs: Mapping[str, str]) -> str:
    session = db.session()
    noeuds = organisation.arbre(session)
    return render_template(
        "courriers/nouveau.html", sens=sens, valeurs=valeurs, erreurs=erreurs,
        natures=[(nature.id, nature.nom) for nature in consultation.natures(session, sens)],
        miens=[(cle, noeuds[cle].nom) for cle in sorted(moi().bureaux) if cle in noeuds],
        bureaux=sorted(((noeud.cle, noeud.nom) for noeud in noeuds.values()), key=lambda choix: choix[1]),
    )  # fmt: skip


@bp.post("/<sens>")
def creer(sens: str) -> Response | tuple[str, int]:
    valeurs = dict(request.form.items())
    try:
        erreurs = _controler(sens, valeurs)
        if erreurs:
            raise SaisieRefusee(erreurs)
        # The note becomes a PDF before the transaction: typesetting is slow, and harmless when it is not used.
        note = _mettre_en_page(_titre(valeurs), valeurs) if sens == "interne" else None
        with transaction() as session:
            courrier = journey.enregistrer(
                session, parts().engine, _saisie(sens, valeurs), circuit=sens, donnees=_donnees(sens, valeurs),
                par=moi().identifiant, now=now(),
            )  # fmt: skip
            if note:
                journey.joindre(session, courrier, *note, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(sens, valeurs, dict(refus.erreurs)), 422
    flash(_("Enregistré sous le numéro %(chrono)s.", chrono=courrier.chrono), "ok")
    return redirect(url_for("courriers.courrier", courrier_id=courrier.id))


def _controler(sens: str, valeurs: Mapping[str, str]) -> dict[str, str]:
    if sens not in ("depart", "interne"):
        abort(404)
    habilitations.exiger(moi(), "ecrire")
    erreurs = {}
    if valeurs.get("bureau") not in moi().bureaux:
        erreurs["bureau"] = _("Choisissez l’un de vos bureaux.")
    if sens == "interne" and len(valeurs.get("corps", "").strip()) < 10:
        erreurs["corps"] = _("Écrivez la note : dix caractères au moins.")
    if sens == "interne" and valeurs.get("vers") not in organisation.arbre(db.session()):
        erreurs["vers"] = _("Choisissez le bureau destinataire.")
    return erreurs


def _saisie(sens: str, valeurs: Mapping[str, str]) -> registre.Saisie:
    noeuds = organisation.arbre(db.session())
    qui = contact_de(valeurs) if sens == "depart" and valeurs.get("nom", "").strip() else None
    return registre.Saisie(
        sens=sens, canal="papier", objet=valeurs.get("objet", ""), nature_id=nombre_de(valeurs, "nature_id") or 0,
        bureau_id=noeuds[valeurs["bureau"] if sens == "depart" else valeurs["vers"]].id, correspondant=qui,
        confidentialite=valeurs.get("confidentialite", ""), organisme=valeurs.get("organisme", ""),
    )  # fmt: skip


def _donnees(sens: str, valeurs: Mapping[str, str]) -> dict[str, object]:
    if sens == "depart":
        return {"bureau": valeurs["bureau"], "nature": "depart"}
    return {"bureau": valeurs["vers"], "bureau_emetteur": valeurs["bureau"], "nature": "interne"}


def _titre(valeurs: Mapping[str, str]) -> str:
    return " ".join(valeurs.get("objet", "").split()) or str(_("Note interne"))


def _mettre_en_page(titre: str, valeurs: Mapping[str, str]) -> tuple[str, Range, Lecture]:
    """The note as a PDF in the vault, and its text: it is read, searched and marked as what comes from outside."""
    noeuds = organisation.arbre(db.session())
    entre = f"{noeuds[valeurs['bureau']].nom} → {noeuds[valeurs['vers']].nom}"
    html = f"<h1>{escape(titre)}</h1><p>{escape(entre)}</p>{reponse.en_html(valeurs['corps'])}"
    pdf = parts().compositeur.pdf(html, titre=titre, auteur=moi().identifiant)
    return f"{titre[:80]}.pdf", parts().coffre.put(pdf), parts().lecteur.read(pdf)
