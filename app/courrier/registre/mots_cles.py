"""The keywords of a courrier: typed in one line, kept one a row, and those that the house uses already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.courrier.errors import SaisieRefusee
from app.courrier.organisation import plier
from app.courrier.tables import Courrier, MotCle
from engine import Phrase

NOMBRE = 12
LONGUEUR = 60
_RECENTS = timedelta(days=3 * 365)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """A keyword of the house, in one of its spellings, and how many courriers have it."""

    cle: str
    mot: str
    nombre: int


def separer(texte: str) -> tuple[str, ...]:
    """The keywords of a line, parted by commas, semicolons or line ends; each once, whatever its case and accents."""
    mots: dict[str, str] = {}
    for morceau in texte.replace(";", ",").replace("\n", ",").split(","):
        mot = " ".join(morceau.split())
        if plier(mot):
            mots.setdefault(plier(mot), mot)
    return tuple(mots.values())


def controler(mots: Sequence[str]) -> dict[str, str]:
    """What is wrong with them, by field."""
    if len(mots) > NOMBRE:
        return {"mots": Phrase("Donnez au plus {maximum} mots-clés.", maximum=NOMBRE)}
    if any(len(mot) > LONGUEUR for mot in mots):
        return {"mots": Phrase("Un mot-clé a au plus {maximum} signes.", maximum=LONGUEUR)}
    return {}


def poser(session: Session, courrier: Courrier, mots: Sequence[str]) -> None:
    """Give a courrier these keywords in place of those it has; `SaisieRefusee`."""
    erreurs = controler(mots)
    if erreurs:
        raise SaisieRefusee(erreurs)
    session.execute(delete(MotCle).where(MotCle.courrier_id == courrier.id), execution_options={"synchronize_session": False})
    session.add_all(
        MotCle(courrier_id=courrier.id, cle=plier(mot), mot=mot, rang=rang) for rang, mot in enumerate(mots, start=1)
    )
    session.flush()


def mots_de(session: Session, courrier: Courrier) -> list[str]:
    """The keywords of a courrier, in the order in which they were typed."""
    return list(session.scalars(select(MotCle.mot).where(MotCle.courrier_id == courrier.id).order_by(MotCle.rang)))


def vocabulaire(session: Session, *, now: datetime, limite: int = 1000) -> list[Usage]:
    """The keywords of the last years, the most used first."""
    nombre = func.count().label("nombre")
    usages = (
        select(MotCle.cle, func.min(MotCle.mot), nombre).join(Courrier, Courrier.id == MotCle.courrier_id)
        .where(Courrier.enregistre_le >= now - _RECENTS).group_by(MotCle.cle).order_by(nombre.desc(), MotCle.cle).limit(limite)
    )
    return [Usage(cle=cle, mot=mot, nombre=combien) for cle, mot, combien in session.execute(usages)]
