"""The register of a day, to be read or printed: every number stands in it, what is not open to the reader unsaid."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier.correspondants import nom_complet
from app.courrier.delais import PARIS
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Bureau, Correspondant, Courrier, Nature


@dataclass(frozen=True, kw_only=True)
class Entree:
    """One line of the register; `ouvert` false leaves its words empty, so that no number ever seems to be missing."""

    courrier_id: int
    chrono: str
    sens: str
    canal: str
    enregistre_le: datetime
    recu_le: datetime
    ouvert: bool
    objet: str = ""
    correspondant: str = ""
    nature: str = ""
    bureau: str = ""
    recommande: str = ""


def du_jour(session: Session, moi: Moi, jour: date, *, registre: str | None = None) -> list[Entree]:
    """What was registered on this day of Europe/Paris, in the order of the numbers; all registers, or one (A, D, I)."""
    debut, fin = (
        datetime.combine(quand, time.min, tzinfo=PARIS).astimezone(UTC) for quand in (jour, jour + timedelta(days=1))
    )
    requete = (
        select(Courrier, visible(moi), Correspondant, Nature.nom, Bureau.nom)
        .join(Nature, Nature.id == Courrier.nature_id)
        .outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .outerjoin(Correspondant, Correspondant.id == Courrier.correspondant_id)
        .where(Courrier.enregistre_le >= debut, Courrier.enregistre_le < fin)
        .order_by(Courrier.registre, Courrier.annee, Courrier.numero)
    )
    if registre:
        requete = requete.where(Courrier.registre == registre)
    return [
        _entree(courrier, bool(ouvert), correspondant, nature, bureau or "")
        for courrier, ouvert, correspondant, nature, bureau in session.execute(requete)
    ]


def _entree(courrier: Courrier, ouvert: bool, correspondant: Correspondant | None, nature: str, bureau: str) -> Entree:
    mots = {
        "objet": courrier.objet, "correspondant": nom_complet(correspondant), "nature": nature, "bureau": bureau,
        "recommande": courrier.recommande,
    }
    return Entree(
        courrier_id=courrier.id, chrono=courrier.chrono, sens=courrier.sens, canal=courrier.canal,
        enregistre_le=courrier.enregistre_le, recu_le=courrier.recu_le, ouvert=ouvert, **(mots if ouvert else {}),
    )
