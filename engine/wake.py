"""Which timers are due, and waking one: exactly once, whatever the number of clocks."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import asking, store
from engine.host import Step
from engine.instance.base import Unrecoverable, said
from engine.services import guarded
from engine.stepping import Stepper
from engine.tables import Incident, Instance, Timer


def due(session: Session, *, now: datetime, limit: int) -> list[int]:
    """The ids of the timers to wake, the longest due first."""
    waiting = (Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    query = select(Timer.id).where(Timer.due_at <= now, *waiting).order_by(Timer.due_at, Timer.id).limit(limit)
    return list(session.scalars(query))


def wake(session: Session, stepper: Stepper, timer_id: int) -> Step | None:
    """Fire a due timer; None when another clock got there first, or when its step is over."""
    now = stepper.now
    place = session.execute(select(Timer.instance_id, Timer.token).where(Timer.id == timer_id, Timer.fired_at.is_(None))).first()
    if place is None:
        return None
    held = store.hold(session, place.instance_id)  # before the timer's row: a completion locks in this order too
    free = (Timer.id == timer_id, Timer.due_at <= now, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    fired = session.execute(update(Timer).where(*free).values(fired_at=now).execution_options(synchronize_session=False))
    if fired.rowcount != 1:  # type: ignore[attr-defined]
        return None  # Nothing got updated: another clock got there first.
    if place.token.startswith(asking.PREFIX):
        return asking.late(session, held.instance, place.token)
    try:
        return guarded(session, lambda: stepper.step(held, lambda circuit: circuit.fire(place.token)))
    except Unrecoverable:
        raise
    except Exception as error:  # a faulty instance must not hold the clock back
        return _pushed_on(session, held.instance, timer_id, error, now)


def postpone(session: Session, timer_id: int, *, now: datetime, by: timedelta) -> None:
    """Make a due timer due later, so that it leaves room for others; nothing when it has gone off or is over."""
    free = (Timer.id == timer_id, Timer.due_at <= now, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    session.execute(update(Timer).where(*free).values(due_at=now + by).execution_options(synchronize_session=False))


def _pushed_on(session: Session, instance: Instance, timer_id: int, error: Exception, now: datetime) -> Step:
    """Leave an incident in the place of a firing that cannot be."""
    timer = session.get_one(Timer, timer_id)
    cause = f"Le délai n’a pas pu être traité : {said(error)}"
    values = {
        "instance_id": instance.id, "subject": instance.subject, "token": timer.token, "step": timer.step,
        "name": timer.name, "opened_at": now, "cause": cause[:2000],
    }  # fmt: skip
    incident = session.scalars(insert(Incident).returning(Incident), [values]).one()
    session.execute(update(Instance).where(Instance.id == instance.id).values(status="incident"))
    session.refresh(instance)
    return Step(instance=instance, incidents=(incident,))
