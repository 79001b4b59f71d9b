"""The files of a courrier or a depot, fetched through the reader's rights: page pictures to read, the original to download."""

from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, make_response, request

from app.courrier import consultation, texte
from app.courrier.errors import Illisible
from app.courrier.tables import Piece
from app.db import db
from app.web.context import moi, parts

bp = Blueprint("pieces", __name__, url_prefix="/pieces")
LARGEURS = (200, 1000, 1600)
"""Widths at which pages may be asked for, in pixels: a thumbnail, a screen, a zoom."""


def trouver(piece_id: int) -> Piece:
    """A file that the reader may see."""
    return consultation.piece(db.session(), moi(), piece_id)


@bp.get("/<int:piece_id>/pages/<int:page>")
def page(piece_id: int, page: int) -> Response:
    largeur = request.args.get("l", LARGEURS[1], type=int)
    if largeur not in LARGEURS:
        abort(404)
    piece = trouver(piece_id)
    try:
        image = _image(piece, page, largeur)
    except Illisible:
        abort(404)
    reponse = make_response(image)
    reponse.headers["Content-Type"] = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
    return reponse


def _image(piece: Piece, page: int, largeur: int) -> bytes:
    tournes = texte.tournes(db.session(), piece.id)
    if largeur == LARGEURS[0]:
        return parts().images.vignette(piece.sha256, page=page, pages=tournes)
    return parts().images.page(piece.sha256, page=page, largeur=largeur, tourne=tournes.get(page, 0))


@bp.get("/<int:piece_id>")
def telecharger(piece_id: int) -> Response:
    """The bytes as they came, always as an attachment: a hostile file never opens in our origin."""
    piece = trouver(piece_id)
    reponse = make_response(parts().coffre.get(piece.sha256))
    reponse.headers["Content-Type"] = "application/pdf" if piece.mime == "application/pdf" else "application/octet-stream"
    reponse.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(piece.nom)}"
    reponse.headers["X-Piece-Sha256"] = piece.sha256
    return reponse


@bp.get("/<int:piece_id>/pages/<int:page>/mots")
def mots(piece_id: int, page: int) -> Response:
    """The words of a page with their boxes, so that a mark can fit them."""
    return jsonify(texte.mots(db.session(), trouver(piece_id).id, page))
