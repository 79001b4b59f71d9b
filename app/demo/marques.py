"""Marks on pages: the agent frames the words that matter, where they stand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import annotations, texte
from app.courrier.ports import Mot
from app.courrier.tables import Courrier, Piece
from app.demo.recits import Recit

_MARGE = 0.004


def marquer(session: Session, courrier: Courrier, recit: Recit, *, par: str, now: datetime) -> None:
    """Frame `marque` of the story on the first page of the letter, with its remark; nothing when it is not found."""
    passage, _, remarque = recit.texte("marque").partition(" | ")
    piece = session.scalar(select(Piece).where(Piece.courrier_id == courrier.id, Piece.genre == "original"))
    suite = _chercher(texte.mots(session, piece.id, 1), passage.split()) if piece and passage else []
    if not suite or piece is None:
        return
    suite = [mot for mot in suite if mot[2] < suite[0][4]]  # one that goes on to the next line is framed on its first
    x0, y0 = min(mot[1] for mot in suite) - _MARGE, min(mot[2] for mot in suite) - _MARGE
    x1, y1 = max(mot[3] for mot in suite) + _MARGE, max(mot[4] for mot in suite) + _MARGE
    boite = (x0, y0, x1 - x0, y1 - y0)
    annotations.poser(session, courrier, piece_id=piece.id, page=1, boite=boite, texte=remarque, par=par, now=now)


def _chercher(mots: Sequence[Mot], passage: Sequence[str]) -> Sequence[Mot]:
    """The words of the page that are this passage."""
    nus = [mot[0].strip(".,;:") for mot in mots]
    for debut in range(len(mots) - len(passage) + 1):
        if nus[debut : debut + len(passage)] == list(passage):
            return mots[debut : debut + len(passage)]
    return []
