"""One running circuit in memory: what is open, what happens when a step is done, a timer fires or a fault is dealt with."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.instance import events, gateways
from engine.instance.base import FAULT, Element, fail
from engine.instance.history import trim
from engine.instance.multiple import ANSWER, Several
from engine.instance.script import Script, plain
from engine.instance.tokens import Fault, Open, element_of, kind_of
from engine.instance.workflow import Whole
from engine.parsing import Blueprint

MAX_STEPS = 1000  # automatic steps in one transaction; a circuit that needs more turns round for ever
MANY_TASKS = 400

class EndlessLoop(EngineError):
    """Le circuit a enchaîné {count} étapes automatiques sans s’arrêter ; une boucle n’a sans doute pas de sortie."""


class DeadEnd(EngineError):
    """Le circuit est bloqué : il n’est pas terminé et pourtant plus rien n’attend personne. Étape(s) en cause : {steps}."""


class NoFlow(EngineError):
    """« {name} » ne mène pas à « {flow} » ; choisissez l’une de ses flèches pour la passer."""


class Circuit:
    """An instance while a transaction holds it."""

    def __init__(self, blueprint: Blueprint, workflow: Whole, script: Script) -> None:
        """See `codec.load` and `start`."""
        self.blueprint, self.workflow, self.script = blueprint, workflow, script
        self.passed: list[str] = []
        self.served: list[str] = []

    @classmethod
    def start(cls, blueprint: Blueprint, data: Mapping[str, object], script: Script) -> "Circuit":
        """A new instance with `data`, gone on as far as it can alone."""
        workflow = Whole(blueprint.spec, blueprint.inner, script_engine=script)
        workflow.data.update(plain(data))
        circuit = cls(blueprint, workflow, script)
        circuit.advance()
        return circuit

    @property
    def data(self) -> dict[str, Any]:
        """The instance's data."""
        values: dict[str, Any] = self.workflow.data
        return values

    @property
    def ended(self) -> bool:
        """Whether its end was reached."""
        return bool(self.workflow.completed)

    def task(self, token: str) -> Any:
        """The task of `token`; KeyError when it is gone."""
        identifier = UUID(hex=token)
        for task in self.workflow.every_task():
            if task.id == identifier:
                return task
        raise KeyError(token)

    def seen(self, token: str) -> dict[str, object]:
        """The data that the step `token` sees; the instance's when it is over."""
        try:
            return self.script.data(self.task(token))
        except (KeyError, ValueError):  # over, or not of the drawing
            return dict(self.data)

    def advance(self) -> None:
        """Run every automatic step there is."""
        steps = 0
        while not self.workflow.completed and self._round(steps):
            steps += 1
            if steps % 100 == 0:
                trim(self.workflow, self.blueprint)
        if len(self.workflow.tasks) > MANY_TASKS:
            trim(self.workflow, self.blueprint)

    def _round(self, steps: int) -> bool:
        """Run one automatic step; False when there is none."""
        for workflow in self.workflow.each():
            for task in workflow.automatic():
                if steps >= MAX_STEPS:
                    fail(task, EndlessLoop(count=steps))
                    continue
                self._run(task)
                return True
            if self._finish(workflow):
                return True
        waiting = [task for task in self.workflow.every_task() if events.waits_on_condition(task)]
        return any(self._look_again(task) for task in waiting)

    def _finish(self, workflow: Any) -> bool:
        """Go on from a sub-process whose inside has ended."""
        host = self.script.host_of_inside(workflow)
        if host is None or not workflow.completed or host._state != TaskState.STARTED:
            return False
        host.task_spec._update(host)
        return bool(host._state == TaskState.READY)

    @staticmethod
    def _look_again(task: Any) -> bool:
        task.task_spec._update(task)
        return bool(task._state == TaskState.READY)

    def _run(self, task: Any) -> None:
        try:
            task.run()
        except Exception as error:  # whatever a designer or a service wrote may fail in any way
            task._set_state(TaskState.READY)
            fail(task, error)
            return
        task.last_state_change = self.script.now.timestamp()
        element = getattr(task.task_spec, "element", None)
        if element is not None and task._state == TaskState.COMPLETED:
            self.passed.append(element.saved or element.id)
            if element.camunda.get("topic"):
                self.served.append(element.saved or element.id)

    def opened(self) -> dict[str, Open]:
        """What waits for a person now, by token, in the order in which it came."""
        return {open_.token: open_ for open_ in self._waiting()}

    def _waiting(self) -> Iterator[Open]:
        if self.workflow.completed:
            return
        for task in self.workflow.every_task():
            kind = kind_of(task)
            if kind:
                fault = str(task.internal_data.get(FAULT, ""))
                yield Open(token=task.id.hex, kind=kind, element=task.task_spec.element, fault=fault, task=task)

    def timers(self) -> dict[str, tuple[datetime, Element]]:
        """When each waiting timer is due, by token."""
        return {
            task.id.hex: (datetime.fromisoformat(task.internal_data["due"]), task.task_spec.element)
            for task in self.workflow.event_manager.tasks.values()
            if task._state == TaskState.WAITING and "due" in task.internal_data and not task.internal_data.get(FAULT)
        }

    def faults(self) -> dict[str, Fault]:
        """What cannot go on, by token; a circuit where nothing can, and that is not over, is one too."""
        found = {
            task.id.hex: Fault(token=task.id.hex, element=element_of(task), cause=str(task.internal_data[FAULT]))
            for task in self.workflow.every_task()
            if FAULT in task.internal_data and task.has_state(TaskState.NOT_FINISHED_MASK)
        }
        if not found and not self.ended and self._dead():
            found = {fault.token: fault for fault in self._stuck()}
        return found

    def _dead(self) -> bool:
        waits = any(task._state == TaskState.WAITING for task in self.workflow.event_manager.tasks.values())
        return not waits and not any(True for _ in self._waiting())

    def _stuck(self) -> Iterator[Fault]:
        waiting = [task for task in self.workflow.every_task() if task._state == TaskState.WAITING]
        stuck = [task for task in waiting if hasattr(task.task_spec, "element")] or waiting or [self.workflow.task_tree]
        names = ", ".join(dict.fromkeys(element_of(task).name or element_of(task).id for task in stuck))
        yield Fault(token=stuck[0].id.hex, element=element_of(stuck[0]), cause=str(DeadEnd(steps=names)))

    def complete(self, token: str, values: Mapping[str, object]) -> None:
        """End the user task `token` with `values`, or take its awaited message as received, and go on."""
        task = self.task(token)
        if kind_of(task) == "message":
            self.receive(token, values)
            return
        task.internal_data.pop(FAULT, None)
        self._keep(task, plain(values))
        self._end(task)
        self.advance()

    def _keep(self, task: Any, values: dict[str, Any]) -> None:
        element = task.task_spec.element
        choice = values.pop("choix", None)
        properties = element.properties
        gateway = properties.get("choix") or properties.get("choix_multiple")
        if gateway and choice is not None:
            self.script.write(task, {f"choix_{gateway}": choice})
        self.script.keep(task, values)
        answer = {**values, "par": self.script.by} | ({"choix": choice} if choice is not None else {})
        self.script.write(task, {f"{element.id}_resultat": answer})
        if task.parent is not None and isinstance(task.parent.task_spec, Several):
            task.data |= values
            task.data[ANSWER] = answer

    def _end(self, task: Any) -> None:
        task.complete()
        task.last_state_change = self.script.now.timestamp()

    def receive(self, token: str, payload: Mapping[str, object]) -> None:
        """Take the message that `token` waits for as received, and go on."""
        task = self.task(token)
        task.internal_data.pop(FAULT, None)
        task.internal_data["message"] = plain(payload)
        task.internal_data["event_fired"] = True
        task.task_spec._update(task)
        self.advance()

    def fire(self, token: str) -> None:
        """Let the timer `token`, and no other, go off, and go on."""
        task = self.task(token)
        task.task_spec.event_definition.fire(task)
        self.advance()

    def retry(self, token: str) -> None:
        """Try the faulty `token` again, and go on; a timer whose time has passed fires."""
        task = self.task(token)
        task.internal_data.pop(FAULT, None)
        due = task.internal_data.get("due")
        if due and datetime.fromisoformat(due) <= self.script.now:
            task.task_spec.event_definition.fire(task)
        elif task._state == TaskState.WAITING:
            task.task_spec._update(task)
        self.advance()

    def skip(self, token: str, flow: str | None = None) -> None:
        """Go on as if the faulty `token` had done its work; a gateway must be told by which `flow`."""
        task = self.task(token)
        task.internal_data.pop(FAULT, None)
        if isinstance(task.task_spec, (gateways.ExclusiveGateway, gateways.InclusiveGateway)):
            task._sync_children([self._target(task, flow)], TaskState.FUTURE)
        elif hasattr(task.task_spec, "event_definition") and task._state == TaskState.WAITING:
            task.internal_data["event_fired"] = True
        if not task._children:
            task.task_spec._predict_hook(task)
        task._inherit_data()
        self._end(task)
        self.advance()

    def _target(self, task: Any, flow: str | None) -> Any:
        spec = task.task_spec
        for name in spec._outputs:
            if flow is not None and self.blueprint.flows.get((spec.name, name)) == flow:
                return spec._wf_spec.task_specs[name]
        if flow is None and getattr(spec, "default_task_spec", None):
            return spec._wf_spec.task_specs[spec.default_task_spec]
        raise NoFlow(name=spec.bpmn_name or spec.name, flow=flow or "")

    def cancel(self) -> None:
        """Take everything away."""
        self.workflow.cancel()
