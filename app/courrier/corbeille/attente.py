"""Which open tasks await an agent: each of their groups is read along its own index, so that no list grows with the others.

A view is what the agent holds and what their groups may take; a task of several groups is counted and listed once.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, literal, or_, select, union
from sqlalchemy.orm import Session

from app.courrier.habilitations import VISIBLE, Moi
from app.courrier.tables import Courrier
from engine import Task, TaskGroup

PLAFOND = 500
"""Counters stop here and show «500+»: nobody reads further, and counting costs."""

JAMAIS = datetime.max.replace(tzinfo=UTC)
"""When a task without an échéance is due: after all the others."""

Suite = tuple[datetime, int]
"""Where a page of tasks ends: the échéance and the id of its last line."""

Taches = Select[datetime | None, int]
"""Open tasks, as two columns `due` and `id`."""

Restriction = Callable[[Taches], Taches]


def chemins(moi: Moi, vue: str, *, en_bloc: bool = False) -> list[Taches]:
    """The ways to the open tasks of a view (moi, bureau, parapheur): one a group, so that each is read in order by its index.

    `en_bloc` puts the groups together, for who counts.
    """
    tenues = select(Task.due, Task.id).where(Task.closed_at.is_(None), Task.holder == moi.identifiant)
    groupes = {"moi": moi.groupes - moi.bureaux, "bureau": moi.bureaux}.get(vue, moi.groupes)
    cles: Iterable[list[str]] = [sorted(groupes)] if en_bloc else ([groupe] for groupe in sorted(groupes))
    places = [_place(cle) for cle in cles if cle]
    if vue == "moi":
        places = [place.where(Task.holder.is_(None)) for place in places]
    trouves = places if vue == "bureau" else [tenues, *places]
    return [chemin.where(Task.act == "signer") for chemin in trouves] if vue == "parapheur" else trouves


def _place(cles: list[str] | ColumnElement[str]) -> Taches:
    une = cles[0] if isinstance(cles, list) and len(cles) == 1 else cles
    ici = TaskGroup.group_key.in_(une) if isinstance(une, list) else TaskGroup.group_key == une
    return (
        select(TaskGroup.due.label("due"), TaskGroup.task_id.label("id"))
        .join(Task, Task.id == TaskGroup.task_id)
        .where(TaskGroup.closed_at.is_(None), ici, Task.closed_at.is_(None))
    )


def premieres(
    session: Session, moi: Moi, vue: str, nombre: int, *, restreindre: Restriction, apres: Suite | None = None
) -> list[int]:
    """The ids of the most pressing tasks of a view after `apres`, those without an échéance last."""
    trouvees: list[int] = []
    for datees in (True, False):
        if len(trouvees) == nombre or (datees and apres and apres[0] == JAMAIS):
            continue
        voies = [_apres(restreindre(chemin), datees, apres).limit(nombre) for chemin in chemins(moi, vue)]
        if voies:
            ensemble = union(*(select(voie.subquery()) for voie in voies)).subquery()
            dans_l_ordre = select(ensemble.c.id).order_by(ensemble.c.due, ensemble.c.id).limit(nombre - len(trouvees))
            trouvees += session.scalars(dans_l_ordre)
    return trouvees


def premiere(session: Session, moi: Moi) -> Task | None:
    """The most pressing of what the agent holds or may take without its being their bureau's."""
    cles = sorted(moi.groupes - moi.bureaux)
    valeurs = {**moi.cles, **{f"cle{rang}": cle for rang, cle in enumerate(cles)}}
    return session.scalars(_premiere(len(cles)), valeurs).first()


@cache
def _premiere(groupes: int) -> Select[Task]:
    """The question for an agent of so many groups, made once: making it takes longer than asking it."""
    tenues = select(Task.due, Task.id).where(Task.closed_at.is_(None), Task.holder == bindparam("moi"))
    places = [_place(bindparam(f"cle{rang}")).where(Task.holder.is_(None)) for rang in range(groupes)]
    visibles = [chemin.join(Courrier, Courrier.instance_id == Task.instance_id).where(VISIBLE) for chemin in (tenues, *places)]
    voies = [_apres(chemin, datees, None).limit(1) for chemin in visibles for datees in (True, False)]
    ensemble = union(*(select(voie.subquery()) for voie in voies)).subquery()
    choix = select(ensemble.c.id).order_by(ensemble.c.due.is_(None), ensemble.c.due, ensemble.c.id).limit(1)
    return select(Task).where(Task.id == choix.scalar_subquery())


def _apres(chemin: Taches, datees: bool, apres: Suite | None) -> Taches:
    due, numero = chemin.selected_columns
    chemin = chemin.where(due.is_not(None) if datees else due.is_(None)).order_by(due, numero)
    if apres is None:
        return chemin
    borne, dernier = apres
    if not datees:
        return chemin.where(numero > dernier) if borne == JAMAIS else chemin
    # The first condition is what the index is entered by; the second only leaves out what was shown.
    return chemin.where(due >= borne, or_(due > borne, numero > dernier))


def nombre(moi: Moi, vue: str, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many open tasks a view has, as a part of a statement; it stops above `PLAFOND`."""
    voies = [
        select(chemin.where(*conditions).limit(PLAFOND + 1).subquery().c.id)
        for chemin in chemins(moi, vue, en_bloc=True)
    ]
    if not voies:
        return select(literal(0)).scalar_subquery()
    return select(func.count()).select_from(union(*voies).limit(PLAFOND + 1).subquery()).scalar_subquery()
