"""Somebody calls or comes to the counter: what they ask is registered while they are there, without any document."""

from collections.abc import Mapping
from html import escape

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import circuits, consultation, habilitations, journey, organisation, registre, reponse
from app.courrier.errors import SaisieRefusee
from app.courrier.ports import Lecture, Range
from app.courrier.tables import Courrier, Nature
from app.db import Session, db, transaction
from app.web import organismes
from app.web.context import moi, now, parts
from app.web.saisies import contact_de, nombre_de

bp = Blueprint("accueil", __name__, url_prefix="/accueil")
CANAUX = ("telephone", "guichet")
NOTES_MAX = 20_000


@bp.before_request
def reserve() -> None:
    """The bureau d'ordre's page."""
    habilitations.exiger(moi(), "enregistrer")


@bp.get("")
def saisir() -> str:
    canal = request.args.get("canal", "")
    return _page({"canal": canal if canal in CANAUX else "telephone", "organisme": organismes.propose()}, {})


def _page(valeurs: Mapping[str, str], erreurs: Mapping[str, str]) -> str:
    session, connus = db.session(), _connus(valeurs)
    return render_template(
        "accueil/saisir.html", valeurs=valeurs, erreurs=erreurs, notes_max=NOTES_MAX,
        connus=[(str(c.correspondant.id), registre.nom_complet(c.correspondant)) for c in connus],
        natures=[(nature.id, nature.nom) for nature in consultation.natures(session, "arrivee")],
        bureaux=sorted(((noeud.id, noeud.nom) for noeud in organisation.arbre(session).values()), key=lambda choix: choix[1]),
    )  # fmt: skip


def _connus(valeurs: Mapping[str, str]) -> list[registre.Suggestion]:
    return registre.trouver(db.session(), contact_de(valeurs))


@bp.post("")
def enregistrer() -> Response | tuple[str, int]:
    valeurs = dict(request.form.items())
    try:
        saisie = _saisie(valeurs)
        # Set before the transaction: it is slow, and harmless when the form is refused.
        notes = _mettre_en_page(valeurs) if valeurs.get("notes", "").strip() else None
        with transaction() as session:
            courrier = _inscrire(session, saisie)
            if notes:
                journey.joindre(session, courrier, *notes, par=moi().identifiant, now=now())
    except SaisieRefusee as refus:
        return _page(valeurs, refus.erreurs), 422
    flash(_("Enregistré sous le numéro %(chrono)s. Code de suivi à donner : %(code)s.", chrono=courrier.chrono,
            code=courrier.code_suivi), "ok")  # fmt: skip
    return redirect(url_for("courriers.courrier", courrier_id=courrier.id))


def _saisie(valeurs: Mapping[str, str]) -> registre.Saisie:
    erreurs = {}
    if valeurs.get("canal") not in CANAUX:
        erreurs["canal"] = _("Choisissez dans la liste.")
    if len(valeurs.get("notes", "")) > NOTES_MAX:
        erreurs["notes"] = _("Ces notes sont trop longues.")
    if "correspondant_id" not in valeurs and _connus(valeurs):
        erreurs["correspondant_id"] = _("Cette personne a peut-être déjà une fiche : choisissez.")
    if erreurs:
        raise SaisieRefusee(erreurs)
    contact = contact_de(valeurs)
    connu = nombre_de(valeurs, "correspondant_id")
    return registre.Saisie(
        sens="arrivee", canal=valeurs["canal"], objet=valeurs.get("objet", ""), nature_id=nombre_de(valeurs, "nature_id") or 0,
        bureau_id=nombre_de(valeurs, "bureau_id"), correspondant=connu or (contact if contact.nom or contact.organisme else None),
        priorite="urgente" if valeurs.get("urgent") else "normale", organisme=valeurs.get("organisme", ""),
    )  # fmt: skip


def _inscrire(session: Session, saisie: registre.Saisie) -> Courrier:
    nature = session.get(Nature, saisie.nature_id)
    sens = circuits.orienter(session, parts().engine, sens="arrivee", nature=nature, texte=saisie.objet, now=now())
    bureaux = {noeud.id: noeud.cle for noeud in organisation.arbre(session).values()}
    bureau = bureaux.get(saisie.bureau_id or (nature.bureau_id if nature else 0) or 0, "direction")
    return journey.enregistrer(
        session, parts().engine, saisie, circuit=sens.circuit, pourquoi=sens.pourquoi, par=moi().identifiant, now=now(),
        donnees={"bureau": bureau, "nature": nature.cle if nature else "", "bureaux": [bureau]},
    )  # fmt: skip


def _mettre_en_page(valeurs: Mapping[str, str]) -> tuple[str, Range, Lecture]:
    """The notes of the conversation as a PDF in the vault, read, searched and marked as what comes on paper."""
    titre = {"telephone": _("Notes de l’appel"), "guichet": _("Notes de la visite")}[valeurs["canal"]]
    qui = " · ".join(mot for cle in ("nom", "telephone", "courriel") if (mot := valeurs.get(cle, "").strip()))
    corps = reponse.en_html(valeurs["notes"])
    html = f"<h1>{escape(titre)}</h1><p>{escape(qui)}</p><p>{escape(valeurs.get('objet', ''))}</p>{corps}"
    pdf = parts().compositeur.pdf(html, titre=titre, auteur=moi().identifiant)
    return f"{titre}.pdf", parts().coffre.put(pdf), parts().lecteur.read(pdf)
