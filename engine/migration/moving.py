"""Moves one instance to another version, rows and state together, and takes it back while nobody has acted since."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import codec, store
from engine.errors import InstanceEnded
from engine.host import Step
from engine.instance.circuit import Circuit
from engine.migration import rows
from engine.migration.alignment import Alignment
from engine.migration.awakening import awaken
from engine.migration.errors import AlreadyThere, CannotMove, NotUndoable
from engine.migration.grafting import graft
from engine.migration.ground import Ground
from engine.stepping import Before, Changes, Stepper
from engine.tables import Definition, Instance, Migration


def migrate(
    session: Session, stepper: Stepper, instance_id: int, to: Definition, mapping: Mapping[str, str], ground: Ground
) -> Step:
    """Move a locked instance to the version `to`; CannotMove, AlreadyThere, InstanceEnded, UnknownInstance."""
    held = store.hold(session, instance_id)
    instance, left = held.instance, session.get_one(Definition, held.instance.definition_id)
    if instance.ended_at is not None:
        raise InstanceEnded(when=store.told(instance.ended_at))
    if (left.kind, left.key) != (to.kind, to.key) or left.id == to.id:
        raise AlreadyThere(version=to.version)
    old = stepper.load(held)
    before, elements = Before(old), {token: one.element for token, one in old.opened().items()}
    kept = Migration(
        instance_id=instance.id, from_id=left.id, to_id=to.id, mapping=dict(mapping), state=instance.state,
        status=instance.status, rows=rows.told(session, instance), moved_at=stepper.now, moved_by=stepper.by,
    )  # fmt: skip
    circuit = _moved(session, stepper, instance, old, to, mapping, ground)
    rows.retell(session, stepper, instance, circuit, elements)
    changes = Changes()
    stepper.write(instance, circuit, before, changes)
    kept.step = instance.step if not changes.passed else None
    session.add(kept)
    session.flush()
    return changes.step(instance)


def _moved(
    session: Session, stepper: Stepper, instance: Instance, old: Circuit, to: Definition, mapping: Mapping[str, str],
    ground: Ground,
) -> Circuit:  # fmt: skip
    """The same instance, read on the version `to`, with what is new there begun."""
    blueprint = stepper.definitions.blueprint(session, to.id, to.sha256)
    workflow = old.workflow
    refused = graft(workflow, Alignment(old.blueprint, blueprint, mapping)) or ground.hopeless(workflow)
    if refused:
        raise CannotMove(version=to.version, reasons=refused)
    instance.definition_id = to.id
    session.flush()
    script = stepper.script(instance)
    circuit = Circuit(blueprint, codec.load(codec.dump(workflow), blueprint, script), script)
    awaken(circuit)
    return circuit


def last(session: Session, instance_id: int) -> Migration | None:
    """The last move of an instance that was not undone."""
    query = select(Migration).where(Migration.instance_id == instance_id, Migration.undone_at.is_(None))
    return session.scalars(query.order_by(Migration.id.desc()).limit(1)).first()


def undoable(session: Session, instance_id: int) -> bool:
    """Whether `undo` would be admitted now."""
    instance, move = session.get(Instance, instance_id), last(session, instance_id)
    return instance is not None and move is not None and instance.ended_at is None and move.step == instance.step


def undo(session: Session, instance_id: int, *, by: str, now: datetime) -> Step:
    """Take an instance back to the version and the very state that it left; NotUndoable once it has advanced since.

    Who holds a task now, and what was written since, are kept.
    """
    held = store.hold(session, instance_id)
    instance, move = held.instance, last(session, instance_id)
    if move is None or not undoable(session, instance_id):
        raise NotUndoable
    closed = rows.restore(session, instance, move.rows, by=by, now=now)
    instance.definition_id, move.undone_at, move.undone_by = move.from_id, now, by
    session.flush()
    store.save_state(session, instance, state=move.state, status=move.status, now=now)
    return Step(instance=instance, closed=tuple(closed))
