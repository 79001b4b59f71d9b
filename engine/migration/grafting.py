"""Puts the living part of an instance on the steps of another version: what waits stays, with its id, its data, its dates."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.instance import history
from engine.instance.base import COMING, LIVE
from engine.instance.events import Boundary, Catching
from engine.instance.gateways import BoundaryJoin, BoundarySplit, EventGateway, InclusiveGateway, ParallelGateway
from engine.instance.multiple import Loop, Several
from engine.instance.work import EventProcess, Inner
from engine.instance.workflow import Whole
from engine.migration import obstacles, treework
from engine.migration.alignment import Alignment, element_of, kind, named, step_of
from engine.migration.obstacles import Obstacle

_JOINS = (ParallelGateway, InclusiveGateway)
_REPEATS = (Several, Loop)


def graft(workflow: Whole, alignment: Alignment) -> tuple[Obstacle, ...]:
    """Put `workflow` on the new version, in place; what keeps it from going there, else nothing.

    The way done is remembered first, in the words of the new version where it has them. What is new beside a step (a
    timer on its border) is not there yet: see `awakening`.
    """
    _remember(workflow, alignment)
    done = Graft(workflow, alignment)
    for part in (workflow, *list(workflow.subprocesses.values())):
        if part is workflow or part.parent_task_id in workflow.subprocesses:
            done.part(part)
            alignment.rename_data(part.data)
    return tuple({(one.step, one.template): one for one in done.obstacles}.values())


def _remember(workflow: Whole, alignment: Alignment) -> None:
    own = history.own(workflow)
    done = [*workflow.history["done"], *history.done(own)]
    flows = {*workflow.history["flows"], *history.taken(own, alignment.old)}
    renamed = alignment.renamed
    workflow.history = {
        "done": list(dict.fromkeys(renamed.get(step, step) for step in done)),
        "flows": list(dict.fromkeys(_same_flows(alignment, flows))),
    }


def _same_flows(alignment: Alignment, flows: set[str]) -> list[str]:
    """Those of `flows` that the new version still draws between the same two steps."""
    found = []
    ids: dict[str, list[Any]] = {}
    for scope in (alignment.old.spec, *alignment.old.inner.values()):
        for spec in scope.task_specs.values():
            ids.setdefault(spec.name, []).append(spec)
    for (source, target), flow in alignment.old.flows.items():
        if flow in flows:
            ends = [alignment.partner(one) for name in (source, target) for one in ids.get(name, [])[:1]]
            if len(ends) == 2 and all(ends) and (new := alignment.new.flows.get((ends[0].name, ends[1].name))):
                found.append(new)
    return found


class Graft:
    """One instance on its way; `obstacles` are gathered, not raised, so that all are told at once."""

    def __init__(self, workflow: Whole, alignment: Alignment) -> None:
        self.workflow, self.alignment = workflow, alignment
        self.obstacles: list[Obstacle] = []

    def part(self, part: Any) -> None:
        """The circuit itself, or the inside of one of its steps."""
        scope = self._scope(part)
        if scope is None:
            return
        new = self.alignment.new.spec_of(scope)
        origins = {task.id: None if task.parent is None else task.parent.task_spec for task in part.tasks.values()}
        for task in list(part.tasks.values()):
            if task.id not in part.tasks:
                continue
            if task.has_state(COMING):
                treework.drop(task)
            elif task.has_state(LIVE):
                self._living(task)
            else:
                self._over(task)
        part.spec = new
        if not self.obstacles:
            treework.raise_splits(part)
            self._arrivals(part, origins)

    def _scope(self, part: Any) -> str | None:
        """The name of the scope where `part` now is; None when its step could not move."""
        if part.parent_task_id is None:
            self.workflow.subprocess_specs = self.alignment.new.inner
            return ""
        host = part.top_workflow.get_task_from_id(part.parent_task_id)
        return str(host.task_spec.spec) if self.alignment.arrived(host.task_spec) else None

    def _over(self, task: Any) -> None:
        """A step that is over is kept where living ones look back at it; the history has told of it already."""
        treework.forget_inside(task)
        partner = self.alignment.partner(task.task_spec)
        kept = partner is not None and kind(partner) == kind(task.task_spec)
        if kept and isinstance(partner, Boundary):
            kept = self._beside_its_step(task, partner)
        if kept:
            task.task_spec = partner
        else:
            treework.dissolve(task)

    def _living(self, task: Any) -> None:
        spec, partner = task.task_spec, self.alignment.partner(task.task_spec)
        if isinstance(spec, BoundaryJoin):
            self._or_without(task, partner)
        elif isinstance(spec, Boundary):
            same = partner is not None and kind(partner) == kind(spec) and self._beside_its_step(task, partner)
            self._or_without(task, partner if same else None)
        elif spec.listening(task):
            self._or_without(task, partner if self._listens(spec, partner) else None)
        elif partner is None and self._rivals_stay(task):
            self._or_without(task, None)
        elif self._stays(task, partner):
            if isinstance(spec, Several):
                self._rename_item(task, spec, partner)
            task.task_spec = partner

    def _or_without(self, task: Any, partner: Any) -> None:
        """What only stands beside a step goes when the new version has it no more."""
        if partner is not None:
            task.task_spec = partner
        else:
            treework.forget_inside(task)
            treework.dissolve(task)

    def _beside_its_step(self, task: Any, partner: Any) -> bool:
        """Whether the border event `partner` is on the step that goes on for the one where `task` waits."""
        split, as_before = task.parent.task_spec, partner.cancel_activity == task.task_spec.cancel_activity
        return isinstance(split, BoundarySplit) and partner in split.outputs and as_before

    def _listens(self, spec: Any, partner: Any) -> bool:
        """Whether an event sub-process still waits for the same kind of event."""
        if not isinstance(partner, EventProcess) or spec.spec not in self.alignment.scopes:
            return False
        starts = self.alignment.old.inner[spec.spec].start.outputs
        return all((one := self.alignment.partner(start)) is not None and kind(one) == kind(start) for start in starts)

    def _stays(self, task: Any, partner: Any) -> bool:
        """Whether the living `task` can wait at `partner`; why not is noted."""
        told = self._obstacle(task, partner)
        if told is not None:
            spec = task.task_spec
            wrapped = task.parent.task_spec if spec.name.endswith("[child]") and task.parent is not None else spec
            element = element_of(wrapped) or element_of(spec)
            self.obstacles.append(told(step=step_of(element) if element else spec.name, name=named(spec)))
        return told is None

    def _obstacle(self, task: Any, partner: Any) -> Any:
        spec = task.task_spec
        if partner is None:
            return obstacles.elsewhere if self.alignment.elsewhere(spec) else obstacles.gone
        if isinstance(spec, _JOINS) and isinstance(partner, _JOINS):
            return None
        if (isinstance(spec, _REPEATS) or isinstance(partner, _REPEATS)) and kind(spec) != kind(partner):
            return obstacles.repeated
        if type(spec) is not type(partner):
            return obstacles.changed
        if kind(spec) != kind(partner):
            return obstacles.event
        if isinstance(spec, Inner) and self.alignment.scopes.get(spec.spec) != partner.spec:
            return obstacles.calls
        return obstacles.choice if isinstance(spec, Catching) and not self._same_rivals(task, partner) else None

    def _same_rivals(self, task: Any, partner: Any) -> bool:
        """Whether what waits alone still does, and what waits for the first of several events too."""
        gateways = [one for one in partner.inputs if isinstance(one, EventGateway)]
        before = task.parent.task_spec if task.parent is not None else None  # the parent is on the new version already
        return before in gateways if isinstance(before, EventGateway) else not gateways

    def _rivals_stay(self, task: Any) -> bool:
        """Whether, of the events of which the first is waited for, others are still in the new version."""
        gateway = task.parent
        if gateway is None or not isinstance(gateway.task_spec, EventGateway) or not self.alignment.arrived(gateway.task_spec):
            return False
        partners = [self.alignment.partner(other.task_spec) for other in gateway.children if other is not task]
        return any(other.task_spec in gateway.task_spec.outputs for other in gateway.children) or any(
            partner in gateway.task_spec.outputs for partner in partners if partner is not None
        )

    def _rename_item(self, task: Any, spec: Any, partner: Any) -> None:
        """The current item of a repetition goes by the new version's name; its answers too."""
        before, after = spec.input_item, partner.input_item
        for child in task.children:
            if before is not None and after is not None and before.bpmn_id in child.data:
                child.data[after.bpmn_id] = child.data.pop(before.bpmn_id)

    def _arrivals(self, part: Any, origins: dict[Any, Any]) -> None:
        """Each branch waiting at a join must stand on one of its incoming flows."""
        for task in [one for one in part.tasks.values() if isinstance(one.task_spec, _JOINS) and one._state == TaskState.WAITING]:
            if task.parent.task_spec.name in task.task_spec._inputs:
                continue
            way = treework.way_in(part, task, self.alignment.partner(origins[task.id]))
            if way is None:
                element = element_of(task.task_spec)
                self.obstacles.append(obstacles.junction(step=step_of(element) if element else "", name=named(task.task_spec)))
            else:
                # It stands for a step that was never done: cancelled, the history does not tell of it.
                treework.insert_above(task, way, TaskState.CANCELLED)
