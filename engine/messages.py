"""Messages and those who wait for them: whichever comes first, they meet, even when both come at the same moment."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.tables import Instance, Message, Task


def awaiting(session: Session, message: str, correlation: str) -> list[Task]:
    """The open tasks that wait for this message, oldest first."""
    query = select(Task).where(Task.correlation == correlation[:200], Task.closed_at.is_(None)).order_by(Task.id)
    return [task for task in session.scalars(query) if message in task.choices.get("messages", {})]


def early(session: Session, names: Iterable[str], correlation: str) -> Message | None:
    """The oldest message that a step, just written as open, need not wait for any more."""
    for name in sorted(names):
        meet(session, name, correlation)
    query = select(Message).where(
        Message.name.in_(list(names)), Message.correlation == correlation, Message.consumed_at.is_(None)
    )
    return session.scalars(query.order_by(Message.id).limit(1).with_for_update()).first()


def keep(session: Session, message: str, correlation: str, payload: dict[str, object], now: datetime) -> None:
    """Let a message that nobody waits for wait itself."""
    session.add(Message(name=message, correlation=correlation[:200], payload=payload, received_at=now))
    session.flush()


def consume(session: Session, instance: Instance, message: Message, now: datetime) -> None:
    """Give a message to an instance, for good."""
    values = {"consumed_at": now, "instance_id": instance.id}
    session.execute(update(Message).where(Message.id == message.id).values(values))


def meet(session: Session, name: str, correlation: str) -> None:
    """Until this transaction ends, no other looks for this message or for who waits for it: neither misses the other.

    SQLite writes one transaction at a time by itself.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(sha256(f"{name}\0{correlation}".encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
