"""Marks on a page and remarks on a courrier; nobody removes another's, and a removed one stays with who and when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import Interdit, Introuvable, SaisieRefusee
from app.courrier.tables import Annotation, Commentaire, Courrier, Piece
from engine import Phrase

LONGUEUR = 4000
RENVOIENT = ("valider", "viser", "signer")
"""The acts that may send a draft back, saying why."""


def poser(
    session: Session, courrier: Courrier, *, piece_id: int, page: int, boite: tuple[float, float, float, float], texte: str,
    par: str, now: datetime,
) -> Annotation:  # fmt: skip
    """Mark a place of a page: `boite` is x, y, width, height as fractions of the page; `SaisieRefusee`."""
    piece = session.get(Piece, piece_id)
    if piece is None or piece.courrier_id != courrier.id:
        raise Introuvable(quoi="Cette pièce")
    x, y, largeur, hauteur = boite
    dedans = 0 <= x < 1 and 0 <= y < 1 and 0 < largeur <= 1 - x + 1e-6 and 0 < hauteur <= 1 - y + 1e-6
    erreurs = {}
    if not dedans or not 1 <= page <= max(piece.pages, 1):
        erreurs["boite"] = "Le cadre tracé sort de la page ; tracez-le de nouveau."
    if len(texte) > LONGUEUR:
        erreurs["texte"] = Phrase("Écrivez au plus {maximum} signes.", maximum=LONGUEUR)
    if erreurs:
        raise SaisieRefusee(erreurs)
    annotation = Annotation(
        courrier_id=courrier.id, piece_id=piece.id, page=page, x=x, y=y, largeur=largeur, hauteur=hauteur,
        texte=texte.strip(), auteur=par, posee_le=now,
    )  # fmt: skip
    session.add(annotation)
    session.flush()
    sujet = f"courrier:{courrier.id}"
    journal.noter(session, acteur=par, acte="annoter-page", sujet=sujet, now=now, annotation=annotation.id, page=page)
    return annotation


def retirer(session: Session, courrier: Courrier, annotation_id: int, *, par: str, now: datetime) -> Annotation:
    """Take one's own mark away; another's is `Interdit`."""
    annotation = session.get(Annotation, annotation_id)
    if annotation is None or annotation.courrier_id != courrier.id or annotation.retiree_le:
        raise Introuvable(quoi="Cette annotation")
    if annotation.auteur != par:
        raise Interdit(action="retirer l’annotation de quelqu’un d’autre")
    annotation.retiree_le, annotation.retiree_par = now, par
    sujet = f"courrier:{courrier.id}"
    journal.noter(session, acteur=par, acte="retirer-annotation", sujet=sujet, now=now, annotation=annotation_id)
    return annotation


def liste(session: Session, courrier: Courrier) -> list[Annotation]:
    """The marks that stand, in page order."""
    return list(
        session.scalars(
            select(Annotation)
            .where(Annotation.courrier_id == courrier.id, Annotation.retiree_le.is_(None))
            .order_by(Annotation.piece_id, Annotation.page, Annotation.y)
        )
    )


def commenter(
    session: Session, courrier: Courrier, texte: str, *, par: str, now: datetime, contexte: Mapping[str, object] | None = None
) -> Commentaire | None:
    """Write a remark on the courrier; an empty one is none; `SaisieRefusee` when it is too long."""
    if not texte.strip():
        return None
    if len(texte.strip()) > LONGUEUR:
        raise SaisieRefusee({"texte": Phrase("Écrivez au plus {maximum} signes.", maximum=LONGUEUR)})
    commentaire = Commentaire(
        courrier_id=courrier.id, auteur=par, texte=texte.strip(), ecrit_le=now, contexte=dict(contexte or {})
    )
    session.add(commentaire)
    session.flush()
    return commentaire


def renvoi(session: Session, courrier: Courrier) -> Commentaire | None:
    """Why its draft was last sent back, if it was."""
    for remarque in reversed(commentaires(session, courrier)):
        if remarque.contexte.get("champ") == "motif" and remarque.contexte.get("acte") in RENVOIENT:
            return remarque
    return None


def commentaires(session: Session, courrier: Courrier) -> list[Commentaire]:
    """The remarks, oldest first."""
    return list(session.scalars(select(Commentaire).where(Commentaire.courrier_id == courrier.id).order_by(Commentaire.id)))
