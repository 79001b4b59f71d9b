"""What rows know exactly, as conditions in SQL: fields of the question, filters beside it, and words without the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.courrier.delais import minuit
from app.courrier.organisation import plier
from app.courrier.ports import Question, Terme
from app.courrier.tables import Bureau, Correspondant, Courrier, MotCle, Nature

COLONNES: Mapping[str, InstrumentedAttribute[Any]] = {
    "nature": Courrier.nature_id, "bureau": Courrier.bureau_id, "sens": Courrier.sens, "etat": Courrier.etat,
}
"""The fields of a question that a column answers."""
EXACTS = frozenset((*COLONNES, "mot"))
"""Those that rows know exactly."""


@dataclass(frozen=True, kw_only=True)
class Filtres:
    """What is ticked beside the question: keys of bureaux, natures and keywords, sens, etat; `tri`: pertinence or date."""

    bureau: str = ""
    nature: str = ""
    sens: str = ""
    etat: str = ""
    mot: str = ""
    tri: str = "pertinence"


def champs(session: Session, question: Question) -> ColumnElement[bool]:
    """The fields of the question that rows know exactly."""
    conditions: list[ColumnElement[bool]] = []
    for terme in question.termes:
        if terme.champ in COLONNES:
            dedans = COLONNES[terme.champ].in_(_valeurs(session, terme.champ, terme.texte))
            conditions.append(or_(not_(dedans), COLONNES[terme.champ].is_(None)) if terme.exclu else dedans)
        elif terme.champ == "mot":
            a_ce_mot = _a_mot(*(MotCle.cle.contains(mot, autoescape=True) for mot in plier(terme.texte).split()))
            conditions.append(not_(a_ce_mot) if terme.exclu else a_ce_mot)
    if question.apres:
        conditions.append(Courrier.recu_le >= minuit(question.apres))
    if question.avant:
        conditions.append(Courrier.recu_le < minuit(question.avant))
    return and_(true(), *conditions)


def _a_mot(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Has one keyword of which all this is true."""
    # Not tied to a keyword that the question itself goes through, as the facet does.
    return Courrier.id.in_(select(MotCle.courrier_id).where(*conditions).correlate(None))


def _valeurs(session: Session, champ: str, texte: str) -> list[int] | list[str]:
    """Ids of the bureaux or natures whose key or name has every word; the value itself for the others."""
    if champ not in ("nature", "bureau"):
        return [plier(texte)]
    table = Nature if champ == "nature" else Bureau
    mots = plier(texte).split()
    lignes = session.execute(select(table.id, table.cle, table.nom))
    return [cle for cle, *noms in lignes if all(mot in plier(" ".join(noms)) for mot in mots)]


def coches(filtres: Filtres, *, sauf: str = "") -> ColumnElement[bool]:
    """The filters that are ticked, but one."""
    conditions: list[ColumnElement[bool]] = []
    if filtres.bureau and sauf != "bureau":
        conditions.append(Courrier.bureau_id.in_(select(Bureau.id).where(Bureau.cle == filtres.bureau)))
    if filtres.nature and sauf != "nature":
        conditions.append(Courrier.nature_id.in_(select(Nature.id).where(Nature.cle == filtres.nature)))
    if filtres.sens and sauf != "sens":
        conditions.append(Courrier.sens == filtres.sens)
    if filtres.etat and sauf != "etat":
        conditions.append(Courrier.etat == filtres.etat)
    if filtres.mot and sauf != "mot":
        conditions.append(_a_mot(MotCle.cle == filtres.mot))
    return and_(true(), *conditions)


def sans_index(termes: Sequence[Terme]) -> ColumnElement[bool]:
    """What the register alone can tell: objet, numbers, correspondants, keywords."""
    conditions: list[ColumnElement[bool]] = []
    for terme in termes:
        mots = [terme.texte] if terme.phrase else terme.texte.split()
        trouve = and_(true(), *(_mot(mot) for mot in mots))
        conditions.append(not_(trouve) if terme.exclu else trouve)
    return and_(true(), *conditions)


def _mot(mot: str) -> ColumnElement[bool]:
    connus = select(Correspondant.id).where(Correspondant.cherche.contains(plier(mot), autoescape=True))
    colonnes = (Courrier.objet, Courrier.chrono, Courrier.reference)
    return or_(*(colonne.icontains(mot, autoescape=True) for colonne in colonnes),
               func.coalesce(Courrier.correspondant_id, 0).in_(connus), _a_mot(MotCle.cle.contains(plier(mot), autoescape=True)))
