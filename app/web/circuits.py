"""The designers' pages: the list of circuits, the modeller, saving, checking with every fault at once, deploying."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.courrier import circuits, habilitations, journey
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import moi, now, parts
from engine import Finding

bp = Blueprint("circuits", __name__, url_prefix="/circuits")
DEUX_MO = 2_000_000


@bp.before_request
def reserve() -> None:
    """These pages are the designers'; the diagram of a courrier is shown elsewhere, to those who see it."""
    habilitations.exiger(moi(), "circuits")


@bp.get("")
def liste() -> str:
    return _liste({})


def _liste(erreurs: Mapping[str, str]) -> str:
    session = db.session()
    return render_template(
        "circuits/liste.html", fiches=circuits.fiches(session), a_passer=circuits.a_passer(session), erreurs=erreurs
    )


@bp.post("")
def commencer() -> BaseResponse | tuple[str, int]:
    fichier = request.files.get("fichier")
    source = fichier.read() if fichier and fichier.filename else None
    _borner(source or b"")
    depose = (fichier.filename or "").rsplit(".", 1)[0] if fichier else ""
    nom = request.form.get("nom", "").strip() or depose
    try:
        with transaction() as session:
            dessin = circuits.commencer(session, nom, par=moi().identifiant, now=now(), source=source)
    except SaisieRefusee as refus:
        return _liste(refus.erreurs), 422
    return redirect(url_for("circuits.modeleur", cle=dessin.cle))


@bp.get("/<cle>")
def modeleur(cle: str) -> str:
    _source, revision = circuits.ouvrir(db.session(), cle)
    fiche = next(fiche for fiche in circuits.fiches(db.session()) if fiche.cle == cle)
    return render_template("circuits/modeleur.html", fiche=fiche, revision=revision,
                           a_passer=circuits.a_passer(db.session()).get(cle, 0))  # fmt: skip


@bp.get("/<cle>/diagramme")
def diagramme(cle: str) -> Response:
    source, _revision = circuits.ouvrir(db.session(), cle)
    return _xml(source)


@bp.get("/<cle>/versions/<int:version>.bpmn")
def version(cle: str, version: int) -> Response:
    reponse = _xml(circuits.publie(db.session(), cle, version).source)
    reponse.headers["Content-Disposition"] = f'attachment; filename="{cle}-v{version}.bpmn"'
    return reponse


@bp.post("/<cle>/brouillon")
def enregistrer(cle: str) -> Response:
    source, revision = _recu()
    with transaction() as session:
        nouvelle = circuits.enregistrer(session, cle, source, revision=revision, par=moi().identifiant, now=now())
    return jsonify(revision=nouvelle, message=_("Le circuit est enregistré ; il n’est pas encore déployé."),
                   findings=_dire(parts().engine.check(db.session(), source)))  # fmt: skip


@bp.post("/<cle>/verification")
def verifier(cle: str) -> Response:  # noqa: ARG001
    source, _revision = _recu()
    return jsonify(findings=_dire(parts().engine.check(db.session(), source)))


@bp.post("/<cle>/deploiement")
def deployer(cle: str) -> tuple[Response, int]:
    source, revision = _recu()
    with transaction() as session:
        deploye = journey.deployer(
            session, parts().engine, cle, source, revision=revision, par=moi().identifiant, now=now()
        )
    constats = _dire(deploye.findings)
    if deploye.definition is None:
        return jsonify(findings=constats, message=_("Le circuit n’est pas déployé : corrigez les fautes signalées.")), 422
    numero = deploye.definition.version
    message = _("Cette version est déjà déployée.") if deploye.unchanged else _("La version %(n)d est déployée.", n=numero)
    flash(_("%(message)s Les courriers en cours gardent la leur.", message=message), "ok")
    return jsonify(findings=constats, version=numero, revision=-numero, message=message), 200


def _recu() -> tuple[bytes, int]:
    """The diagram and the revision it was opened at, as the modeller posts them."""
    corps = request.get_json()
    if not isinstance(corps, dict) or not isinstance(corps.get("xml"), str) or not isinstance(corps.get("revision"), int):
        abort(400)
    # Halves of surrogate pairs, which JSON can carry, are no XML: the check says so at their place.
    source = corps["xml"].encode("utf-8", "replace")
    _borner(source)
    return source, corps["revision"]


def _borner(source: bytes) -> None:
    """A diagram is never that heavy."""
    if len(source) > DEUX_MO:
        abort(413)


def _dire(constats: tuple[Finding, ...]) -> list[dict[str, object]]:
    """Findings in the reader's language, faults first."""
    ordre = {"erreur": 0, "avertissement": 1, "information": 2}
    return [
        {
            "level": constat.level, "element": constat.element, "name": constat.name, "rule": constat.rule,
            "message": _phrase(constat.template, constat), "mend": _phrase(constat.mend, constat),
            "path": list(constat.path),
        }
        for constat in sorted(constats, key=lambda constat: ordre[constat.level])
    ]  # fmt: skip


def _phrase(modele: str, constat: Finding) -> str:
    return str(_(modele)).format(**constat.values) if modele else ""


def _xml(source: bytes) -> Response:
    reponse = make_response(source)
    reponse.headers["Content-Type"] = "application/xml; charset=utf-8"
    return reponse
