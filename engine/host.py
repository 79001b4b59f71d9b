"""What the engine asks of the program round it, and what it tells it after each step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.checking import Known
from engine.instance.times import PARIS
from engine.tables import Incident, Instance, Task


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a service is given; it runs inside the transaction, so what it writes is kept or undone with the step.

    `inputs` are the evaluated camunda:inputParameter and camunda:field values of the element `step`. `about` is the step
    on whose border a delay or an event led here, "" when none did.
    """

    session: Session
    instance: Instance
    subject: str
    step: str
    name: str
    inputs: Mapping[str, object]
    data: Mapping[str, object]
    now: datetime
    by: str
    about: str = ""


Service = Callable[[Call], Mapping[str, object] | None]
Functions = Mapping[str, Callable[..., object]]


def _unknown(session: Session) -> Known:  # noqa: ARG001
    return Known()


@dataclass(frozen=True, kw_only=True)
class Host:
    """The parts that the engine calls: services by topic, expression functions, read-only names, people.

    `groups` reads a lane's or a candidate group's words, with the instance's data, as group keys.
    `default_delay` is the delay of a timer that was drawn without one. `known` tells, for the checking of a drawing, who
    and which names exist here, and the law's délai.
    """

    services: Mapping[str, Service]
    functions: Callable[[Session, datetime], Functions]
    view: Callable[[Session, str], Mapping[str, object]]
    groups: Callable[[Session, str, Mapping[str, object]], tuple[str, ...]]
    default_delay: timedelta
    known: Callable[[Session], Known] = _unknown

    def calls(self, session: Session, now: datetime) -> Functions:
        """What expressions may call: `aujourdhui()`, `today()` and `now()` tell `now`; the program's functions are added."""
        here = now.astimezone(PARIS)
        return {"aujourdhui": here.date, "today": here.date, "now": lambda: here, **self.functions(session, now)}


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one transaction changed; the trade writes it in its journal.

    `passed` are the automatic elements gone through, ids as saved, in order, and `served` those of them that called a
    service; `late` is what was asked, is due and not answered.
    """

    instance: Instance
    opened: tuple[Task, ...] = ()
    closed: tuple[Task, ...] = ()
    passed: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    incidents: tuple[Incident, ...] = ()
    ended: bool = False
    late: tuple[Task, ...] = ()
