"""What people do beside the drawing, as operations of the engine: send back, take back, ask, pass over, set right.

Each locks the instance as doing a task does, leaves every closed row as it is, and tells what changed as a `Step`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import asking, store
from engine.errors import CannotAsk, InstanceEnded, NotYours, OnlyAsked, TakenSince, UnknownIncident, Unsound
from engine.host import Step
from engine.instance import moving
from engine.instance.circuit import Circuit
from engine.instance.moving import Way
from engine.instance.script import plain
from engine.stepping import Stepper
from engine.tables import Incident, Task, TaskGroup

Values = Mapping[str, object]


class Deviations(ABC):
    """The engine's part that the drawings do not foresee."""

    @abstractmethod
    def _stepper(self, session: Session, *, now: datetime, by: str) -> Stepper: ...

    @abstractmethod
    def _complete(
        self, session: Session, held: store.Held, task: Task, kept: dict[str, object], *, by: str, now: datetime,
        whoever: bool = False, outcome: str = "done", told: Values | None = None,
    ) -> Step: ...  # fmt: skip

    def ways_back(self, session: Session, task_id: int, *, now: datetime) -> tuple[Way, ...]:
        """The steps that an open task of the circuit can be sent back to, the nearest first; none for what was asked."""
        task = session.get(Task, task_id)
        if task is None or task.closed_at is not None or asking.is_asked(task):
            return ()
        circuit = self._stepper(session, now=now, by="systeme").load(store.look(session, task.instance_id))
        return moving.ways_back(circuit, task.token)

    def send_back(
        self, session: Session, task_id: int, *, step: str, by: str, reason: str, now: datetime, whoever: bool = False
    ) -> Step:
        """Close a task as sent back and open `step`, done before on its way, once more; Unsound says why it cannot be.

        `whoever`: even when somebody else holds it.
        """
        held, task = self._hold_step(session, task_id, by, whoever=whoever)

        def act(circuit: Circuit) -> None:
            moving.send_back(circuit, task.token, step)  # first: what is refused has changed nothing
            result = {"motif": reason, "vers": step}
            store.close(session, task, by=by, now=now, outcome="sent-back", result=result, whoever=True)

        return self._stepper(session, now=now, by=by).step(held, act, closed=task)

    def recallable(self, session: Session, task_id: int, *, by: str, now: datetime) -> bool:
        """Whether `recall` would be admitted now."""
        task = session.get(Task, task_id)
        if task is None:
            return False
        try:
            self._followers(session, store.look(session, task.instance_id), task, by=by, now=now)
        except (Unsound, InstanceEnded):
            return False
        return True

    def recall(self, session: Session, task_id: int, *, by: str, now: datetime, data: Values | None = None) -> Step:
        """Take back one's own act while nobody has acted on what followed, nor taken it.

        What followed is closed as recalled; the step is open again in a task of its own, held by `by`, for those who
        could do it and until when it was due, with what had been answered as its draft. `data` is put back first.
        """
        held, done = store.hold_task(session, task_id)
        self._followers(session, held, done, by=by, now=now, lock=True)

        def act(circuit: Circuit) -> None:
            circuit.script.write(circuit.task(done.token), data or {})
            moving.take_back(circuit, done.token)

        step = self._stepper(session, now=now, by=by).step(held, act, gone="recalled")
        again = next(task for task in step.opened if task.step == done.step)
        again.holder, again.held_at, again.draft, again.due = by, now, dict(done.result), done.due
        self._same_groups(session, done, again)
        session.flush()
        return step

    def _followers(
        self, session: Session, held: store.Held, done: Task, *, by: str, now: datetime, lock: bool = False
    ) -> None:
        """Refuse when somebody has touched what came of `done`; `lock`: nobody does meanwhile. Unsound, InstanceEnded."""
        if held.instance.ended_at is not None:
            raise InstanceEnded(when=store.told(held.instance.ended_at))
        if done.outcome != "done" or done.closed_by != by or asking.is_asked(done):
            raise NotYours(name=done.name)
        tokens = moving.followers(self._stepper(session, now=now, by=by).load(held), done.token)
        query = select(Task).where(Task.instance_id == done.instance_id, Task.token.in_(tokens)).order_by(Task.id)
        query = (query.with_for_update() if lock else query).execution_options(populate_existing=True)
        for task in session.scalars(query):
            if task.holder not in (None, by) or task.draft or task.awaits:
                raise TakenSince(name=done.name, who=task.holder or "quelqu’un", after=task.name)

    @staticmethod
    def _same_groups(session: Session, done: Task, again: Task) -> None:
        """Whoever could do it may still, even where its answer has changed what the drawing's words mean."""
        mine = {row.group_key: row for row in session.scalars(select(TaskGroup).where(TaskGroup.task_id == again.id))}
        theirs = set(session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == done.id)))
        for key, row in mine.items():
            if key in theirs:
                row.due = again.due
            else:
                session.delete(row)
        session.add_all(TaskGroup(task_id=again.id, group_key=key, due=again.due) for key in sorted(theirs - set(mine)))
        again.assignee = done.assignee

    def insert(
        self, session: Session, task_id: int, *, kind: str, groups: tuple[str, ...], question: str, name: str, by: str,
        now: datetime, due: datetime | None = None,
    ) -> Step:  # fmt: skip
        """Ask `groups` for an `avis` or a `visa` about an open task; a visa holds that task until it is given.

        The answer is a task of its own, in lists and reports as any other; CannotAsk, AlreadyAsked.
        """
        held, main = self._hold_step(session, task_id, by)
        asked = asking.ask(session, main, kind=kind, groups=groups, question=question, name=name, due=due, by=by, now=now)
        return Step(instance=held.instance, opened=(asked,))

    def withdraw(self, session: Session, task_id: int, *, by: str, reason: str, now: datetime) -> Step:
        """Give up an opinion or a visa that was asked."""
        held, task = store.hold_task(session, task_id)
        if not asking.is_asked(task):
            raise CannotAsk
        store.close(session, task, by=by, now=now, outcome="cancelled", result={"motif": reason}, whoever=True)
        return asking.settle(session, held, task)

    def force(self, session: Session, task_id: int, values: Values, *, by: str, reason: str, now: datetime) -> Step:
        """Pass over a step as if it were done, by whoever has the right; `values` say which way the circuit then goes."""
        held, task = store.hold_task(session, task_id)
        kept = plain(values)
        told = {**kept, "motif": reason}
        return self._complete(session, held, task, kept, by=by, now=now, whoever=True, outcome="skipped", told=told)

    def set_right(
        self, session: Session, incident_id: int, data: Values, *, by: str, reason: str, now: datetime
    ) -> Step:
        """Change the data that made a step fail, and try it again; UnknownIncident."""
        held, incident = self._close_incident(session, incident_id, "set-right", by=by, reason=reason, now=now)
        return self._stepper(session, now=now, by=by).deal(held, incident, None, data=plain(data))

    @staticmethod
    def _close_incident(
        session: Session, incident_id: int, how: str, *, by: str, reason: str, now: datetime
    ) -> tuple[store.Held, Incident]:
        incident = session.get(Incident, incident_id)
        if incident is None or incident.closed_at is not None:
            raise UnknownIncident(incident=incident_id)
        held = store.hold(session, incident.instance_id)
        session.refresh(incident)
        if incident.closed_at is not None:
            raise UnknownIncident(incident=incident_id)
        incident.closed_at, incident.closed_by, incident.resolution, incident.reason = now, by, how, reason
        session.flush()
        return held, incident

    @staticmethod
    def _hold_step(session: Session, task_id: int, by: str, *, whoever: bool = False) -> tuple[store.Held, Task]:
        """Lock an open task of the drawing, that nobody else holds."""
        held, task = store.hold_task(session, task_id)
        store.refuse(task, (task.holder or by) if whoever else by)
        if asking.is_asked(task):
            raise OnlyAsked
        return held, task
