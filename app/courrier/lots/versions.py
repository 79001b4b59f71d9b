"""Undoing: each act left one version of each depot that it touched, so that the one before can be brought back as it was."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier.errors import GesteRefuse
from app.courrier.lots.composition import courante
from app.courrier.tables import Composition, Remaniement

AILLEURS = "Un geste plus récent sur un autre dépôt s’appuie sur celui-ci : annulez-le d’abord."


def dernier(session: Session, depot_id: int) -> Remaniement | None:
    """The act that would be undone: the last on these pages that was not undone already."""
    version = _effective(session, courante(session, depot_id))
    if version is None or version.remaniement_id is None:
        return None
    acte = session.get_one(Remaniement, version.remaniement_id)
    return None if acte.acte == "defaire" else acte


def touchees(session: Session, acte: Remaniement) -> list[Composition]:
    """The versions that an act left, one a depot; `GesteRefuse` when one of them was built upon since."""
    versions = session.scalars(select(Composition).where(Composition.remaniement_id == acte.id).order_by(Composition.depot_id))
    laissees = list(versions)
    for laissee in laissees:
        actuelle = _effective(session, courante(session, laissee.depot_id))
        if actuelle is None or actuelle.id != laissee.id:
            raise GesteRefuse(motif=AILLEURS)
    return laissees


def avant(session: Session, version: Composition) -> Composition | None:
    """The version that counted before this one; None when the depot was not there."""
    precedentes = select(Composition).where(Composition.depot_id == version.depot_id, Composition.rang == version.rang - 1)
    return _effective(session, session.scalars(precedentes).one_or_none())


def _effective(session: Session, version: Composition | None) -> Composition | None:
    """The version itself, or the one that it brought back."""
    return session.get_one(Composition, version.retour_id) if version and version.retour_id else version
