"""Gateways and the end of a process: joins count the tokens that really stand before them."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin as SpiffBoundaryJoin
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit as SpiffBoundarySplit
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin, ExclusiveGatewayMixin
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.instance.base import COMING, LIVE, Careful

JOINED = "joined"  # which tokens a join took besides its own: a deviation must know where they came from

class NoWay(EngineError):
    """Aucune condition de la passerelle « {name} » n’est vraie et elle n’a pas de flèche par défaut."""


class Condition:
    """The condition of one flow."""

    def __init__(self, source: str) -> None:
        """`source`: an expression that gives true or false."""
        self.source = source

    def _matches(self, task: Any) -> bool:
        """Whether the flow may be taken, as SpiffWorkflow asks it."""
        return bool(task.workflow.script_engine.condition(task, self.source))


def standing(task: Any) -> bool:
    """Whether `task` is a token now: it stands at a step, or its step has just been left towards it."""
    if isinstance(task.task_spec, BoundaryJoin) or task.task_spec.listening(task):
        return False
    if not task.has_state(COMING):
        return bool(task.has_state(LIVE))
    parent = task.parent
    return parent is not None and parent._state == TaskState.COMPLETED


def arrivals(my_task: Any) -> dict[str, Any]:
    """The tokens waiting at the join of `my_task`, one by incoming flow, itself included."""
    found = {my_task.parent.task_spec.name: my_task}
    for task in my_task.workflow.tasks.values():
        if task.task_spec is my_task.task_spec and task is not my_task and task._state == TaskState.WAITING:
            found.setdefault(task.parent.task_spec.name, task)
    return found


def join(my_task: Any, tokens: dict[str, Any]) -> None:
    """Let `my_task` go on for all of `tokens`."""
    others = [task for task in tokens.values() if task is not my_task]
    if others:
        my_task.internal_data[JOINED] = [task.id.hex for task in others]
    for task in others:
        task.cancel()
    my_task._inherit_data()


class ParallelGateway(Careful, BpmnSpecMixin):  # type: ignore[misc]
    """Waits for one token on each incoming flow and takes exactly those, whatever came in an earlier loop."""

    def _update_hook(self, my_task: Any) -> bool:
        tokens = arrivals(my_task)
        if set(self._inputs) - set(tokens):
            my_task._set_state(TaskState.WAITING)
            return False
        join(my_task, tokens)
        return True


class InclusiveGateway(Careful, MultiChoice, BpmnSpecMixin):  # type: ignore[misc]
    """Waits while a token elsewhere could still come by an incoming flow that has none, as BPMN says."""

    def _reach(self) -> dict[str, frozenset[str]]:
        """For each step, the incoming flows of this gateway that it can come by."""
        reach: dict[str, set[str]] = {}
        for source in set(self._inputs):
            todo, seen = [source], {source}
            while todo:
                name = todo.pop()
                reach.setdefault(name, set()).add(source)
                for before in self._wf_spec.task_specs[name]._inputs:
                    if before not in seen and before != self.name and before in self._wf_spec.task_specs:
                        seen.add(before)
                        todo.append(before)
        return {name: frozenset(ways) for name, ways in reach.items()}

    def _update_hook(self, my_task: Any) -> bool:
        tokens = arrivals(my_task)
        missing = set(self._inputs) - set(tokens)
        if missing:
            reach = self._reach()
            for task in reversed(my_task.workflow.tasks.values()):
                ways = reach.get(task.task_spec.name, frozenset())
                if task.task_spec is not self and ways & missing and not ways & set(tokens) and standing(task):
                    my_task._set_state(TaskState.WAITING)
                    return False
        join(my_task, tokens)
        return True

    def _run_hook(self, my_task: Any) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise NoWay(name=self.bpmn_name or self.name)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        return True


class ExclusiveGateway(Careful, ExclusiveGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]
    """Takes the first flow whose condition holds, else the default one."""

    def _run_hook(self, my_task: Any) -> bool:
        chosen = self.default_task_spec
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                chosen = name
                break
        if chosen is None:
            raise NoWay(name=self.bpmn_name or self.name)
        my_task._sync_children([self._wf_spec.task_specs[chosen]], TaskState.FUTURE)
        return True


class EventGateway(Careful, BpmnSpecMixin):  # type: ignore[misc]
    """Opens all its events; the first to come takes the others away (see events.Catching)."""


class BoundarySplit(Careful, SpiffBoundarySplit):  # type: ignore[misc]
    """Starts a step and the events drawn on its border."""


class BoundaryJoin(Careful, SpiffBoundaryJoin):  # type: ignore[misc]
    """Ends a step and the events drawn on its border; what a reminder has begun goes on beside."""

    def _check_threshold_structured(self, my_task: Any) -> tuple[bool, list[Any]]:
        finished, taken_away = super()._check_threshold_structured(my_task)
        for task in [one for one in taken_away if getattr(one.task_spec, "cancel_activity", True) is False]:
            if any(child.has_state(LIVE) for child in task.children):
                _stop_listening(task)
                taken_away.remove(task)
        return finished, taken_away


def _stop_listening(border: Any) -> None:
    """Let a repeated event on a border come no more, and leave alone those who are at work because of it."""
    border._set_state(TaskState.COMPLETED)
    for child in border.children:
        if child.has_state(COMING):
            border.workflow._remove_task(child.id)
    border.workflow.top_workflow.event_manager.remove_task(border)


class End(Careful):
    """The end of a process or sub-process: passes when no other token is left in it."""

    def _update_hook(self, my_task: Any) -> bool:
        for task in reversed(my_task.workflow.tasks.values()):  # the living are the youngest
            if task is not my_task and task.task_spec is not self and standing(task):
                my_task._set_state(TaskState.WAITING)
                return False
        for task in list(my_task.workflow.tasks.values()):
            other_end = task is not my_task and task.task_spec is self and task._state == TaskState.WAITING
            if other_end or task.task_spec.listening(task):
                task.cancel()
        my_task._inherit_data()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.data.update(my_task.data)
        return True


class Finish(Careful):
    """SpiffWorkflow's own last step, named "End": completing it completes the workflow."""


class Begin(Careful):
    """SpiffWorkflow's own first step, named "Start"; it leads to each start event and to what listens."""

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        """As SpiffWorkflow makes it."""
        super().__init__(wf_spec, name, **kwargs)
        self.trigger_specs: list[str] = []

    def test(self) -> None:
        """Nothing comes before it."""
