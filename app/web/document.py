"""A file as the reader macro shows it: page pictures, the words' addresses, marks, boxes of what was read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for

from app.courrier import annotations, consultation, habilitations, texte
from app.courrier.tables import Annotation, Courrier, Piece
from app.db import db
from app.web import mots
from app.web.context import moi
from app.web.gens import nom_agent
from app.web.mots import moment

A4 = (595.3, 841.9, "")
"""Points, and no words; for a page that was not read."""


def principale(liste: Sequence[Piece], acte: str = "") -> Piece | None:
    """The file to read first: the answer for those who approve or sign it, what came in for the others."""
    lisibles = [piece for piece in liste if piece.pages > 0]
    recus, notres = ("vue", "original"), ("reponse", "projet")
    genres = (*notres, *recus) if acte in ("valider", "signer", "expedier") else (*recus, *notres)
    for genre in genres:
        for piece in lisibles:
            if piece.genre == genre:
                return piece
    return lisibles[0] if lisibles else None


def document(piece: Piece, *, courrier: Courrier | None = None, boites: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What `macros/lecteur.html` wants; marks may be set only on a courrier's file."""
    marques = [] if courrier is None else [a for a in annotations.liste(db.session(), courrier) if a.piece_id == piece.id]
    return {
        "nom": piece.nom,
        "piece_id": piece.id,
        "pages": _pages(piece),
        "telecharger": url_for("pieces.telecharger", piece_id=piece.id),
        "poser": url_for("courriers.annoter", courrier_id=courrier.id) if courrier else "",
        "marques": [_marque(annotation) for annotation in marques],
        "boites": list(boites),
    }


def _pages(piece: Piece) -> list[dict[str, Any]]:
    # An e-mail has no picture: its words stand in its place.
    tailles = consultation.formats(db.session(), piece)
    remarques = texte.remarques(db.session(), [piece.id]).get(piece.id, {})
    return [
        {
            "numero": numero,
            "image": url_for("pieces.page", piece_id=piece.id, page=numero),
            "largeur": tailles.get(numero, A4)[0],
            "hauteur": tailles.get(numero, A4)[1],
            "texte": tailles.get(numero, A4)[2],
            "remarque": mots.remarque(remarques.get(numero, "")),
            "mots": url_for("pieces.mots", piece_id=piece.id, page=numero) if numero in tailles else "",
        }
        for numero in range(1, piece.pages + 1)
    ]


def _marque(annotation: Annotation) -> dict[str, Any]:
    mienne = annotation.auteur == moi().identifiant
    retirer = url_for("courriers.retirer", courrier_id=annotation.courrier_id, annotation_id=annotation.id)
    return {
        "id": annotation.id, "page": annotation.page, "x": annotation.x, "y": annotation.y, "largeur": annotation.largeur,
        "hauteur": annotation.hauteur, "texte": annotation.texte, "auteur": nom_agent(annotation.auteur),
        "quand": moment(annotation.posee_le), "retirer": retirer if mienne else "",
    }  # fmt: skip


def voir(courrier_id: int) -> Courrier:
    """A courrier through the rights of who asks; `Introuvable`."""
    return habilitations.voir(db.session(), moi(), courrier_id)
