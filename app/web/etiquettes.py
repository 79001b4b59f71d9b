"""Labels to stick on the paper: on sheets, one by one, or in the language of Zebra's printers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.courrier import delais, etiquettes, organisation, registre
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.etiquettes import FORMATS, Format
from app.courrier.ports import Etiquette
from app.courrier.tables import Courrier
from app.db import db
from app.web.context import moi, now, parts
from app.web.filters import jour as dire_jour
from app.web.mots import nom_du_registre
from app.web.urls import numero

bp = Blueprint("etiquettes", __name__, url_prefix="/etiquettes")
POINTS = {"8": 8, "12": 12}
Answer = Response | tuple[str, int]


@bp.get("")
def choisir() -> str:
    """What to print, and on what; the courriers come by number, by day and register, or by batch."""
    return _page(_courriers(), {})


@bp.get("/etiquettes.pdf")
def imprimer() -> Answer:
    courriers = _courriers()
    try:
        cle, format_, depart = _format(), FORMATS[_format()], _depart()
    except SaisieRefusee as refus:
        return _page(courriers, refus.erreurs), 422
    html = render_template(
        "etiquettes/planche.html", cle=cle, format=format_, planches=_planches(courriers, format_, depart),
        titre=_("Étiquettes"), qr=parts().codes.qr,
    )  # fmt: skip
    return _fichier(parts().compositeur.pdf(html, titre=_("Étiquettes"), auteur=parts().config.organisme.nom), "application/pdf",
                    "etiquettes.pdf")  # fmt: skip


@bp.get("/etiquettes.zpl")
def zebra() -> Answer:
    courriers = _courriers()
    try:
        format_, points = FORMATS[_format()], POINTS.get(request.args.get("points", "8"))
        if points is None:
            raise SaisieRefusee({"points": _("Choisissez dans la liste.")})
        if format_.planche > 1:
            seules = _("Une imprimante Zebra prend les étiquettes une à une : choisissez l’un de leurs formats.")
            raise SaisieRefusee({"format": seules})
    except SaisieRefusee as refus:
        return _page(courriers, refus.erreurs), 422
    zpl = parts().etiqueteuse.zpl(_etiquettes(courriers), largeur=format_.largeur, hauteur=format_.hauteur, points=points)
    return _fichier(zpl, "application/vnd.zebra.zpl; charset=utf-8", "etiquettes.zpl")


def _courriers() -> Sequence[Courrier]:
    """Those asked for that are open to the reader; `Introuvable` when none is."""
    session, dits = db.session(), request.args
    if dits.get("lot"):
        trouves = etiquettes.du_lot(session, moi(), dits.get("lot", 0, type=numero))
    elif dits.get("jour"):
        trouves = etiquettes.du_jour(session, moi(), dits.get("registre", "A"), _jour(dits["jour"]))
    else:
        trouves = etiquettes.choisis(session, moi(), dits.getlist("courrier", type=numero))
    if not trouves:
        raise Introuvable(quoi="Ce courrier")
    return trouves


def _jour(texte: str) -> date:
    try:
        jour = date.fromisoformat(texte)
    except ValueError:
        raise Introuvable(quoi="Ce jour") from None
    if not 2000 <= jour.year <= delais.jour(now()).year:
        raise Introuvable(quoi="Ce jour")
    return jour


def _format() -> str:
    cle = request.args.get("format", "")
    if cle not in FORMATS:
        raise SaisieRefusee({"format": _("Choisissez dans la liste.")})
    return cle


def _depart() -> int:
    """The first free place of the sheet, from 1."""
    maximum = FORMATS[_format()].planche
    depart = request.args.get("depart", 1, type=int)
    if not 1 <= depart <= maximum:
        raise SaisieRefusee({"depart": _("Cette planche a %(maximum)d places : donnez la première libre.", maximum=maximum)})
    return depart


def _planches(courriers: Sequence[Courrier], format_: Format, depart: int) -> list[list[tuple[float, float, Etiquette]]]:
    """The sheets, each a list of labels with their left and top in millimetres."""
    planches: list[list[tuple[float, float, Etiquette]]] = []
    for rang, etiquette in enumerate(_etiquettes(courriers), depart - 1):
        if not planches or rang % format_.planche == 0:
            planches.append([])
        ligne, colonne = divmod(rang % format_.planche, format_.colonnes)
        place = (format_.gauche + colonne * format_.pas, format_.haut + ligne * format_.hauteur)
        planches[-1].append((*place, etiquette))
    return planches


def _etiquettes(courriers: Sequence[Courrier]) -> list[Etiquette]:
    session, nous = db.session(), parts().config.organisme.nom
    bureaux = {noeud.id: noeud.nom for noeud in organisation.arbre(session).values()}
    organismes = {cle: registre.nom_organisme(session, cle, nous) for cle in {courrier.registre for courrier in courriers}}
    return [_etiquette(courrier, organismes[courrier.registre], bureaux) for courrier in courriers]


def _etiquette(courrier: Courrier, organisme: str, bureaux: Mapping[int, str]) -> Etiquette:
    arrive = courrier.sens == "arrivee"
    quand = dire_jour(courrier.recu_le if arrive else courrier.enregistre_le)
    return Etiquette(
        organisme=organisme,
        registre=nom_du_registre(courrier.sens), chrono=courrier.chrono,
        date=_("Reçu le %(jour)s", jour=quand) if arrive else _("Créé le %(jour)s", jour=quand),
        bureau=bureaux.get(courrier.bureau_id or 0, ""), code=etiquettes.ecrire(courrier),
    )  # fmt: skip


def _page(courriers: Sequence[Courrier], erreurs: Any) -> str:
    return render_template("etiquettes/choisir.html", courriers=courriers, erreurs=erreurs, valeurs=request.args, formats=FORMATS,
                           sens=registre.SENS)  # fmt: skip


def _fichier(contenu: bytes, mime: str, nom: str) -> Response:
    reponse = make_response(contenu)
    reponse.headers["Content-Type"] = mime
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
