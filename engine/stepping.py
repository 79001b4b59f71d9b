"""One transaction's step: the state is read, the circuit goes on, state and rows are written together."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import asking, codec, messages, store
from engine.definitions import Definitions
from engine.host import Host, Step
from engine.instance.base import FAULT, Element
from engine.instance.circuit import Circuit
from engine.instance.script import Script
from engine.opening import Desk, Opening
from engine.services import server
from engine.tables import Incident, Instance, Message, Task, TaskGroup


class Changes:
    """What a transaction has changed until now."""

    def __init__(self, gone: str = "taken-away") -> None:
        """Nothing yet; `gone`: the outcome of tasks that the circuit takes away."""
        self.gone = gone
        self.opened: list[Task] = []
        self.closed: list[Task] = []
        self.passed: list[str] = []
        self.served: list[str] = []
        self.incidents: list[Incident] = []

    def step(self, instance: Instance) -> Step:
        """The same, as told to the trade: a task opened and taken away at once is only closed."""
        opened = tuple(task for task in self.opened if task.closed_at is None)
        return Step(
            instance=instance, opened=opened, closed=tuple(self.closed), passed=tuple(self.passed), served=tuple(self.served),
            incidents=tuple(self.incidents), ended=instance.status in ("completed", "cancelled"),
        )  # fmt: skip


class Before:
    """What the rows say waits: as it was before the step, then as written."""

    def __init__(self, circuit: Circuit | None = None) -> None:
        """Of a circuit as it was read; of none, nothing waited."""
        self.tokens: set[str] = set(circuit.opened()) if circuit else set()
        self.timers: dict[str, tuple[datetime, Element]] = circuit.timers() if circuit else {}
        self.faults: set[str] = set(circuit.faults()) if circuit else set()


class Stepper:
    """Makes the steps of one transaction on one session."""

    def __init__(self, session: Session, host: Host, definitions: Definitions, *, now: datetime, by: str) -> None:
        """`by`: who acts, an agent or a machine."""
        self.session, self.host, self.definitions = session, host, definitions
        self.now, self.by = now, by

    def script(self, instance: Instance) -> Script:
        """What the instance's expressions and services see during this transaction."""
        return Script(
            now=self.now,
            by=self.by,
            view=lambda: self.host.view(self.session, instance.subject),
            functions=lambda: self.host.calls(self.session, self.now),
            serve=server(self.session, self.host, instance, now=self.now, by=self.by),
            decide=lambda decision, names: self.definitions.decide(
                self.session, instance.definition_id, decision, names, self.host.calls(self.session, self.now)
            ),
            default_delay=self.host.default_delay,
        )

    def load(self, held: store.Held) -> Circuit:
        """The running circuit of a locked instance."""
        script = self.script(held.instance)
        blueprint = self.definitions.blueprint(self.session, held.instance.definition_id, held.sha256)
        return Circuit(blueprint, codec.load(held.instance.state, blueprint, script), script)

    def step(
        self, held: store.Held, act: Callable[[Circuit], None], *, closed: Task | None = None, gone: str = "taken-away"
    ) -> Step:
        """Let `act` change the instance; `closed` is the task whose row it has closed itself, `gone` says how others end."""
        circuit = self.load(held)
        before = Before(circuit)
        act(circuit)
        changes = Changes(gone)
        if closed is not None:
            changes.closed.append(closed)
            before.tokens.discard(closed.token)
        self.write(held.instance, circuit, before, changes)
        return changes.step(held.instance)

    def deal(
        self, held: store.Held, incident: Incident, flow: str | None, *, data: Mapping[str, object] | None = None
    ) -> Step:
        """Retry or skip a faulty token, as `incident`, already closed, says; `data` is written first where the token stands."""
        circuit = self.load(held)
        if data:
            circuit.script.write(circuit.task(incident.token), data)
        before = Before(circuit)
        before.faults.discard(incident.token)
        changes = Changes()
        if incident.resolution == "skipped":
            self._skip(circuit, before, changes, incident.token, flow)
        elif self._reopen(held.instance, circuit, incident.token):
            before.faults.discard(incident.token)
        else:
            circuit.retry(incident.token)
        self.write(held.instance, circuit, before, changes)
        return changes.step(held.instance)

    def _skip(self, circuit: Circuit, before: Before, changes: Changes, token: str, flow: str | None) -> None:
        if token in before.tokens:
            task = self.session.scalars(select(Task).where(Task.token == token, Task.closed_at.is_(None))).one()
            store.close(self.session, task, by=self.by, now=self.now, outcome="skipped", result={}, whoever=True)
            changes.closed.append(task)
            before.tokens.discard(token)
        circuit.skip(token, flow)

    def _reopen(self, instance: Instance, circuit: Circuit, token: str) -> bool:
        """Ask again who may take a user task, and until when; False when `token` is not one."""
        one = circuit.opened().get(token)
        if one is None:
            return False
        one.task.internal_data.pop(FAULT, None)
        opening = Desk(self.session, self.host, instance.subject, circuit).opening(one, self.now)
        task = self.session.scalars(select(Task).where(Task.instance_id == instance.id, Task.token == token)).one()
        task.assignee, task.due = opening.columns["assignee"], opening.columns["due"]  # type: ignore[assignment]
        known = set(self.session.scalars(select(TaskGroup.group_key).where(TaskGroup.task_id == task.id)))
        for key in opening.groups:
            if key not in known:
                self.session.add(TaskGroup(task_id=task.id, group_key=key[:100], due=task.due))
        self.session.flush()
        return True

    def cancel(self, held: store.Held, reason: str) -> Step:
        """Stop everything; `reason` is kept with each task that was open."""
        circuit = self.load(held)
        before = Before(circuit)
        circuit.cancel()
        instance, changes = held.instance, Changes()
        if before.tokens:
            changes.closed += store.take_away(
                self.session, instance, before.tokens, by=self.by, now=self.now, outcome="cancelled", result={"motif": reason}
            )
        changes.closed += asking.withdraw(self.session, instance, changes.closed, by=self.by, now=self.now)
        store.save_timers(self.session, instance, before.timers, {}, self.now)
        if before.faults:
            store.settle_incidents(self.session, instance, before.faults, by=self.by, now=self.now)
        store.save_state(self.session, instance, state=codec.dump(circuit.workflow), status="cancelled", now=self.now)
        return changes.step(instance)

    def write(self, instance: Instance, circuit: Circuit, before: Before, changes: Changes) -> None:
        """Make the rows and the state say what the circuit has become; awaited messages already here are given to it."""
        while True:
            early = self._write_rows(instance, circuit, before, changes)
            if early is None:
                break
            message, task = early
            messages.consume(self.session, instance, message, self.now)
            sender = f"message:{message.name}"[:100]
            store.close(self.session, task, by=sender, now=self.now, outcome="done", result=message.payload)
            changes.closed.append(task)
            before.tokens.discard(task.token)
            circuit.complete(task.token, answer(task, message.name, message.payload))
        faults = circuit.faults()
        new = [fault for token, fault in faults.items() if token not in before.faults]
        changes.incidents += store.open_incidents(self.session, instance, new, self.now)
        gone = before.faults - set(faults)
        if gone:
            store.settle_incidents(self.session, instance, gone, by=self.by, now=self.now)
        changes.closed += asking.withdraw(self.session, instance, changes.closed, by=self.by, now=self.now)
        changes.passed += circuit.passed
        changes.served += circuit.served
        status = "completed" if circuit.ended else "incident" if faults else "running"
        store.save_state(self.session, instance, state=codec.dump(circuit.workflow), status=status, now=self.now)

    def _write_rows(
        self, instance: Instance, circuit: Circuit, before: Before, changes: Changes
    ) -> tuple[Message, Task] | None:
        """Write tasks and timers; the first message that came before its catcher, if there is one."""
        desk = Desk(self.session, self.host, instance.subject, circuit)
        opened = circuit.opened()
        gone = before.tokens - set(opened)
        if gone:
            changes.closed += store.take_away(
                self.session, instance, gone, by=self.by, now=self.now, outcome=changes.gone
            )
        openings = [desk.opening(one, self.now) for token, one in opened.items() if token not in before.tokens]
        made = store.open_tasks(self.session, instance, openings)
        changes.opened += made
        timers = circuit.timers()
        store.save_timers(self.session, instance, before.timers, timers, self.now)
        before.tokens, before.timers = set(opened), timers
        return self._early(made, openings)

    def _early(self, made: list[Task], openings: list[Opening]) -> tuple[Message, Task] | None:
        for task, opening in zip(made, openings, strict=True):
            if opening.messages:
                message = messages.early(self.session, opening.messages, opening.correlation)
                if message is not None:
                    return message, task
        return None


def answer(task: Task, name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What completing an awaited `task` by the message `name` gives: its payload, and the flow that it stands for."""
    flow = task.choices.get("messages", {}).get(name)
    if not flow:
        return dict(payload)
    return {**payload, "choix": [flow] if task.choices.get("multiple") else flow}
