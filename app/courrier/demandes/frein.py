"""The brake: so many tries by one address, and by all of them, in a window; counted in the database, whatever the processes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.courrier.errors import TropDEssais
from app.courrier.tables import Frein
from app.courrier.tables.absents import ajouter_un

_TOUS = "tous"


@dataclass(frozen=True, kw_only=True)
class Regle:
    """How many tries an address has, and all addresses together, in `duree`."""

    nom: str
    par_adresse: int
    en_tout: int
    duree: timedelta


ECRIRE = Regle(nom="ecrire", par_adresse=10, en_tout=600, duree=timedelta(hours=1))
"""Messages of the web form: a household writes less, a town as well; a public computer has room for its ten."""

SUIVRE = Regle(nom="suivre", par_adresse=20, en_tout=2000, duree=timedelta(minutes=15))
"""Wrong codes. With 49 bits a code, the patience of a century finds none."""


def tenter(session: Session, regle: Regle, adresse: str, *, now: datetime) -> None:
    """Count one try; `TropDEssais`, which leaves the count as it was, says when to come back."""
    debut = datetime.min.replace(tzinfo=UTC)
    jusqua = debut + ((now - debut) // regle.duree + 1) * regle.duree
    for qui, permis in ((adresse, regle.par_adresse), (_TOUS, regle.en_tout)):
        nombre = ajouter_un(session, Frein, {"cle": f"{regle.nom}:{qui}", "jusqua": jusqua}, "nombre")
        if nombre > permis:
            raise TropDEssais(minutes=max(1, -(-(jusqua - now) // timedelta(minutes=1))))


def rendre(session: Session, regle: Regle, adresse: str, *, now: datetime) -> None:
    """The try that was just counted did no harm: it is given back."""
    session.execute(
        update(Frein).where(Frein.cle.in_((f"{regle.nom}:{adresse}", f"{regle.nom}:{_TOUS}")), Frein.jusqua > now)
        .values(nombre=Frein.nombre - 1),
        execution_options={"synchronize_session": False},
    )


def oublier(session: Session, *, now: datetime) -> None:
    """Forget the windows that are over."""
    session.execute(delete(Frein).where(Frein.jusqua <= now), execution_options={"synchronize_session": False})
