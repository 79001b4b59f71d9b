"""The engine's rows: deployed definitions, running instances, their tasks, timers, incidents and messages."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Utc(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite gives back naive values: they are UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index on the rows that still wait: small whatever the history, on SQLite and PostgreSQL alike."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Base(DeclarativeBase):
    """The one metadata of the program; JSON columns keep small values, never a serialised circuit state."""

    type_annotation_map = {datetime: Utc, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Definition(Base):
    """A deployed version of a circuit (`bpmn`), a decision file (`dmn`) or a form (`form`), kept for ever."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("kind", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[bytes] = mapped_column(LargeBinary)  # byte for byte as the designer saved it
    runnable: Mapped[bytes | None] = mapped_column(LargeBinary)  # the completed drawing, pinned with its version
    pins: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"bpmn:key"|"dmn:key"|"form:key": definition id}
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str] = mapped_column(String(100))


class Instance(Base):
    """One running circuit; `state` is the engine's own text and is never read by anyone else."""

    __tablename__ = "instance"

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    subject: Mapped[str] = mapped_column(String(100), index=True)  # opaque to the engine, e.g. "courrier:12"
    status: Mapped[str] = mapped_column(String(16))  # running | completed | cancelled | incident
    state: Mapped[bytes] = mapped_column(LargeBinary)
    step: Mapped[int] = mapped_column(default=0)  # how many transactions advanced it
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]


class Task(Base):
    """One user task, open until `closed_at`; `holder` is the agent who took it, `assignee` the one it was drawn for."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("instance_id", "token"),
        partial_index("task_open_holder", "holder", "due", "id", where="closed_at IS NULL"),
        partial_index("task_open_due", "due", "id", where="closed_at IS NULL"),
        partial_index("task_waiting", "correlation", where="closed_at IS NULL AND correlation IS NOT NULL"),
        partial_index("task_main", "main", where="main IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    token: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(100))  # element id in the diagram as saved
    name: Mapped[str] = mapped_column(String(200))
    lane: Mapped[str] = mapped_column(String(200), default="")
    act: Mapped[str] = mapped_column(String(50))  # qualifier, annoter, valider, signer… or "faire", "decider", "recevoir"
    form: Mapped[str | None] = mapped_column(String(100))  # key of the form, pinned by the definition
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)  # see engine/README.md
    correlation: Mapped[str | None] = mapped_column(String(200))  # of the messages it awaits
    assignee: Mapped[str | None] = mapped_column(String(100))
    holder: Mapped[str | None] = mapped_column(String(100))
    held_at: Mapped[datetime | None]
    due: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=50)
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(100))
    outcome: Mapped[str | None] = mapped_column(String(16))  # done | taken-away | skipped | sent-back | recalled | cancelled
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    main: Mapped[int | None]  # the task about which this one was asked, beside the drawing
    question: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str | None] = mapped_column(String(100))
    awaits: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {id of a task asked about this one and open: "avis"|"visa"}


class TaskGroup(Base):
    """Who may take an open task: one row a group key; kept after the task is closed, with `open` false."""

    __tablename__ = "task_group"
    __table_args__ = (
        partial_index("task_group_open", "group_key", "due", "task_id", where="closed_at IS NULL"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    group_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    due: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Timer(Base):
    """A waiting timer of an instance; its unique row and the compare-and-set on `fired_at` make it fire once."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("instance_id", "token", "due_at"),
        partial_index("timer_waiting", "due_at", "id", where="fired_at IS NULL AND cancelled_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    token: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200), default="")
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class Incident(Base):
    """A token that cannot go on: it waits with its cause until retried, skipped or set right."""

    __tablename__ = "incident"
    __table_args__ = (
        partial_index("incident_open", "opened_at", where="closed_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    subject: Mapped[str] = mapped_column(String(100))
    token: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200), default="")
    cause: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(100))
    resolution: Mapped[str | None] = mapped_column(String(16))  # retried | skipped | set-right
    reason: Mapped[str | None] = mapped_column(Text)


class Message(Base):
    """A message for a waiting instance; one that comes before its catcher waits here."""

    __tablename__ = "message"
    __table_args__ = (
        partial_index("message_waiting", "name", "correlation", where="consumed_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    correlation: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    received_at: Mapped[datetime]
    consumed_at: Mapped[datetime | None]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))


class Migration(Base):
    """An instance taken from one version to another, with what takes it back: its state and the words of its rows."""

    __tablename__ = "migration"
    __table_args__ = (Index("migration_batch", "to_id", "moved_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {step left: step gone to}, as the designer chose
    state: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(16))
    rows: Mapped[dict[str, Any]] = mapped_column(default=dict)  # see engine/migration/rows.py
    step: Mapped[int | None]  # the instance's count after the move; none when the move itself made it go on
    moved_at: Mapped[datetime]
    moved_by: Mapped[str] = mapped_column(String(100))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(100))
