"""The days on which the town hall is closed beside public holidays: added and removed with a reason, each a line of the journal.

Échéances already given stay as they are: people were told of them. A change counts for those given after it, which are
those of new courriers and of clocks that go on after a halt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session, aliased

from app.courrier import delais, journal
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Courrier, JourFerme, LigneHorloge

ANNEES = 5
"""How far from today a day may be closed."""


@dataclass(frozen=True, kw_only=True)
class Portee:
    """Open échéances that count this day as it was when they were given, and clocks that will count it as it is."""

    donnees: int
    suspendues: int


def fermes(session: Session, annee: int) -> Sequence[JourFerme]:
    """The closed days of a year, in order."""
    jours = select(JourFerme).where(extract("year", JourFerme.jour) == annee)
    return session.scalars(jours.order_by(JourFerme.jour)).all()


def fermer(session: Session, jour: date | None, motif: str, *, par: str, now: datetime) -> JourFerme:
    """Close the town hall on a day; `SaisieRefusee` when it is no working day, is closed already, or no reason is given."""
    motif = " ".join(motif.split())
    bref = 3 <= len(motif) <= 200
    erreurs = {
        "jour": _faute(session, jour, now),
        "motif": "" if bref else "Dites en quelques mots pourquoi la mairie est fermée, en 200 signes au plus.",
    }
    if jour is None or any(erreurs.values()):
        raise SaisieRefusee({champ: phrase for champ, phrase in erreurs.items() if phrase})
    ferme = JourFerme(jour=jour, motif=motif)
    session.add(ferme)
    session.flush()
    journal.noter(session, acteur=par, acte="fermer-jour", sujet=f"calendrier:{jour}", now=now, motif=motif)
    return ferme


def rouvrir(session: Session, jour: date, *, par: str, now: datetime) -> None:
    """Take a closed day back; `Introuvable` when it is not closed."""
    ferme = session.get(JourFerme, jour, with_for_update=True)
    if ferme is None:
        raise Introuvable(quoi="Ce jour de fermeture")
    session.delete(ferme)
    session.flush()
    journal.noter(session, acteur=par, acte="rouvrir-jour", sujet=f"calendrier:{jour}", now=now, motif=ferme.motif)


def portee(session: Session, jour: date) -> Portee:
    """How many open courriers a change of this day leaves as they are, and how many will count it."""
    matin = delais.minuit(jour)
    ouverts = select(func.count()).select_from(Courrier).where(Courrier.etat == "en_cours")
    suivante = aliased(LigneHorloge)
    plus_tard = select(suivante.id).where(suivante.courrier_id == LigneHorloge.courrier_id, suivante.id > LigneHorloge.id)
    arretes = ouverts.join(LigneHorloge, LigneHorloge.courrier_id == Courrier.id)
    return Portee(
        donnees=session.scalar(ouverts.where(Courrier.echeance >= jour, Courrier.recu_le < matin)) or 0,
        suspendues=session.scalar(arretes.where(LigneHorloge.geste == "suspension", ~plus_tard.exists())) or 0,
    )


def _faute(session: Session, jour: date | None, now: datetime) -> str:
    if jour is None:
        return "Donnez la date du jour de fermeture."
    if abs(jour.year - delais.jour(now).year) > ANNEES:
        return "Cette date est trop loin d’aujourd’hui : vérifiez l’année."
    if jour.weekday() >= delais.SAMEDI:
        return "Le samedi et le dimanche ne comptent déjà pas dans les délais."
    if session.get(JourFerme, jour) is not None:
        return "Ce jour est déjà un jour de fermeture."
    if delais.fermes(session).chome(jour):
        return "Ce jour est férié : il ne compte déjà pas dans les délais."
    return ""
