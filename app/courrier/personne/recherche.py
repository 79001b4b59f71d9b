"""A person found over all the sheets, merged ones too, before anything is handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier.correspondants import Filtre, feuilleter, gardee
from app.courrier.habilitations import Moi, visible
from app.courrier.organisation import plier
from app.courrier.tables import Correspondant, Courrier

_LISTE = 50


@dataclass(frozen=True, kw_only=True)
class Trouvee:
    """A sheet that answers, and how many of its courriers are open to who asks."""

    fiche: Correspondant
    courriers: int


def chercher(session: Session, moi: Moi, mots: str) -> Sequence[Trouvee]:
    """The sheets that hold every word typed, those that held it before a merge too; nothing without a word."""
    if not plier(mots):
        return []
    fiches = {fiche.id: fiche for fiche in feuilleter(session, Filtre(mots=mots))[0]}
    fusionnees = select(Correspondant).where(
        Correspondant.fusionne_vers.is_not(None),
        *(Correspondant.cherche.contains(mot, autoescape=True) for mot in plier(mots).split()[:8]),
    )
    for fiche in session.scalars(fusionnees.limit(_LISTE)):
        suivie = gardee(session, fiche)
        fiches.setdefault(suivie.id, suivie)
    nombres, closes = _nombres(session, moi, list(fiches)), fermees(session, moi, list(fiches))
    return [Trouvee(fiche=fiche, courriers=nombres.get(fiche.id, 0)) for fiche in fiches.values() if fiche.id not in closes]


def fermees(session: Session, moi: Moi, ids: Sequence[int]) -> set[int | None]:
    """Of these sheets, those that only courriers closed to the reader name: that they wrote at all is told by them alone."""
    nommees = session.scalars(select(Courrier.correspondant_id).where(Courrier.correspondant_id.in_(ids)).distinct())
    return set(nommees) - set(_nombres(session, moi, ids))


def _nombres(session: Session, moi: Moi, ids: Sequence[int]) -> Mapping[int | None, int]:
    comptes = select(Courrier.correspondant_id, func.count()).where(Courrier.correspondant_id.in_(ids), visible(moi))
    return dict(session.execute(comptes.group_by(Courrier.correspondant_id)).all())
