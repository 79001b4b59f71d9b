"""The usagers' pages, open to all: write to the town hall, follow a demand by its number and code, complete it."""

import hashlib
import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from types import MappingProxyType
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.courrier import demandes, jalons
from app.courrier.demandes import ECRIRE, SUIVRE, Missive
from app.courrier.errors import SaisieRefusee, TropDEssais
from app.courrier.jalons import Suivi
from app.courrier.registre import Contact, nom_complet
from app.courrier.tables import Correspondant, Demande
from app.db import db, transaction
from app.web import reception
from app.web.context import now, parts
from app.web.errors import sentence

bp = Blueprint("usager", __name__)
RIEN: Mapping[str, str] = MappingProxyType({})
DITS = (
    _l("Votre demande est arrivée à la mairie"), _l("Votre demande est enregistrée"), _l("Votre demande est close"),
    _l("Votre courrier est enregistré"), _l("Votre demande est étudiée"), _l("Une réponse est en préparation"),
    _l("La réponse est à la signature"), _l("Une réponse vous est envoyée"),
    _l("Les bureaux prennent connaissance de votre courrier"), _l("donné par l’expéditeur"),
)  # fmt: skip
"""What milestones say, those of the circuits that are shipped included: a town hall's own words are in French alone."""

PIEGE = "site_web"
"""A field that nobody sees: what is written in it was written by a machine."""


def borner() -> None:
    """Read no more than what an usager may send, with some room so that what is a little too heavy is refused in words."""
    if request.blueprint == "usager":
        request.max_content_length = min(2 * parts().config.max_public, parts().config.max_upload)


@bp.get("/ecrire")
def ecrire() -> str:
    return _formulaire({}, RIEN)


def _formulaire(valeurs: Mapping[str, str], erreurs: Mapping[str, str]) -> str:
    return render_template(
        "usager/ecrire.html", valeurs=valeurs, erreurs=erreurs, envoi=reception.cle_de(valeurs.get("envoi", "")),
        natures=[(nature.cle, nature.titre_usager) for nature in demandes.natures_ouvertes(db.session())],
        **_limites(),
    )  # fmt: skip


def _limites() -> dict[str, Any]:
    return {
        "taille_max": parts().config.max_public, "fichiers_max": reception.FICHIERS_MAX, "objet_max": demandes.OBJET_MAX,
        "texte_max": demandes.TEXTE_MAX, "mairie": parts().config.organisme,
    }  # fmt: skip


@bp.post("/ecrire")
def envoyer() -> Response | tuple[str, int]:
    valeurs = dict(request.form.items())
    try:
        recue = _recevoir(_missive(valeurs), valeurs)
    except SaisieRefusee as refus:
        return _formulaire(valeurs, refus.erreurs), 422
    except TropDEssais as refus:
        return _plus_tard(refus, _formulaire(valeurs, {"envoyer": sentence(refus)}))
    session["recu"] = recue.numero
    return redirect(url_for("usager.recu"))


def _missive(valeurs: Mapping[str, str]) -> Missive:
    organisme = valeurs.get("genre") == "organisme"
    champs = ("nom", "adresse", "code_postal", "ville", "courriel", "telephone")
    contact = Contact(
        genre="organisme" if organisme else "personne", organisme=valeurs.get("organisme", "") if organisme else "",
        **{cle: valeurs.get(cle, "") for cle in champs},
    )  # fmt: skip
    return Missive(
        contact=contact, nature=valeurs.get("nature", ""), objet=valeurs.get("objet", ""), texte=valeurs.get("texte", ""),
    )  # fmt: skip


def _recevoir(missive: Missive, valeurs: Mapping[str, str], *, texte: bool = True, joignable: bool = True) -> Demande:
    """Check all that was sent at once, count it, take it in."""
    envoyes = [fichier for fichier in request.files.getlist("fichiers") if fichier.filename]
    erreurs: dict[str, str] = {}
    if valeurs.get(PIEGE):
        erreurs[PIEGE] = _("Laissez ce champ vide : il sert à reconnaître les robots.")
    try:
        missive = demandes.controler(db.session(), missive, texte=texte, joignable=joignable)
    except SaisieRefusee as refus:
        erreurs |= refus.erreurs
    try:
        reception.controler([(f.filename or "", reception.poids(f)) for f in envoyes], taille_max=parts().config.max_public)
    except SaisieRefusee as refus:
        erreurs |= refus.erreurs
    if erreurs:
        raise SaisieRefusee(erreurs)
    with transaction() as writing:
        demandes.tenter(writing, ECRIRE, adresse(), now=now())
    fichiers = [reception.ranger(fichier.filename or "", fichier.read()) for fichier in envoyes]
    cle = reception.cle_de(valeurs.get("envoi", ""))
    recue, meme = _une_fois(missive, fichiers, cle)
    # The visitor came back to the page and wrote something else: that is another demand.
    return recue if meme else _une_fois(missive, fichiers, reception.nouvelle_cle())[0]


def _une_fois(missive: Missive, fichiers: list[demandes.Fichier], cle: str) -> tuple[Demande, bool]:
    contact = missive.contact
    fiche = Correspondant(civilite=contact.civilite, nom=contact.nom, prenom=contact.prenom, organisme=contact.organisme)
    return reception.recevoir(
        missive, fichiers, cle=f"formulaire:{cle}", canal="formulaire", origine=nom_complet(fiche), par="usager", accuser=True,
    )  # fmt: skip


@bp.get("/ecrire/recu")
def recu() -> str | Response:
    suivi = jalons.rouvrir(db.session(), session.get("recu", ""))
    if suivi is None or suivi.demande is None or suivi.depot is None:
        return redirect(url_for("usager.ecrire"))
    joints = demandes.joints(db.session(), suivi.demande)
    return render_template("usager/recu.html", demande=suivi.demande, joints=joints, recu_le=suivi.depot.recu_le)


@bp.get("/suivre")
def suivre() -> str:
    return render_template("usager/suivre.html", valeurs={"numero": request.args.get("numero", "")}, erreurs={})


@bp.post("/suivre")
def chercher() -> Response | tuple[str, int]:
    valeurs = {cle: request.form.get(cle, "") for cle in ("numero", "code")}
    try:
        with transaction() as writing:
            demandes.tenter(writing, SUIVRE, adresse(), now=now())
            suivi = jalons.trouver(writing, valeurs["numero"], valeurs["code"])
            if suivi is not None:
                demandes.rendre(writing, SUIVRE, adresse(), now=now())
    except TropDEssais as refus:
        return _plus_tard(refus, render_template("usager/suivre.html", valeurs=valeurs, erreurs={"numero": sentence(refus)}))
    if suivi is None:
        faux = {"numero": _("Ce numéro et ce code ne vont pas ensemble. Recopiez-les de votre accusé, sans rien changer.")}
        return render_template("usager/suivre.html", valeurs=valeurs, erreurs=faux), 422
    session["suivi"] = suivi.numero
    return redirect(url_for("usager.demande"))


@bp.get("/suivre/demande")
def demande() -> str | Response:
    suivi = _ouvert()
    return redirect(url_for("usager.suivre")) if suivi is None else _page(suivi, RIEN, RIEN)


def _page(suivi: Suivi, valeurs: Mapping[str, str], erreurs: Mapping[str, str]) -> str:
    return render_template(
        "usager/demande.html", suivi=suivi, chemin=jalons.chemin(db.session(), parts().engine, suivi), valeurs=valeurs,
        erreurs=erreurs, envoi=reception.cle_de(valeurs.get("envoi", "")), **_limites(),
    )  # fmt: skip


@bp.post("/suivre/demande")
def completer() -> Response | tuple[str, int]:
    """Words or files added to a demand: a depot of its own, that says what it completes."""
    suivi = _ouvert()
    if suivi is None:
        return redirect(url_for("usager.suivre"))
    valeurs = dict(request.form.items())
    try:
        ajout = _recevoir(_complement(suivi, valeurs), valeurs, texte=not _joints(), joignable=False)
    except SaisieRefusee as refus:
        return _page(suivi, valeurs, refus.erreurs), 422
    except TropDEssais as refus:
        return _plus_tard(refus, _page(suivi, valeurs, {"envoyer": sentence(refus)}))
    flash(_("Votre complément est reçu sous le numéro %(numero)s.", numero=ajout.numero), "ok")
    return redirect(url_for("usager.demande"))


def _joints() -> bool:
    return any(fichier.filename for fichier in request.files.getlist("fichiers"))


def _complement(suivi: Suivi, valeurs: Mapping[str, str]) -> Missive:
    connu = suivi.demande.champs if suivi.demande else {}
    contact = Contact(**connu["contact"]) if connu else Contact(nom=_("L’auteur de %(numero)s", numero=suivi.numero))
    suite_de = suivi.courrier.chrono if suivi.courrier else suivi.numero
    objet = f"Complément à {suite_de}" + (f" : {connu['objet']}" if connu else "")
    return Missive(
        contact=contact, nature=connu.get("nature", ""), objet=objet[: demandes.OBJET_MAX], texte=valeurs.get("texte", ""),
        suite_de=suite_de,
    )  # fmt: skip


@bp.post("/suivre/fin")
def quitter() -> Response:
    for cle in ("suivi", "recu"):
        session.pop(cle, None)
    return redirect(url_for("usager.suivre"))


@bp.get("/donnees-personnelles")
def donnees() -> str:
    return render_template("usager/donnees.html", **_limites())


def _ouvert() -> Suivi | None:
    return jalons.rouvrir(db.session(), session.get("suivi", "")) if session.get("suivi") else None


def _plus_tard(refus: TropDEssais, page: str) -> Response:
    reponse = make_response(page, 429)
    reponse.headers["Retry-After"] = str(60 * int(str(refus.values["minutes"])))
    return reponse


def adresse() -> str:
    """Who asks, as the brake counts them: a keyed digest, so that no address is kept; the whole of a home's IPv6 range is one."""
    try:
        lue = ip_address(request.remote_addr or "")
    except ValueError:
        return "?"
    mots = str(IPv6Address(int(lue) >> 64 << 64)) if isinstance(lue, IPv6Address) else str(lue)
    return hmac.new(parts().config.secret_key.encode(), mots.encode(), hashlib.sha256).hexdigest()[:32]
