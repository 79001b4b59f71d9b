"""Where each register stands in a year: its last number, and until which day it is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import registre as registres
from app.courrier.tables import Arrete, Registre


@dataclass(frozen=True, kw_only=True)
class Etat:
    """A register in a year: how its numbers begin, the last that was given (empty: none), how many, the last day closed."""

    registre: str
    prefixe: str
    dernier: str
    nombre: int
    arrete: date | None

    @property
    def sens(self) -> str:
        """The direction that it is of."""
        return registres.sens_de(self.registre)


def annees(session: Session) -> Sequence[int]:
    """The years in which a number was given, oldest first."""
    return session.scalars(select(Registre.annee).where(Registre.dernier > 0).distinct().order_by(Registre.annee)).all()


def etats(session: Session, annee: int) -> Mapping[str, Sequence[Etat]]:
    """The registers of every body in this year, by the sign of the body, that of the settings first."""
    derniers = dict(session.execute(select(Registre.cle, Registre.dernier).where(Registre.annee == annee)).all())
    arretes = dict(session.execute(
        select(Arrete.registre, func.max(Arrete.jour)).where(Arrete.jour.between(date(annee, 1, 1), date(annee, 12, 31)))
        .group_by(Arrete.registre)
    ).all())  # fmt: skip
    par_organisme: dict[str, list[Etat]] = {}
    for cle in registres.tous_les_registres(session):
        nombre = derniers.get(cle, 0)
        par_organisme.setdefault(registres.organisme_de(cle), []).append(Etat(
            registre=cle, prefixe=registres.chrono(cle, annee, 0).removesuffix("00000"), nombre=nombre, arrete=arretes.get(cle),
            dernier=registres.chrono(cle, annee, nombre) if nombre else "",
        ))  # fmt: skip
    return par_organisme
