"""The engine's part that takes running instances to another version of their circuit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from engine.definitions import Definitions
from engine.host import Step
from engine.library import Cache
from engine.migration import moving
from engine.migration.ground import Ground
from engine.migration.plan import Plan, plan
from engine.parsing import Blueprint
from engine.stepping import Stepper
from engine.tables import Definition


class Migrations(ABC):
    """A dry run, the move of one instance, and its way back; entrances move each instance in a transaction of its own."""

    _definitions: Definitions

    @abstractmethod
    def _stepper(self, session: Session, *, now: datetime, by: str) -> Stepper: ...

    @cached_property
    def _grounds(self) -> Cache[Ground]:
        return Cache(32)

    def plan_migration(
        self, session: Session, key: str, *, to: int | None = None, mapping: Mapping[str, str] | None = None
    ) -> Plan:
        """What moving the running instances of `key` to the definition `to`, else its newest version, would do.

        `mapping`: ids of steps, as saved, of the versions left -> of the version gone to, over what is proposed.
        """
        definition = session.get_one(Definition, to) if to is not None else self._definitions.circuit(session, key)

        def blueprint(number: int, sha256: str) -> Blueprint:
            return self._definitions.blueprint(session, number, sha256)

        return plan(session, definition, mapping or {}, blueprint, self._ground(session, definition))

    def migrate(
        self, session: Session, instance_id: int, *, to: int, by: str, now: datetime, mapping: Mapping[str, str] | None = None
    ) -> Step:
        """Move an instance to the definition `to`; CannotMove with every reason, AlreadyThere, InstanceEnded.

        What waits there keeps its tasks with their holders, drafts and échéances, and its timers with their dates; what
        only the new version has beside it begins now, what only the old one had is taken away.
        """
        definition = session.get_one(Definition, to)
        stepper = self._stepper(session, now=now, by=by)
        return moving.migrate(session, stepper, instance_id, definition, mapping or {}, self._ground(session, definition))

    def undoable_migration(self, session: Session, instance_id: int) -> bool:
        """Whether `undo_migration` would be admitted now."""
        return moving.undoable(session, instance_id)

    def undo_migration(self, session: Session, instance_id: int, *, by: str, now: datetime) -> Step:
        """Take an instance back to the version and state that its last move left; NotUndoable once it has gone on since."""
        return moving.undo(session, instance_id, by=by, now=now)

    def _ground(self, session: Session, definition: Definition) -> Ground:
        return self._grounds.get(f"{definition.id}:{definition.sha256}", lambda: Ground(_documents(session, definition)))


def _documents(session: Session, definition: Definition) -> dict[str, bytes]:
    called = {
        pin.removeprefix("bpmn:"): session.get_one(Definition, pinned).runnable or b""
        for pin, pinned in definition.pins.items()
        if pin.startswith("bpmn:")
    }
    return {"": definition.runnable or b"", **called}
