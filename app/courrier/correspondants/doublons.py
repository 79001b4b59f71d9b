"""Sheets that may be one person's: pairs that share keys, what tells most first; «ce ne sont pas les mêmes» is remembered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.courrier import journal
from app.courrier.correspondants import cles
from app.courrier.correspondants.fiches import sujet, verrouiller
from app.courrier.tables import CleFiche, Correspondant, Distincts
from app.courrier.tables.absents import inserer_absents

PAGE = 20
BLOC = 12
"""A key that more sheets share tells nothing of them: the switchboard of a firm, the e-mail of a federation."""


@dataclass(frozen=True, kw_only=True)
class Paire:
    """Two sheets, the older or the one asked about first, and why they may be one person's."""

    premiere: Correspondant
    seconde: Correspondant
    raisons: list[str]


def paires(session: Session, *, page: int = 1) -> tuple[list[Paire], int]:
    """One page of the pairs, and how many there are."""
    toutes = _paires()
    total = session.scalar(select(func.count()).select_from(toutes.order_by(None).subquery())) or 0
    rangs = session.execute(toutes.limit(PAGE).offset((max(page, 1) - 1) * PAGE)).all()
    fiches = _fiches(session, {cle for rang in rangs for cle in (rang.premier, rang.second)})
    communes = _communes(session, list(fiches))
    return [
        Paire(premiere=fiches[rang.premier], seconde=fiches[rang.second],
              raisons=cles.raisons(communes[rang.premier] & communes[rang.second]))
        for rang in rangs
    ], total  # fmt: skip


def de(session: Session, fiche_id: int, *, limite: int = 5) -> list[Paire]:
    """The pairs that a sheet is in."""
    toutes = _paires(fiche_id).limit(limite)
    rangs = session.execute(toutes).all()
    fiches = _fiches(session, {fiche_id, *(cle for rang in rangs for cle in (rang.premier, rang.second))})
    communes = _communes(session, list(fiches))
    autres = [rang.second if rang.premier == fiche_id else rang.premier for rang in rangs]
    return [
        Paire(premiere=fiches[fiche_id], seconde=fiches[autre], raisons=cles.raisons(communes[fiche_id] & communes[autre]))
        for autre in autres
    ]


def distinguer(session: Session, une: int, autre: int, *, par: str, now: datetime) -> None:
    """Remember that two sheets are not the same person's: they are proposed no more. `Introuvable`."""
    premier, second = sorted((une, autre))
    verrouiller(session, premier, second)
    ligne = {"premier_id": premier, "second_id": second, "par": par, "le": now}
    inserer_absents(session, Distincts, [ligne])
    journal.noter(session, acteur=par, acte="distinguer-correspondants", sujet=sujet(premier), now=now, autre=second)


def _paires(fiche_id: int | None = None) -> Select[int, int, int]:
    """Ids of both and what their common keys tell; a sheet and the body it works for share much, and are two.

    The pairs are made of the few keys that are shared, before anything is asked of the sheets: it grows with the doubles.
    """
    a, b, fa, fb = aliased(CleFiche), aliased(CleFiche), aliased(Correspondant), aliased(Correspondant)
    partagees = select(CleFiche.cle).group_by(CleFiche.cle).having(func.count().between(2, BLOC))
    joints = select(a.correspondant_id.label("premier"), b.correspondant_id.label("second"), func.sum(a.poids).label("poids"))
    if fiche_id is not None:
        partagees = partagees.where(CleFiche.cle.in_(select(CleFiche.cle).where(CleFiche.correspondant_id == fiche_id)))
        joints = joints.where(or_(a.correspondant_id == fiche_id, b.correspondant_id == fiche_id))
    communes = partagees.subquery()
    paires = (
        joints.select_from(communes).join(a, a.cle == communes.c.cle)
        .join(b, and_(b.cle == communes.c.cle, a.correspondant_id < b.correspondant_id))
        .group_by(a.correspondant_id, b.correspondant_id).subquery()
    )
    meme_maison = or_(
        func.coalesce(fa.organisme_id, 0) == fb.id, func.coalesce(fb.organisme_id, 0) == fa.id,
        and_(fa.organisme_id == fb.organisme_id, fa.nom != fb.nom),
    )
    dites = exists().where(Distincts.premier_id == paires.c.premier, Distincts.second_id == paires.c.second)
    return (
        select(paires.c.premier, paires.c.second, paires.c.poids)
        .join(fa, fa.id == paires.c.premier).join(fb, fb.id == paires.c.second)
        .where(~dites, func.coalesce(meme_maison, False).is_(False))
        .order_by(paires.c.poids.desc(), paires.c.premier, paires.c.second)
    )


def _fiches(session: Session, ids: set[int]) -> dict[int, Correspondant]:
    return {fiche.id: fiche for fiche in session.scalars(select(Correspondant).where(Correspondant.id.in_(ids)))}


def _communes(session: Session, ids: list[int]) -> dict[int, set[str]]:
    trouvees: dict[int, set[str]] = {cle: set() for cle in ids}
    for fiche_id, cle in session.execute(
        select(CleFiche.correspondant_id, CleFiche.cle).where(CleFiche.correspondant_id.in_(ids))
    ):
        trouvees[fiche_id].add(cle)
    return trouvees
