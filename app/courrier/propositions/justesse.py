"""How right the proposals were: by field, by nature and month, and which value is taken for which."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, extract, func, select
from sqlalchemy.orm import Session

from app.courrier.tables import Confirmation, Courrier, Nature


@dataclass(frozen=True, kw_only=True)
class Ligne:
    """A count of registrations: how many had a proposal, whose first candidate was right, one of whose three was right."""

    cle: str
    nombre: int
    proposes: int
    premiers: int
    trois: int

    @property
    def premier(self) -> float | None:
        """The share of proposals whose first candidate was chosen; None when nothing was proposed."""
        return self.premiers / self.proposes if self.proposes else None

    @property
    def top(self) -> float | None:
        """The share of proposals one of whose candidates was chosen."""
        return self.trois / self.proposes if self.proposes else None


_COMPTES = (
    func.count(),
    func.sum(case((Confirmation.propose != "", 1), else_=0)),
    func.sum(case((Confirmation.rang == 1, 1), else_=0)),
    func.sum(case((Confirmation.rang > 0, 1), else_=0)),
)


def par_champ(session: Session, *, depuis: datetime) -> list[Ligne]:
    """Every field that was filled or proposed since then."""
    comptes = select(Confirmation.champ, *_COMPTES).where(Confirmation.quand >= depuis).group_by(Confirmation.champ)
    return [_ligne(*rang) for rang in session.execute(comptes.order_by(Confirmation.champ))]


def par_nature(session: Session, champ: str, *, depuis: datetime) -> dict[str, dict[str, Ligne]]:
    """By nature chosen, then by month («2026-11», in UTC), how right the proposals of a field were."""
    annee, mois = extract("year", Confirmation.quand), extract("month", Confirmation.quand)
    comptes = (
        select(Nature.nom, annee, mois, *_COMPTES).join(Courrier, Courrier.id == Confirmation.courrier_id)
        .join(Nature, Nature.id == Courrier.nature_id).where(Confirmation.champ == champ, Confirmation.quand >= depuis)
        .group_by(Nature.nom, annee, mois).order_by(Nature.nom, annee, mois)
    )
    tableau: dict[str, dict[str, Ligne]] = {}
    for nature, an, numero, *reste in session.execute(comptes):
        tableau.setdefault(nature, {})[f"{int(an)}-{int(numero):02}"] = _ligne(nature, *reste)
    return tableau


def confusions(session: Session, champ: str, *, depuis: datetime) -> dict[str, dict[str, int]]:
    """How often each value was proposed first, by value chosen: `tableau[chosen][proposed]`."""
    comptes = (
        select(Confirmation.choisi, Confirmation.propose, func.count())
        .where(Confirmation.champ == champ, Confirmation.quand >= depuis, Confirmation.propose != "", Confirmation.choisi != "")
        .group_by(Confirmation.choisi, Confirmation.propose)
    )
    tableau: dict[str, dict[str, int]] = {}
    for choisi, propose, nombre in session.execute(comptes.order_by(Confirmation.choisi, Confirmation.propose)):
        tableau.setdefault(choisi, {})[propose] = nombre
    return tableau


def _ligne(cle: str, nombre: int, proposes: int, premiers: int, trois: int) -> Ligne:
    return Ligne(cle=cle, nombre=nombre, proposes=proposes, premiers=premiers, trois=trois)
