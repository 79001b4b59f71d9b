"""The door of the engine: deploy circuits, start instances, act on tasks, wake timers, set incidents right."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, update
from sqlalchemy.orm import Session

from engine import asking, deployment, forms, messages, progress, store, wake
from engine.decisions import Matched
from engine.definitions import Definitions
from engine.deployment import Deployment
from engine.deviations import Deviations
from engine.errors import InstanceEnded, UnknownTask
from engine.findings import Finding
from engine.forms import Form, Option
from engine.host import Functions, Host, Step
from engine.instance.circuit import Circuit
from engine.instance.script import plain
from engine.instance.times import PARIS
from engine.migration import Migrations
from engine.stepping import Before, Changes, Stepper, answer
from engine.tables import Instance, Task, TaskGroup

Values = Mapping[str, object]


class Engine(Deviations, Migrations):
    """One object serves all threads of a process; it keeps parsed definitions and nothing of an instance.

    Nothing here commits: the entrance that opened the transaction does.
    """

    def __init__(self, host: Host) -> None:
        """`host`: services, functions, names and people of the program round it."""
        self.host = host
        self._definitions = Definitions()

    def _stepper(self, session: Session, *, now: datetime, by: str) -> Stepper:
        return Stepper(session, self.host, self._definitions, now=now, by=by)

    # Definitions

    def check(self, session: Session, source: bytes, *, kind: str = "bpmn") -> tuple[Finding, ...]:
        """All the faults and completions of a file, at once."""
        return deployment.check(session, self.host, source, kind=kind).findings

    def deploy(
        self, session: Session, source: bytes, *, by: str, now: datetime, kind: str = "bpmn", key: str | None = None
    ) -> Deployment:
        """Make `source` the newest version of its key; instances that run keep theirs."""
        return deployment.deploy(session, self.host, source, by=by, now=now, kind=kind, key=key)

    def evaluate(self, session: Session, decision: str, names: Values, *, now: datetime) -> tuple[object, tuple[Matched, ...]]:
        """The answer of the newest version of a decision, and the rules that gave it; DecisionError."""
        return self._definitions.explain(session, decision, names, self.host.calls(session, now))

    # Instances

    def start(
        self, session: Session, key: str, *, subject: str, data: Values, by: str, now: datetime
    ) -> Step:
        """Start the newest version of a circuit about `subject`; UnknownCircuit."""
        stepper = self._stepper(session, now=now, by=by)
        definition = self._definitions.circuit(session, key)
        instance = Instance(
            definition_id=definition.id, subject=subject, status="running", state=b"", step=0, started_at=now, started_by=by
        )
        session.add(instance)
        session.flush()
        blueprint = self._definitions.blueprint(session, definition.id, definition.sha256)
        circuit = Circuit.start(blueprint, data, stepper.script(instance))
        changes = Changes()
        stepper.write(instance, circuit, Before(), changes)
        return changes.step(instance)

    @staticmethod
    def hold(session: Session, query: Select[*tuple[Any, ...]], values: Values) -> tuple[Any, ...] | None:
        """Lock a task with its instance until the transaction ends, by a query that `locking` made, and what that reads.

        `clean`, `form` and `complete` then read neither again. None when the query finds no task.
        """
        return store.hold_with(session, query, values)

    def complete(self, session: Session, task_id: int, values: Values, *, by: str, now: datetime) -> Step:
        """Do a task with `values` that `clean` gave; TaskClosed, TaskHeld, FormRefused, UnknownTask."""
        held, task = store.hold_task(session, task_id)
        store.refuse(task, by)
        return self._complete(session, held, task, plain(values), by=by, now=now)

    def _complete(
        self, session: Session, held: store.Held, task: Task, kept: dict[str, object], *, by: str, now: datetime,
        whoever: bool = False, outcome: str = "done", told: Values | None = None,
    ) -> Step:  # fmt: skip
        if task.choices.get("gateway"):
            forms.clean(self._with_choices(Form(id=""), task), {"choix": kept.get("choix") or ""}, {})
        if not whoever:
            asking.refuse_held(task)
        store.close(session, task, by=by, now=now, outcome=outcome, result=told or kept, whoever=whoever)
        if asking.is_asked(task):
            return asking.settle(session, held, task)
        stepper = self._stepper(session, now=now, by=by)
        return stepper.step(held, lambda circuit: circuit.complete(task.token, kept), closed=task)

    def cancel(self, session: Session, instance_id: int, *, by: str, reason: str, now: datetime) -> Step:
        """Stop an instance for good, with its open tasks, timers and incidents; InstanceEnded, UnknownInstance."""
        held = store.hold(session, instance_id)
        if held.instance.ended_at is not None:
            raise InstanceEnded(when=store.told(held.instance.ended_at))
        return self._stepper(session, now=now, by=by).cancel(held, reason)

    def progress(self, session: Session, instance_id: int) -> progress.Progress:
        """Where an instance stands, on the diagram it runs on; UnknownInstance."""
        seen = store.look(session, instance_id)
        circuit = self._stepper(session, now=seen.instance.started_at, by="systeme").load(seen)
        return progress.progress(session, seen.instance, circuit)

    # Tasks

    def take(self, session: Session, task_id: int, *, by: str, now: datetime) -> Task:
        """Hold a task; TaskHeld by another, TaskClosed, UnknownTask."""
        free = Task.holder.is_(None) | (Task.holder == by)
        return self._hold(session, task_id, by, free, {"holder": by, "held_at": now})

    def hand_back(self, session: Session, task_id: int, *, by: str, now: datetime) -> Task:  # noqa: ARG002
        """Let go of a task one holds."""
        free = Task.holder.is_(None) | (Task.holder == by)
        return self._hold(session, task_id, by, free, {"holder": None, "held_at": None})

    def transfer(self, session: Session, task_id: int, *, to: str, by: str, now: datetime) -> Task:
        """Give a task to the agent `to`, who then holds it; its holder, or anybody when nobody holds it, may do so."""
        task = self._hold(session, task_id, by, Task.holder.is_(None) | (Task.holder == by), {"holder": to, "held_at": now})
        if session.get(TaskGroup, (task_id, f"@{to}")) is None:
            session.add(TaskGroup(task_id=task_id, group_key=f"@{to}", due=task.due))
            session.flush()
        return task

    def save_draft(self, session: Session, task_id: int, values: Values, *, by: str) -> Task:
        """Keep what was written, as it was posted, for later."""
        return self._hold(session, task_id, by, Task.holder.is_(None) | (Task.holder == by), {"draft": plain(values)})

    def _hold(self, session: Session, task_id: int, by: str, free: object, values: Values) -> Task:
        statement = update(Task).where(Task.id == task_id, Task.closed_at.is_(None), free).values(**values).returning(Task)  # type: ignore[arg-type]
        task = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
        if task is not None:
            return task
        task = session.get(Task, task_id, populate_existing=True)
        if task is None:
            raise UnknownTask(task=task_id)
        store.refuse(task, by)
        raise AssertionError("a task that nothing keeps from being changed was not")

    # Forms

    def form(self, session: Session, task: Task, *, values: Values | None = None, now: datetime | None = None) -> Form:
        """The fields to render for `task`, its choices included, filled with the circuit's data and what was typed.

        `values` are what was typed, posted names as keys; without them, the task's draft. Expressions are evaluated at
        `now`, else at the moment when the task was opened.
        """
        spec, names = self._form(session, task, now or task.opened_at)
        shown = task.draft if values is None else values
        filled = forms.fill(spec, names, entered=shown, functions=self._functions(session, now or task.opened_at))
        return self._with_choices(filled, task)

    def clean(
        self, session: Session, task: Task, posted: Values, *, now: datetime | None = None, controls: Iterable[str] = ()
    ) -> dict[str, object]:
        """The typed values of what was posted for `task`; FormRefused. `controls`: other names that the page posts."""
        at = now or task.opened_at
        spec, names = self._form(session, task, at)
        functions = self._functions(session, at)
        form = self._with_choices(forms.fill(spec, names, functions=functions), task)
        return forms.clean(form, posted, names, functions=functions, today=at.astimezone(PARIS).date(), controls=controls)

    def _functions(self, session: Session, now: datetime) -> Functions:
        return self.host.calls(session, now)

    def _form(self, session: Session, task: Task, now: datetime) -> tuple[forms.FormSpec, Values]:
        seen = store.look(session, task.instance_id)
        spec = self._definitions.form(session, seen.instance.definition_id, seen.sha256, task.form) if task.form else None
        circuit = self._stepper(session, now=now, by="systeme").load(seen)
        return spec or forms.default(), forms.over(circuit.script.view, circuit.seen(task.token))

    @staticmethod
    def _with_choices(form: Form, task: Task) -> Form:
        options = task.choices.get("options") or {}
        choices = tuple(Option(value=value, label=label) for value, label in options.items())
        return replace(form, choices=choices, multiple=bool(task.choices.get("multiple")))

    # Time and messages

    def due(self, session: Session, *, now: datetime, limit: int = 100) -> list[int]:
        """The ids of timers to wake."""
        return wake.due(session, now=now, limit=limit)

    def wake(self, session: Session, timer_id: int, *, now: datetime) -> Step | None:
        """Fire one due timer; None when another clock got there first."""
        return wake.wake(session, self._stepper(session, now=now, by="horloge"), timer_id)

    @staticmethod
    def postpone(session: Session, timer_id: int, *, now: datetime, by: timedelta) -> None:
        """Make a due timer that could not be fired due later, so that it does not hold back those behind it."""
        wake.postpone(session, timer_id, now=now, by=by)

    def deliver(self, session: Session, *, message: str, correlation: str, payload: Values, now: datetime) -> Step | None:
        """Give a message to the step that awaits it; one that comes too early waits for it, and None is returned."""
        step = self._give(session, message, correlation, payload, now)
        if step is None:
            messages.meet(session, message, correlation)  # whoever was opening a step that awaits it has committed now
            step = self._give(session, message, correlation, payload, now)
        if step is None:
            messages.keep(session, message, correlation, plain(payload), now)
        return step

    def _give(self, session: Session, message: str, correlation: str, payload: Values, now: datetime) -> Step | None:
        for task in messages.awaiting(session, message, correlation):
            held, task = store.hold_task(session, task.id)
            if task.closed_at is None:  # else somebody has just confirmed it by hand
                values = answer(task, message, plain(payload))
                return self._complete(session, held, task, values, by=f"message:{message}"[:100], now=now, whoever=True)
        return None

    # Incidents

    def retry(self, session: Session, incident_id: int, *, by: str, reason: str, now: datetime) -> Step:
        """Try again what could not be done."""
        return self._deal(session, incident_id, "retried", by=by, reason=reason, now=now)

    def skip(
        self, session: Session, incident_id: int, *, by: str, reason: str, now: datetime, flow: str | None = None
    ) -> Step:
        """Go on without it; a gateway without a default flow needs to be told which `flow`."""
        return self._deal(session, incident_id, "skipped", by=by, reason=reason, now=now, flow=flow)

    def _deal(
        self, session: Session, incident_id: int, how: str, *, by: str, reason: str, now: datetime, flow: str | None = None
    ) -> Step:
        held, incident = self._close_incident(session, incident_id, how, by=by, reason=reason, now=now)
        return self._stepper(session, now=now, by=by).deal(held, incident, flow)
