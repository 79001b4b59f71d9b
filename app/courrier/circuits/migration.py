"""Courriers taken to another version of their circuit: what the dry run says, each one's passage, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.circuits.atelier import publie
from app.courrier.circuits.hote import courrier_de, ouvrir_aux_acteurs
from engine import Definition, Engine, Instance, Step, Task
from engine.migration import Plan
from engine.tables import Migration


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One bulk move to a version; `retour` of its `combien` courriers have not gone on since and can go back."""

    numero: int
    version: int
    quand: datetime
    par: str
    combien: int
    retour: int


def a_passer(session: Session) -> dict[str, int]:
    """How many courriers follow an older version than the last, by circuit; circuits without any are left out."""
    derniere = (
        select(Definition.key, func.max(Definition.version).label("version")).where(Definition.kind == "bpmn")
        .group_by(Definition.key).subquery()
    )  # fmt: skip
    requete = (
        select(Definition.key, func.count(Instance.id))
        .join(Instance, Instance.definition_id == Definition.id)
        .join(derniere, derniere.c.key == Definition.key)
        .where(Definition.kind == "bpmn", Definition.version < derniere.c.version, Instance.ended_at.is_(None))
        .group_by(Definition.key)
    )
    return dict(session.execute(requete).all())


def essayer(session: Session, engine: Engine, cle: str, version: int, *, choix: Mapping[str, str]) -> Plan:
    """The dry run; `choix`: steps of the versions left -> of this one, as the designer says. `Introuvable`."""
    return engine.plan_migration(session, cle, to=publie(session, cle, version).id, mapping=choix)


def passer(
    session: Session, engine: Engine, instance_id: int, vers: Definition, *, choix: Mapping[str, str], par: str, now: datetime
) -> Step:
    """Take one courrier to another version; those whom it gives a step to may see the courrier. `CannotMove`."""
    etape = engine.migrate(session, instance_id, to=vers.id, mapping=choix, by=par, now=now)
    _ouvrir(session, etape, now)
    journal.noter(
        session, acteur=par, acte="changer-version", sujet=etape.instance.subject, now=now, circuit=vers.key, version=vers.version
    )
    return etape


def revenir(session: Session, engine: Engine, instance_id: int, *, par: str, now: datetime) -> Step:
    """Take one courrier back to the version that it left; `NotUndoable` when it has gone on since."""
    etape = engine.undo_migration(session, instance_id, by=par, now=now)
    _ouvrir(session, etape, now)
    version = session.get_one(Definition, etape.instance.definition_id)
    journal.noter(
        session, acteur=par, acte="revenir-version", sujet=etape.instance.subject, now=now, circuit=version.key,
        version=version.version,
    )  # fmt: skip
    return etape


def _ouvrir(session: Session, etape: Step, now: datetime) -> None:
    ouvertes = select(Task).where(Task.instance_id == etape.instance.id, Task.closed_at.is_(None)).order_by(Task.id)
    ouvrir_aux_acteurs(session, courrier_de(session, etape.instance.subject), list(session.scalars(ouvertes)), now=now)


def passages(session: Session, cle: str) -> list[Passage]:
    """The last bulk moves of a circuit, newest first, those wholly undone left out."""
    numero, combien = func.min(Migration.id), func.count()
    requete = (
        select(numero, Definition.version, Migration.moved_at, Migration.moved_by, combien, func.count().filter(_revient()))
        .join(Definition, Definition.id == Migration.to_id)
        .join(Instance, Instance.id == Migration.instance_id)
        .where(Definition.kind == "bpmn", Definition.key == cle, Migration.undone_at.is_(None))
        .group_by(Definition.version, Migration.moved_at, Migration.moved_by)
        .order_by(Migration.moved_at.desc(), numero.desc())
        .limit(20)
    )
    return [
        Passage(numero=numero, version=version, quand=quand, par=par, combien=combien, retour=retour)
        for numero, version, quand, par, combien, retour in session.execute(requete)
    ]


def a_revenir(session: Session, cle: str, numero: int) -> list[int]:
    """The instances of a bulk move that can go back; none when it is no move of this circuit."""
    premier = session.get(Migration, numero)
    if premier is None or session.get_one(Definition, premier.to_id).key != cle:
        return []
    memes = (
        Migration.to_id == premier.to_id, Migration.moved_at == premier.moved_at, Migration.moved_by == premier.moved_by,
    )  # fmt: skip
    requete = select(Migration.instance_id).join(Instance, Instance.id == Migration.instance_id).where(*memes, _revient())
    return list(session.scalars(requete.order_by(Migration.instance_id)))


def _revient() -> ColumnElement[bool]:
    """Nothing has advanced the instance since this move, which is therefore its last."""
    return (Migration.undone_at.is_(None)) & (Migration.step == Instance.step) & (Instance.ended_at.is_(None))
