"""The files near to those of a depot, found in the index by what they share, then measured one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import depot
from app.courrier.doublons import mots, signatures
from app.courrier.doublons.fonds import COMPARABLES, Page, pages_de
from app.courrier.doublons.signatures import PROCHES, SEMBLABLES
from app.courrier.tables import Bande, Depot, Empreinte, Piece, Texte

CANDIDATS = 200
"""Files looked at closely: those that share most. A letter of which thousands came is known by its first ones."""

_PIECES, _LUES, _PAGES = 300, 10, 20


@dataclass(frozen=True, kw_only=True)
class Voisin:
    """A piece of another depot near to one of ours: how alike their words are (0..1), how many bits apart their pages at most.

    Each is None when it cannot be told, or when the pages do not match one by one. Of the nearest ones, the words that both say,
    and whether each says sure words that the other does not.
    """

    mienne: Piece
    sienne: Piece
    ressemblance: float | None
    ecart: int | None
    communs: frozenset[str] = frozenset()
    autrement: bool = False


def chercher(session: Session, attend: Depot) -> list[Voisin]:
    """What is near to the files of a depot, of whatever depot or courrier, nearest words first."""
    miennes = {piece.sha256: piece for piece in reversed(depot.pieces(session, attend.id)) if piece.genre in COMPARABLES}
    empreintes = session.scalars(select(Empreinte).where(Empreinte.sha256.in_(miennes))).all()
    voisins = [
        voisin for empreinte in empreintes
        for voisin in _de(session, miennes[empreinte.sha256], empreinte)
    ]  # fmt: skip
    ranges = sorted(voisins, key=lambda voisin: (-(voisin.ressemblance or 0), voisin.sienne.id))
    return [*_compares(session, ranges[:_LUES]), *ranges[_LUES:]]


def partageant(session: Session, cles: Iterable[int], *, limite: int = CANDIDATS) -> list[int]:
    """The empreintes that hold most of these keys, the newest first among equals."""
    trouves = select(Bande.empreinte_id).where(Bande.cle.in_(list(cles))).group_by(Bande.empreinte_id)
    return list(session.scalars(trouves.order_by(func.count().desc(), Bande.empreinte_id.desc()).limit(limite)))


def portant(session: Session, mention: str) -> list[str]:
    """The digests of the files that quote this number, the newest first."""
    numeros = partageant(session, [signatures.cle_de_mention(mention)])
    return list(session.scalars(select(Empreinte.sha256).where(Empreinte.id.in_(numeros))))


def _de(session: Session, mienne: Piece, empreinte: Empreinte) -> list[Voisin]:
    vues = _vues(session, empreinte) if mienne.genre == "original" and empreinte.image else set()
    numeros = {*partageant(session, signatures.cles_du_texte(empreinte.signature)), *vues, empreinte.id}
    proches: dict[str, tuple[float | None, bool]] = {}
    # Columns, not rows: there are hundreds, and few of them are near.
    candidats = select(Empreinte.id, Empreinte.sha256, Empreinte.signature).where(Empreinte.id.in_(numeros))
    for numero, sha256, signature in session.execute(candidats):
        alike = signatures.ressemblance(empreinte.signature, signature)
        if numero in vues or (alike or 0) >= SEMBLABLES:
            proches[sha256] = alike, numero in vues
    return _mesures(session, mienne, proches)


def _vues(session: Session, empreinte: Empreinte) -> set[int]:
    """The empreintes whose page looks like this one's."""
    numeros = {*partageant(session, signatures.cles_voisines(empreinte.image)), empreinte.id}
    images = session.execute(select(Empreinte.id, Empreinte.image).where(Empreinte.id.in_(numeros), Empreinte.image != ""))
    return {numero for numero, image in images if signatures.distance(empreinte.image, image) <= PROCHES}


def _mesures(session: Session, mienne: Piece, proches: dict[str, tuple[float | None, bool]]) -> list[Voisin]:
    autres = session.scalars(
        select(Piece).where(Piece.sha256.in_(proches), Piece.depot_id.is_not(None), Piece.depot_id != mienne.depot_id)
        .where(Piece.genre.in_(COMPARABLES)).order_by(Piece.id.desc()).limit(_PIECES)
    ).all()
    vues = [autre.id for autre in autres if proches[autre.sha256][1] and autre.genre == "original"]
    pages = pages_de(session, [mienne.id, *vues])
    voisins = []
    for autre in autres:
        alike, _vue = proches[autre.sha256]
        ecart = ecart_des_pages(pages[mienne.id], pages[autre.id]) if autre.id in pages else None
        if ecart is not None or (alike or 0) >= SEMBLABLES:
            voisins.append(Voisin(mienne=mienne, sienne=autre, ressemblance=alike, ecart=ecart))
    return voisins


def _compares(session: Session, voisins: Sequence[Voisin]) -> list[Voisin]:
    """The same, those that have enough words with what they say in common and apart."""
    lus = _dits(session, {piece.id for voisin in voisins if voisin.ressemblance for piece in (voisin.mienne, voisin.sienne)})
    return [
        replace(voisin, communs=mien.mots & sien.mots, autrement=mots.different(mien, sien))
        if (mien := lus.get(voisin.mienne.id)) and (sien := lus.get(voisin.sienne.id)) else voisin
        for voisin in voisins
    ]  # fmt: skip


def _dits(session: Session, piece_ids: Iterable[int]) -> Mapping[int, mots.Dit]:
    pages: dict[int, list[tuple[str, list[tuple[str, float]]]]] = {}
    lues = select(Texte.piece_id, Texte.texte, Texte.mots).where(Texte.piece_id.in_(piece_ids))
    for piece_id, texte, places in session.execute(lues.where(Texte.page <= _PAGES).order_by(Texte.page)):
        pages.setdefault(piece_id, []).append((texte, [(mot, confiance) for mot, *_place, confiance in places]))
    return {piece_id: mots.dit(lues) for piece_id, lues in pages.items()}


def ecart_des_pages(unes: Sequence[Page], autres: Sequence[Page]) -> int | None:
    """The most bits by which two pages of the same rank differ; None above `PROCHES`, or when one letter has more pages.

    Blank pages are left out of both; so may be one without words, which one scanner kept as blank and the other did not.
    """
    une, autre = ([page for page in pages if not page.blanche] for pages in (unes, autres))
    if abs(len(une) - len(autre)) > 1 or not (une and autre):
        return None
    longue, courte = (une, autre) if len(une) > len(autre) else (autre, une)
    essais = [longue] if len(longue) == len(courte) else [
        [*longue[:rang], *longue[rang + 1 :]] for rang, page in enumerate(longue) if not page.texte.strip()
    ]  # fmt: skip
    return min((ecart for essai in essais if (ecart := _ecart(essai, courte)) is not None), default=None)


def _ecart(unes: Sequence[Page], autres: Sequence[Page]) -> int | None:
    if not all(page.empreinte for page in (*unes, *autres)):
        return None
    ecarts = [signatures.distance(une.empreinte, autre.empreinte) for une, autre in zip(unes, autres, strict=True)]
    return max(ecarts) if max(ecarts) <= PROCHES else None
