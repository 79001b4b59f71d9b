"""The API: other programs send demands and ask where they stand; a bearer token each, errors as RFC 9457 problems."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.courrier import demandes, jalons, partenaires
from app.courrier.demandes import Fichier, Missive, Regle
from app.courrier.errors import Interdit, Introuvable, JetonRefuse, SaisieRefusee
from app.courrier.registre import Contact
from app.courrier.tables import Demande, Partenaire
from app.db import db, transaction
from app.web import reception
from app.web.context import now, parts
from app.web.errors import probleme
from app.web.usager import adresse

bp = Blueprint("api", __name__, url_prefix="/api/v1")
DOCUMENT = Path(__file__).with_name("openapi.json")
FAUX_JETONS = Regle(nom="jeton", par_adresse=30, en_tout=3000, duree=demandes.SUIVRE.duree)
_CLE = re.compile(r"[\x21-\x7e]{1,100}")
_EXPEDITEUR = ("civilite", "nom", "prenom", "organisme", "adresse", "code_postal", "ville", "courriel", "telephone")
_DEMANDE = ("objet", "texte", "nature", "reference")
ACTIONS = {"deposer": "déposer une demande", "lire": "lire l’état d’une demande"}


def entrer() -> None:
    """Recognise the program by its token, before anything it sent is read."""
    if request.blueprint != "api" or request.endpoint == "api.document":
        return
    genre, _espace, jeton = request.headers.get("Authorization", "").partition(" ")
    try:
        acces = partenaires.reconnaitre(db.session(), jeton.strip() if genre.lower() == "bearer" else "")
    except JetonRefuse:
        # Without a token nobody guesses anything.
        if jeton:
            with transaction() as writing:
                demandes.tenter(writing, FAUX_JETONS, adresse(), now=now())
        raise
    droit = "lire" if request.method in ("GET", "HEAD") else "deposer"
    if droit not in acces.droits:
        raise Interdit(action=ACTIONS[droit])
    if partenaires.a_voir(acces, now=now()):
        with transaction() as writing:
            partenaires.vu(writing, acces, now=now())
    g.partenaire = acces


@bp.after_request
def dire_comment_entrer(reponse: Response) -> Response:
    if reponse.status_code == 401:
        reponse.headers["WWW-Authenticate"] = "Bearer"
    return reponse


@bp.get("/openapi.json")
def document() -> Response:
    return Response(DOCUMENT.read_bytes(), mimetype="application/json")


@bp.post("/depots")
def deposer() -> Response | tuple[Response, int]:
    acces: Partenaire = g.partenaire
    cle = request.headers.get("Idempotency-Key", "") or reception.nouvelle_cle()
    if not _CLE.fullmatch(cle):
        raise SaisieRefusee({"Idempotency-Key": "Donnez au plus 100 signes visibles, sans accent ni espace."})
    recu = _recu()
    contenus = _contenus(recu)
    missive = _missive(recu, fichiers=bool(contenus))
    reception.controler([(nom, len(contenu)) for nom, contenu in contenus], taille_max=parts().config.max_upload)
    fichiers = [reception.ranger(nom, contenu) for nom, contenu in contenus]
    demande, meme = reception.recevoir(
        missive, fichiers, cle=f"api:{acces.id}:{cle}", canal="api", origine=acces.nom, par=f"api:{acces.nom}",
        accuser=recu.get("accuser") is True, bureau_id=acces.bureau_id,
    )  # fmt: skip
    if not meme:
        return probleme(409, _("Cette clé a déjà servi"), _("Un autre envoi est déjà venu avec cette clé d’idempotence."))
    return _accuse(demande, fichiers), 201


def _accuse(demande: Demande, fichiers: list[Fichier]) -> Response:
    """What is answered, always the same for the same sending."""
    suivi = jalons.rouvrir(db.session(), demande.numero)
    reponse = jsonify({
        "numero": demande.numero, "code_suivi": demande.code, "recu_le": suivi.recu_le.isoformat() if suivi else "",
        "fichiers": [{"nom": f.nom, "sha256": f.place.sha256, "taille": f.place.taille} for f in fichiers],
        "liens": {
            "etat": url_for("api.etat", numero=demande.numero), "suivre": url_for("usager.suivre", numero=demande.numero),
        },
    })  # fmt: skip
    reponse.headers["Location"] = url_for("api.etat", numero=demande.numero)
    return reponse


@bp.get("/depots/<numero>")
def etat(numero: str) -> Response:
    """Where a demand of this very program stands."""
    suivi = jalons.rouvrir(db.session(), numero)
    sienne = suivi is not None and suivi.demande is not None and suivi.demande.cle.startswith(f"api:{g.partenaire.id}:")
    if suivi is None or not sienne:
        raise Introuvable(quoi="Cette demande")
    chemin = jalons.chemin(db.session(), parts().engine, suivi)
    return jsonify({
        "numero": suivi.numero, "chrono": suivi.courrier.chrono if suivi.courrier else None, "etat": chemin.etat,
        "recu_le": chemin.recu_le.isoformat(), "bureau": chemin.bureau.nom if chemin.bureau else None,
        "jalons": [
            {"titre": jalon.titre, "quand": jalon.quand.isoformat() if jalon.quand else None, "present": jalon.present}
            for jalon in chemin.jalons
        ],
        "reponse_envoyee_le": chemin.envoi.fait_le.isoformat() if chemin.envoi and chemin.envoi.fait_le else None,
    })  # fmt: skip


def _recu() -> Mapping[str, Any]:
    """The demand as an object: the body, or the part `demande` of a multipart body."""
    if request.mimetype == "application/json":
        texte = request.get_data(as_text=True)
    elif request.mimetype == "multipart/form-data":
        texte = request.form.get("demande", "")
    else:
        raise UnsupportedMediaType
    try:
        recu = json.loads(texte)
    except (ValueError, RecursionError) as faute:
        raise BadRequest from faute
    if not isinstance(recu, dict) or "\\u0000" in texte:
        raise BadRequest
    return recu


def _missive(recu: Mapping[str, Any], *, fichiers: bool) -> Missive:
    """What is in it, every fault at once; a name that is not known is a fault too: nothing sent is ignored."""
    expediteur = recu.get("expediteur", {})
    if not isinstance(expediteur, dict):
        raise SaisieRefusee({"expediteur": "Un objet est attendu."})
    inconnus = [cle for cle in recu if cle not in (*_DEMANDE, "expediteur", "fichiers", "accuser")]
    inconnus += [f"expediteur.{cle}" for cle in expediteur if cle not in _EXPEDITEUR]
    erreurs = dict.fromkeys(inconnus, "Ce champ n’existe pas.")
    champs = {cle: recu.get(cle, "") for cle in _DEMANDE}
    contact = {cle: expediteur.get(cle, "") for cle in _EXPEDITEUR}
    textes = {**champs, **{f"expediteur.{cle}": valeur for cle, valeur in contact.items()}}
    erreurs |= dict.fromkeys((cle for cle, valeur in textes.items() if not isinstance(valeur, str)), "Un texte est attendu.")
    if not isinstance(recu.get("accuser", False), bool):
        erreurs["accuser"] = "Vrai ou faux est attendu."
    if erreurs:
        raise SaisieRefusee(erreurs)
    genre = "organisme" if contact["organisme"] and not contact["nom"] else "personne"
    try:
        return demandes.controler(
            db.session(), Missive(contact=Contact(genre=genre, **contact), **champs), joignable=False, texte=not fichiers
        )
    except SaisieRefusee as refus:
        raise SaisieRefusee({f"expediteur.{c}" if c in _EXPEDITEUR else c: mot for c, mot in refus.erreurs.items()}) from refus


def _contenus(recu: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """Names and bytes: parts of the body, or in base64."""
    contenus = [(fichier.filename or "", fichier.read()) for fichier in request.files.getlist("fichiers")]
    joints = recu.get("fichiers", [])
    if not isinstance(joints, list):
        raise SaisieRefusee({"fichiers": "Une liste est attendue."})
    return [*contenus, *(_decode(rang, joint) for rang, joint in enumerate(joints))]


def _decode(rang: int, joint: object) -> tuple[str, bytes]:
    if isinstance(joint, dict) and set(joint) == {"nom", "contenu"} and all(isinstance(v, str) for v in joint.values()):
        try:
            return joint["nom"], base64.b64decode(joint["contenu"], validate=True)
        except (binascii.Error, ValueError):
            pass
    raise SaisieRefusee({f"fichiers[{rang}]": "Un objet avec « nom » et « contenu » en base64 est attendu."})
