"""The text of the pages: kept apart from circuits, one row a page, with where each word stands."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.courrier.ports import Lecture, Mot
from app.courrier.tables import Piece, Texte

LONGUEUR = 1_000_000
"""Characters of a courrier that are searched; no letter comes near."""


def garder(session: Session, piece: Piece, lecture: Lecture) -> None:
    """Keep what was read of a piece, in place of what had been read before."""
    session.execute(delete(Texte).where(Texte.piece_id == piece.id), execution_options={"synchronize_session": False})
    lignes = [
        {
            "piece_id": piece.id, "page": page.numero, "largeur": page.largeur, "hauteur": page.hauteur,
            "texte": propre(page.texte), "mots": [[propre(mot), *place] for mot, *place in page.mots],
            "source": page.source, "confiance": page.confiance,
        }
        for page in lecture.pages
    ]
    if lignes:
        session.execute(insert(Texte), lignes)
    piece.mime, piece.pages = lecture.mime, len(lignes)
    session.flush()


def pages(session: Session, piece_id: int) -> list[Texte]:
    """The pages of a piece that were read, in order."""
    return list(session.scalars(select(Texte).where(Texte.piece_id == piece_id).order_by(Texte.page)))


def mots(session: Session, piece_id: int, page: int) -> Sequence[Mot]:
    """The words of a page with their boxes and confidence."""
    gardes = session.scalar(select(Texte.mots).where(Texte.piece_id == piece_id, Texte.page == page))
    return [tuple(mot) for mot in gardes or []]


def plein_texte(session: Session, courrier_id: int) -> str:
    """All the text of a courrier, piece after piece as they came, up to `LONGUEUR`."""
    requete = (
        select(Texte.texte).join(Piece, Piece.id == Texte.piece_id)
        .where(Piece.courrier_id == courrier_id).order_by(Piece.id, Texte.page)
    )
    return _bout_a_bout(session.scalars(requete))


def propre(texte: str) -> str:
    """Without what no database keeps: NUL signs and halves of surrogate pairs, as broken fonts give them."""
    return texte.replace("\x00", "").encode("utf-8", "ignore").decode()


def _bout_a_bout(textes: Iterable[str]) -> str:
    morceaux, longueur = [], 0
    for texte in textes:
        morceaux.append(texte[: LONGUEUR - longueur])
        longueur += len(morceaux[-1]) + 1
        if longueur >= LONGUEUR:
            break
    return "\n".join(morceaux)
