"""One task, fetched through the agent's rights, and whether they may do it."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal, or_, select
from sqlalchemy.orm import Session

from app.courrier import delais, journal, organisation
from app.courrier.errors import Introuvable
from app.courrier.habilitations import VISIBLE, Moi
from app.courrier.tables import Acces, Courrier
from app.courrier.tables.avance import retenir
from engine import Engine, Task, TaskGroup, locking


def a_ma_portee(moi: Moi) -> ColumnElement[bool]:
    """The tasks this agent may take or do."""
    return _portee(literal(moi.identifiant), sorted(moi.groupes))


def _portee(identifiant: ColumnElement[str], groupes: Any) -> ColumnElement[bool]:
    place = exists().where(TaskGroup.task_id == Task.id, TaskGroup.closed_at.is_(None), TaskGroup.group_key.in_(groupes))
    return or_(Task.holder == identifiant, Task.assignee == identifiant, place)


def avec_la_maison(requete: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The question with what a step may need of the house beside: closed days, bureaux, the head of the journal."""
    return requete.add_columns(delais.fermes_lus(), organisation.arbre_lu(), journal.tete())


def retenir_la_maison(session: Session, fermes: list[Any] | None, arbre: list[Any] | None, tete: list[Any] | None) -> None:
    """Keep what `avec_la_maison` read until the end of the transaction."""
    retenir(session, fermes=fermes or [], arbre=arbre or [], tete=tete)


# Made once: making such a question takes longer than asking it.
_MOI = bindparam("moi", type_=Task.holder.type)
_A_FAIRE = (
    select(Task, Courrier, _portee(_MOI, bindparam("groupes", expanding=True)))
    .join(Courrier, Courrier.instance_id == Task.instance_id).where(Task.id == bindparam("tache"), VISIBLE)
)  # fmt: skip
_NOMME = exists().where(Acces.courrier_id == Courrier.id, Acces.groupe == literal("@") + _MOI)
_TENIR = locking(avec_la_maison(_A_FAIRE.add_columns(_NOMME)))


def tache(session: Session, moi: Moi, task_id: int) -> tuple[Task, Courrier]:
    """A task fetched through the agent's rights, open or closed; `Introuvable`."""
    trouvee, courrier, _ = a_faire(session, moi, task_id)
    return trouvee, courrier


def a_faire(session: Session, moi: Moi, task_id: int) -> tuple[Task, Courrier, bool]:
    """The same, and whether this agent may do it, in one statement."""
    rang = session.execute(_A_FAIRE, {**moi.cles, "tache": task_id}).first()
    if rang is None:
        raise Introuvable(quoi="Cette tâche")
    return rang[0], rang[1], bool(rang[2])


def tenir(session: Session, engine: Engine, moi: Moi, task_id: int) -> tuple[Task, Courrier, bool, bool]:
    """The same for who does it now, its circuit locked; and whether the courrier is already open to them by name.

    What the step may need of the house is read in the same statement.
    """
    rang = engine.hold(session, _TENIR, {**moi.cles, "tache": task_id})
    if rang is None:
        raise Introuvable(quoi="Cette tâche")
    tache, courrier, permise, nommee, *maison = rang
    retenir_la_maison(session, *maison)
    return tache, courrier, bool(permise), bool(nommee)


def peut_agir(session: Session, moi: Moi, tache: Task) -> bool:
    """Whether this agent may do this open task."""
    return bool(session.scalar(select(Task.id).where(Task.id == tache.id, Task.closed_at.is_(None), a_ma_portee(moi))))
