"""The text of the pages: kept apart from circuits, one row a page, with where each word stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from app.courrier.ports import Lecture, Mot, PageLue
from app.courrier.tables import PageRetenue, Piece, Texte, absents

LONGUEUR = 1_000_000
"""Characters of a courrier that are searched; no letter comes near."""


def garder(session: Session, piece: Piece, lecture: Lecture) -> None:
    """Keep what was read of a piece, in place of what had been read before."""
    session.execute(delete(Texte).where(Texte.piece_id == piece.id), execution_options={"synchronize_session": False})
    lignes = [
        {
            "piece_id": piece.id, "page": page.numero, "largeur": page.largeur, "hauteur": page.hauteur,
            "texte": propre(page.texte), "mots": [[propre(mot), *place] for mot, *place in page.mots],
            "source": page.source, "confiance": page.confiance, "tourne": page.tourne, "defaut": page.defaut,
            "code": page.code, "empreinte": page.empreinte,
        }
        for page in lecture.pages
    ]
    if lignes:
        session.execute(insert(Texte), lignes)
    piece.mime, piece.pages = lecture.mime, len(lignes)
    session.flush()


def retenir(session: Session, sha256: str, pages: Iterable[PageLue]) -> None:
    """Keep pages of a file that is still being read, so that they are read once whatever happens to the reader."""
    absents.inserer_absents(session, PageRetenue, [
        {"sha256": sha256, "page": page.numero, "contenu": _simple(page)} for page in pages if page.defaut != "lente"
    ])


def oublier(session: Session, *sha256: str) -> None:
    """Let go of the pages of these files kept during a reading: it has ended."""
    session.execute(delete(PageRetenue).where(PageRetenue.sha256.in_(sha256)), execution_options={"synchronize_session": False})


def connues(session: Session, sha256: str) -> Mapping[int, PageLue]:
    """What is known of these bytes: all their pages when a piece of the same was read, those of a reading cut short else."""
    entiere = session.scalars(
        select(Piece.id).join(Texte, Texte.piece_id == Piece.id).where(Piece.sha256 == sha256, Texte.defaut != "lente")
        .group_by(Piece.id).having(func.count() == Piece.pages).order_by(Piece.id.desc()).limit(1)
    ).first()
    if entiere is not None:
        return {lue.page: _lue(lue) for lue in pages(session, entiere)}
    retenues = session.scalars(select(PageRetenue).where(PageRetenue.sha256 == sha256))
    return {retenue.page: _page(retenue.contenu) for retenue in retenues}


def lues(session: Session, sha256: str) -> tuple[PageLue, ...]:
    """The pages of a file as they were last read whole, those that were given up included."""
    entiere = select(Piece.id).where(Piece.sha256 == sha256, Piece.pages > 0)
    entiere = entiere.where(Piece.id.in_(select(Texte.piece_id))).order_by(Piece.id.desc()).limit(1)
    return tuple(_lue(lue) for lue in pages(session, session.scalar(entiere) or 0))


def pages(session: Session, piece_id: int) -> list[Texte]:
    """The pages of a piece that were read, in order."""
    return list(session.scalars(select(Texte).where(Texte.piece_id == piece_id).order_by(Texte.page)))


def comme_lues(gardees: Iterable[Texte], *, tourne: bool = True) -> list[PageLue]:
    """Pages as the reader gave them; `tourne` false: of a copy that was set upright since."""
    return [_lue(gardee) if tourne else replace(_lue(gardee), tourne=0) for gardee in gardees]


def mots(session: Session, piece_id: int, page: int) -> Sequence[Mot]:
    """The words of a page with their boxes and confidence."""
    gardes = session.scalar(select(Texte.mots).where(Texte.piece_id == piece_id, Texte.page == page))
    return [tuple(mot) for mot in gardes or []]


def lignes(session: Session, piece_id: int, *, pages: int = 2, au_plus: int = 150) -> list[str]:
    """The lines of a piece's first pages as they are read, in order: what a clerk would type from it."""
    requete = select(Texte.texte).where(Texte.piece_id == piece_id).order_by(Texte.page).limit(pages)
    dites = (" ".join(ligne.split()) for page in session.scalars(requete) for ligne in page.splitlines())
    return [ligne for ligne in dites if any(signe.isalnum() for signe in ligne)][:au_plus]


def tournes(session: Session, piece_id: int) -> Mapping[int, int]:
    """The pages that were read, each with the degrees clockwise that bring its picture upright."""
    return dict(session.execute(select(Texte.page, Texte.tourne).where(Texte.piece_id == piece_id)).all())


def remarques(session: Session, piece_ids: Iterable[int]) -> Mapping[int, Mapping[int, str]]:
    """By piece and page, what is to be said of a page: what its scan lacks (`defaut`), else `vide`, or `image` without words."""
    a_dire = or_(Texte.source.in_(("vide", "image")), Texte.defaut != "")
    requete = select(Texte.piece_id, Texte.page, Texte.source, Texte.defaut).where(Texte.piece_id.in_(list(piece_ids)), a_dire)
    dites: dict[int, dict[int, str]] = {}
    for piece_id, page, source, defaut in session.execute(requete.order_by(Texte.page)):
        dites.setdefault(piece_id, {})[page] = defaut or source
    return dites


def plein_texte(session: Session, courrier_id: int) -> str:
    """All the text of a courrier, piece after piece as they came, up to `LONGUEUR`."""
    requete = (
        select(Texte.texte).join(Piece, Piece.id == Texte.piece_id)
        .where(Piece.courrier_id == courrier_id, Piece.genre != "vue").order_by(Piece.id, Texte.page)
    )
    return _bout_a_bout(session.scalars(requete))


def propre(texte: str) -> str:
    """Without what no database keeps: NUL signs and halves of surrogate pairs, as broken fonts give them."""
    return texte.replace("\x00", "").encode("utf-8", "ignore").decode()


def _simple(page: PageLue) -> dict[str, object]:
    return {**asdict(page), "texte": propre(page.texte), "mots": [[propre(mot), *place] for mot, *place in page.mots]}


def _page(contenu: Mapping[str, Any]) -> PageLue:
    return PageLue(**{**contenu, "mots": tuple(tuple(mot) for mot in contenu["mots"])})


def _lue(lue: Texte) -> PageLue:
    return PageLue(
        numero=lue.page, largeur=lue.largeur, hauteur=lue.hauteur, texte=lue.texte, mots=tuple(tuple(mot) for mot in lue.mots),
        source=lue.source, confiance=lue.confiance, tourne=lue.tourne, defaut=lue.defaut, code=lue.code,
        empreinte=lue.empreinte,
    )


def _bout_a_bout(textes: Iterable[str]) -> str:
    morceaux, longueur = [], 0
    for texte in textes:
        morceaux.append(texte[: LONGUEUR - longueur])
        longueur += len(morceaux[-1]) + 1
        if longueur >= LONGUEUR:
            break
    return "\n".join(morceaux)
