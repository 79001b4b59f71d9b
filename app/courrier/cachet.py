"""The stamp of arrival, laid over a copy of the letter where there is room for it, on no word; the letter stays as it came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import texte
from app.courrier.errors import Illisible
from app.courrier.ports import Boite, Mot
from app.courrier.tables import Courrier, Piece, Texte

LARGEUR, HAUTEUR = 70.0, 22.0
"""Of the stamp, in millimetres; it is made smaller where there is less room."""

_MM = 72 / 25.4
_MARGE, _JEU, _PAS = 8 * _MM, 1.5 * _MM, 4 * _MM
_ECHELLES = (1.0, 0.8, 0.65)
_COPIES = ("cherchable", "vue", "original")


@dataclass(frozen=True, kw_only=True)
class ATamponner:
    """The file to stamp and its pages as they were read; `boite`: where, on its first page. `tourne`: it lies as it came."""

    piece: Piece
    pages: Sequence[Texte]
    boite: Boite
    tourne: bool


def a_tamponner(session: Session, courrier: Courrier) -> ATamponner:
    """What came in, in the copy that is best read; `Illisible` when it has no page, or no room for a stamp."""
    siennes = select(Piece).where(Piece.courrier_id == courrier.id, Piece.genre.in_(_COPIES)).order_by(Piece.id)
    venues = session.scalars(siennes).all()
    par_genre = {piece.genre: piece for piece in reversed(venues)}
    original = par_genre.get("vue") or par_genre.get("original")
    pages = texte.pages(session, original.id) if original and courrier.sens == "arrivee" else []
    if original is None or not pages:
        raise Illisible(motif="Ce courrier n’a aucune page lue sur laquelle mettre un cachet.")
    boite = place([tuple(mot) for mot in pages[0].mots], pages[0].largeur, pages[0].hauteur)
    if boite is None:
        raise Illisible(motif="La première page n’a pas de place libre pour un cachet : collez-y une étiquette.")
    # A searchable copy was turned upright when it was made.
    return ATamponner(piece=par_genre.get("cherchable", original), pages=pages, boite=boite, tourne="cherchable" not in par_genre)


def place(mots: Sequence[Mot], largeur: float, hauteur: float) -> Boite | None:
    """A box free of every word on a page of this size in points: the corners first, then from the top; None when it is full."""
    pris = [(x0 * largeur - _JEU, y0 * hauteur - _JEU, x1 * largeur + _JEU, y1 * hauteur + _JEU) for _, x0, y0, x1, y1, _ in mots]
    for echelle in _ECHELLES:
        large, haut = LARGEUR * _MM * echelle, HAUTEUR * _MM * echelle
        for x, y in _essais(largeur, hauteur, large, haut):
            if not any(x < x1 and x0 < x + large and y < y1 and y0 < y + haut for x0, y0, x1, y1 in pris):
                return x / largeur, y / hauteur, (x + large) / largeur, (y + haut) / hauteur
    return None


def _essais(largeur: float, hauteur: float, large: float, haut: float) -> Iterator[tuple[float, float]]:
    """Left and top of the boxes to try: the four corners, then line by line from the top, the right side first."""
    gauche, droite, tete, pied = _MARGE, largeur - _MARGE - large, _MARGE, hauteur - _MARGE - haut
    if droite < gauche or pied < tete:
        return
    yield from ((droite, tete), (gauche, tete), (droite, pied), (gauche, pied))
    for ligne in range(int((pied - tete) / _PAS) + 1):
        for colonne in range(int((droite - gauche) / _PAS) + 1):
            yield droite - colonne * _PAS, tete + ligne * _PAS
