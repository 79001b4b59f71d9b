"""What a user task does: each act turns its form's values into rows of the trade and leaves the engine only short facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import annotations, habilitations, journal
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Bureau, Courrier
from engine import Engine, Step, Task

Valeurs = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Contexte:
    """An act being done: by whom, on which task of which courrier, when."""

    session: Session
    courrier: Courrier
    tache: Task
    par: str
    now: datetime


Acte = Callable[[Contexte, Valeurs], Valeurs]
"""Takes the form's clean values, writes rows, returns what the circuit's data keep."""


def _texte(valeurs: Valeurs, cle: str) -> str:
    return str(valeurs.pop(cle, "") or "").strip()


def noter_remarques(contexte: Contexte, valeurs: Valeurs) -> None:
    """The words of an act (note, reason) become remarks of the courrier, not data of the circuit."""
    for cle in ("note", "motif", "commentaire", "comment"):
        annotations.commenter(
            contexte.session, contexte.courrier, _texte(valeurs, cle), par=contexte.par, now=contexte.now,
            contexte={"etape": contexte.tache.name, "acte": contexte.tache.act, "champ": cle},
        )  # fmt: skip


def qualifier(contexte: Contexte, valeurs: Valeurs) -> Valeurs:
    """Confirm the bureau, or name another one; mark urgency."""
    if valeurs.get("decision") == "reorienter":
        bureau = contexte.session.scalar(select(Bureau).where(Bureau.cle == str(valeurs.get("bureau"))))
        if bureau is None:
            raise SaisieRefusee({"bureau": "Choisissez le bureau qui doit traiter ce courrier."})
        if bureau.id == contexte.courrier.bureau_id:
            raise SaisieRefusee({"bureau": "Ce courrier est déjà à ce bureau ; choisissez-en un autre."})
    else:
        valeurs.pop("bureau", None)
    if valeurs.get("urgent"):
        contexte.courrier.priorite = "urgente"
    return valeurs


def sans_effet(_contexte: Contexte, valeurs: Valeurs) -> Valeurs:
    """An act whose form says it all."""
    return valeurs


def faire(
    session: Session, engine: Engine, moi: habilitations.Moi, tache: Task, courrier: Courrier,
    valeurs: Mapping[str, object], *, actes: Mapping[str, Acte], now: datetime,
) -> Step:  # fmt: skip
    """Do a task: rows of the trade, engine step and journal line together; the engine's own refusals pass through."""
    contexte = Contexte(session=session, courrier=courrier, tache=tache, par=moi.identifiant, now=now)
    reste = actes.get(tache.act, sans_effet)(contexte, dict(valeurs))
    if tache.main is None:  # else the whole answer is kept with the question
        noter_remarques(contexte, reste)
    # Noted first, so that what the circuit then does by itself stands after it in the journal.
    journal.noter(
        session, acteur=moi.identifiant, acte=tache.act, sujet=f"courrier:{courrier.id}", now=now,
        tache=tache.id, etape=tache.step, nom=tache.name,
        **{cle: reste[cle] for cle in ("decision", "suite", "canal", "choix", "avis") if reste.get(cle)},
    )  # fmt: skip
    return engine.complete(session, tache.id, reste, by=moi.identifiant, now=now)
