"""Every error becomes a status and a page that says what happened and what to do next, never a stack trace."""

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app import disque
from app.courrier import errors as courrier
from app.db import db
from app.web import identity, resume
from app.web.gens import nom_agent
from app.web.mots import remplie, traduite
from engine import errors as engine

logger = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    courrier.CourrierError: 422,
    courrier.Introuvable: 404,
    courrier.Interdit: 403,
    courrier.DejaPris: 409,
    courrier.CircuitChange: 409,
    courrier.DejaFait: 409,
    courrier.TropDEssais: 429,
    courrier.JetonRefuse: 401,
    courrier.IndexIndisponible: 503,
    courrier.JournalRompu: 500,
    engine.EngineError: 422,
    engine.UnknownCircuit: 404,
    engine.UnknownTask: 404,
    engine.UnknownIncident: 404,
    engine.TaskClosed: 409,
    engine.TaskHeld: 409,
    engine.AlreadyAsked: 409,
    engine.AwaitsVisa: 409,
    engine.ServiceFailed: 502,
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """A title, what happened, what to do next."""

    titre: LazyString
    phrase: LazyString | str = ""
    conseil: LazyString | str = ""


ASK = _l("Revenez en arrière : ce que vous aviez saisi n’a pas été perdu. Si cela se répète, prévenez votre administrateur.")
REFUSED = Words(titre=_l("Cela n’a pas pu être fait"),
                conseil=_l("Rien n’a été changé. Revenez en arrière pour corriger ou recommencer."))
WORDS = {
    400: Words(titre=_l("La demande n’a pas été comprise"), phrase=_l("Le navigateur a envoyé une demande incomplète."),
               conseil=ASK),
    401: Words(titre=_l("Votre session a expiré"), phrase=_l("Connectez-vous de nouveau pour continuer."),
               conseil=_l("Dans un autre onglet si vous avez une saisie en cours : elle est gardée ici.")),
    403: Words(titre=_l("Cette page ne vous est pas ouverte"), phrase=_l("Vos droits ne permettent pas cette opération."),
               conseil=_l("Si vous devez y accéder, demandez-le à votre administrateur.")),
    404: Words(titre=_l("Introuvable"), phrase=_l("Cette page n’existe pas, ou ne vous est pas ouverte."),
               conseil=_l("Vérifiez l’adresse, ou cherchez le courrier par son numéro.")),
    415: Words(titre=_l("Ce genre de contenu n’est pas compris"),
               phrase=_l("Envoyez « application/json » ou « multipart/form-data ».")),
    405: Words(titre=_l("Cette adresse ne s’ouvre pas ainsi"), phrase=_l("Elle attend un formulaire envoyé depuis sa page."),
               conseil=_l("Repartez de votre corbeille.")),
    409: Words(titre=_l("C’est déjà fait"), conseil=_l("Rouvrez la page pour voir où en est ce courrier.")),
    413: Words(titre=_l("Ce fichier est trop lourd"), phrase=_l("L’envoi dépasse la taille permise."),
               conseil=_l("Envoyez moins de fichiers à la fois, ou numérisez en noir et blanc à 300 points par pouce.")),
    429: Words(titre=_l("Trop de demandes à la fois"), phrase=_l("Trop de demandes sont venues de votre adresse."),
               conseil=_l("Rien n’est perdu : attendez un peu, puis recommencez.")),
    502: Words(titre=_l("Un service n’a pas répondu"), conseil=_l("Rien n’a été changé. Recommencez dans un instant.")),
    503: Words(titre=_l("Momentanément indisponible"), conseil=_l("Recommencez dans un instant.")),
    500: Words(titre=_l("Une erreur s’est produite"),
               phrase=_l("L’erreur est de notre côté ; rien n’a été enregistré à moitié."), conseil=ASK),
    507: Words(titre=_l("Le disque du serveur est plein"),
               phrase=_l("Ce que vous venez d’envoyer n’a pas été gardé ; rien d’autre n’est perdu."),
               conseil=_l("Prévenez votre administrateur, puis recommencez dès qu’il aura fait de la place.")),
}


def install(app: Flask) -> None:
    """Catch the trade's errors, the engine's, those of HTTP and all the others."""
    app.register_error_handler(courrier.CourrierError, refused)
    app.register_error_handler(engine.EngineError, refused)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, failed)


def sentence(error: courrier.CourrierError | engine.EngineError) -> str:
    """The error in the reader's language, people by their names; a refused form says what is wrong in it."""
    people = {key: nom_agent(str(error.values[key])) for key in ("by", "holder") if key in error.values}
    said = remplie(error.template, {**error.values, **people})
    if isinstance(error, courrier.SaisieRefusee):
        return " ".join([said, *map(traduite, error.erreurs.values())])
    return " ".join([said, *map(traduite, error.errors.values())]) if isinstance(error, engine.FormRefused) else said


def refused(error: courrier.CourrierError | engine.EngineError) -> Response:
    """The trade or the engine said no."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    words = WORDS.get(status, REFUSED)
    if isinstance(error, courrier.SaisieRefusee) and _for_a_program():
        erreurs = {cle: traduite(dite) for cle, dite in error.erreurs.items()}
        return probleme(status, words.titre, sentence(error), erreurs=erreurs)
    # What is forbidden says itself whom to ask.
    return answer(status, words.titre, sentence(error), "" if isinstance(error, courrier.Interdit) else words.conseil)


def forged(_error: CSRFError) -> Response:
    """The form's seal is not this session's: it expired, or another site sent it. Ours may be sent again."""
    identity.recognise()
    if resume.ours(request):
        return resume.offer(400)
    return answer(400, _l("Votre session a expiré"), _l("Ce formulaire n’est plus valable, et rien n’a été enregistré."),
                  _l("Revenez en arrière et rechargez la page avant de l’envoyer de nouveau."))


def http(error: HTTPException) -> Response:
    """What Flask itself refuses; a redirection passes."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    words = WORDS.get(error.code, WORDS[400])
    response = answer(error.code, words.titre, words.phrase, words.conseil)
    if error.code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def http_status(status: int) -> Response:
    """A status with its own words."""
    words = WORDS[status]
    return answer(status, words.titre, words.phrase, words.conseil)


def failed(error: Exception) -> Response:
    """A fault of ours: logged under a reference that the page shows."""
    db.session.rollback()
    reference = secrets.token_hex(4)
    logger.error("incident %s sur %s %s", reference, request.method, request.path, exc_info=error)
    status = 507 if disque.plein(error) else 500
    words = WORDS[status]
    return answer(status, words.titre, words.phrase, words.conseil, reference=reference)


def wants_json() -> bool:
    """Whether a script asks, not a page."""
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted.best_match(["text/html", "application/json"]) == "application/json"


def answer(status: int, titre: object, phrase: object, conseil: object, *, reference: str = "") -> Response:
    """The error as what was asked for: a page, the part of a page htmx swaps, or JSON."""
    values = {"status": status, "titre": str(titre), "phrase": str(phrase), "conseil": str(conseil), "reference": reference}
    if _for_a_program():
        response = probleme(status, titre, phrase, **({"reference": reference} if reference else {}))
    elif wants_json():
        response = jsonify(values)
    elif request.headers.get("HX-Request"):
        response = make_response(render_template("erreurs/message.html", **values))
    else:
        # The menus ask the database, which may be what failed.
        g.bare = status >= 500
        response = make_response(render_template("erreurs/page.html", **values))
    response.status_code = status
    return response


def probleme(status: int, titre: object, phrase: object, **plus: object) -> Response:
    """A problem as RFC 9457 wants it, for the programs that use the API."""
    response = jsonify({"type": "about:blank", "status": status, "title": str(titre), "detail": str(phrase), **plus})
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def _for_a_program() -> bool:
    return request.path.startswith("/api/")
