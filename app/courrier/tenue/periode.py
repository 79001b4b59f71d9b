"""What a register holds over a period, counted and cut into portions by the database: a year may have fifty thousand lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.courrier import delais
from app.courrier.delais import minuit
from app.courrier.tables import Courrier

PORTION = 500


@dataclass(frozen=True, kw_only=True)
class Portion:
    """Numbers of a year that follow each other, both ends included."""

    annee: int
    premier: int
    dernier: int


def inscrits(registre: str, debut: date, fin: date) -> ColumnElement[bool]:
    """What was registered from `debut` to `fin`, both included, days of Europe/Paris."""
    entre = (Courrier.enregistre_le >= minuit(debut)) & (Courrier.enregistre_le < minuit(fin + timedelta(days=1)))
    return (Courrier.registre == registre) & entre


def nombre(session: Session, registre: str, debut: date, fin: date) -> int:
    """How many numbers were given over a period."""
    return session.scalar(select(func.count()).select_from(Courrier).where(inscrits(registre, debut, fin))) or 0


def nombres(session: Session, registre: str, periodes: Sequence[tuple[date, date]]) -> Sequence[int]:
    """How many over each of these periods, which follow each other, in one statement."""
    comptes = [func.count().filter(inscrits(registre, debut, fin)) for debut, fin in periodes]
    return session.execute(select(*comptes).where(inscrits(registre, periodes[0][0], periodes[-1][1]))).one()


def portions(session: Session, registre: str, debut: date, fin: date, *, taille: int = PORTION) -> list[Portion]:
    """The numbers given over a period, some at a time, in their order."""
    bornes = session.execute(
        select(Courrier.annee, func.min(Courrier.numero), func.max(Courrier.numero))
        .where(inscrits(registre, debut, fin)).group_by(Courrier.annee).order_by(Courrier.annee)
    )
    return [
        Portion(annee=annee, premier=numero, dernier=min(numero + taille - 1, dernier))
        for annee, premier, dernier in bornes for numero in range(premier, dernier + 1, taille)
    ]


def jours(session: Session, registre: str, *, apres: date | None, avant: date, limite: int) -> list[date]:
    """The first days on which something was registered, after one and before another; a look into the index each."""
    trouves: list[date] = []
    depuis = minuit(apres + timedelta(days=1)) if apres else datetime.min.replace(tzinfo=UTC)
    premier = select(func.min(Courrier.enregistre_le)).where(Courrier.registre == registre)
    while len(trouves) < limite:
        moment = session.scalar(premier.where(Courrier.enregistre_le >= depuis, Courrier.enregistre_le < minuit(avant)))
        if moment is None:
            break
        trouves.append(delais.jour(moment))
        depuis = minuit(trouves[-1] + timedelta(days=1))
    return trouves
