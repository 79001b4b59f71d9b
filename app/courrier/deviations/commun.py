"""What deviations share: who may pass over the circuit, the reason that each gives, its line in the journal."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import circuits, habilitations, journal, organisation
from app.courrier.errors import SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.tables import Bureau, Courrier
from engine import Task

_MOTIF_MAX = 2000


def peut_deroger(session: Session, moi: Moi, courrier: Courrier) -> bool:
    """Whether they may pass over steps: a manager, an administrator, a chef of the courrier's bureau or of one above it."""
    if habilitations.peut(moi, "deroger"):
        return True
    bureau = session.get(Bureau, courrier.bureau_id) if courrier.bureau_id and moi.chef_de else None
    lignee = organisation.lignee(organisation.arbre(session), bureau.cle) if bureau else []
    return any(noeud.cle in moi.chef_de for noeud in lignee)


def motif(texte: str, champ: str = "motif", aide: str = "Dites en quelques mots pourquoi.") -> str:
    """The reason as it is kept; `SaisieRefusee` at `champ` when there is none, or a whole page."""
    dit = " ".join(texte.split())
    if not 3 <= len(dit) <= _MOTIF_MAX:
        raise SaisieRefusee({champ: aide})
    return dit


def noter(session: Session, moi: Moi, acte: str, tache: Task, courrier: Courrier, now: datetime, **details: object) -> None:
    """The line of a deviation: who, when, at which step, and why in its details."""
    journal.noter(
        session, acteur=moi.identifiant, acte=acte, sujet=circuits.sujet(courrier), now=now, tache=tache.id, etape=tache.step,
        nom=tache.name, **details,
    )  # fmt: skip
