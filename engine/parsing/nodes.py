"""One parser by kind of node: makes its specification, then joins it to what its flows lead to."""

from dataclasses import replace
from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    SendTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.camunda.parser.task_spec import CamundaTaskParser

from engine.instance import events, gateways, multiple, work
from engine.instance.base import Element
from engine.parsing.attributes import CAMUNDA, element_of

ACTORS = ("assignee", "candidateGroups", "candidateUsers")


class Node(CamundaTaskParser):  # type: ignore[misc]
    """What all nodes share."""

    def create_task(self) -> Any:
        """The specification of this node, not yet joined to others."""
        return self.spec_class(self.spec, self.bpmn_id, lane=self.lane, bpmn_name=self.node.get("name"))

    def parse_node(self) -> Any:
        """The specification to lead to; what follows it is parsed later, from the list of its process."""
        self.element = self.read_element()
        self.task = self.create_task()
        self.task.element = self.element
        self._repeat()
        entry = self.task
        borders = self.process_parser.get_boundary_events(self.bpmn_id)
        if borders:
            entry = self._add_boundary_event(borders)
        self.process_parser.pending.append(self)
        return entry

    def read_element(self) -> Element:
        """What the designer wrote on this node."""
        return element_of(self.node, self.lane)

    def _repeat(self) -> None:
        loops = self.xpath("./bpmn:standardLoopCharacteristics")
        several = self.xpath("./bpmn:multiInstanceLoopCharacteristics")
        if several:
            self._add_multiinstance_task(several[0])
        elif loops:
            self._add_loop(loops[0])

    def _add_loop(self, loop: Any) -> None:
        maximum = loop.get("loopMaximum")
        self._wrap(
            multiple.Loop,
            task_spec="",
            maximum=int(maximum) if maximum else multiple.MAX_TIMES,
            condition=loop.findtext("{*}loopCondition"),
            test_before=loop.get("testBefore") == "true",
        )

    def _add_multiinstance_task(self, loop_characteristics: Any) -> None:
        loop = loop_characteristics
        listed = loop.get(f"{{{CAMUNDA}}}collection") or loop.findtext("{*}loopDataInputRef")
        source = listed or loop.findtext("{*}loopCardinality")
        if not source:
            self.raise_validation_exception("Cette étape répétée ne dit ni sur quelle liste ni combien de fois")
        kind = multiple.Sequential if loop.get("isSequential") == "true" else multiple.Parallel
        element = loop.get(f"{{{CAMUNDA}}}elementVariable")
        self._wrap(kind, source=source, element=element, condition=loop.findtext("{*}completionCondition"))

    def _wrap(self, kind: Any, **parameters: Any) -> None:
        """Put this step inside one that repeats it and takes its name."""
        original = self.spec.task_specs.pop(self.task.name)
        self.task = kind(self.spec, original.name, bpmn_name=original.bpmn_name, lane=original.lane, **parameters)
        self.task.element = self.element
        self._copy_task_attrs(original)

    def _add_boundary_event(self, children: Any) -> Any:
        split = gateways.BoundarySplit(self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=self.lane)
        join = gateways.BoundaryJoin(
            self.spec, f"{self.bpmn_id}.BoundaryEventJoin", lane=self.lane, split_task=split.name, cancel=True
        )
        split.connect(self.task)
        self.task.connect(join)
        for node in children:
            border = self.process_parser.parse_node(node)
            split.connect(border)
            border.connect(join)
        return split

    def follow(self) -> None:
        """Join this node to those its flows lead to."""
        known = self.spec.task_specs
        outgoing = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        default = self.node.get("default")
        for flow in outgoing:
            target = flow.get("targetRef")
            entry = known.get(f"{target}.BoundaryEventSplit") or known.get(target)
            if entry is None:
                entry = self.process_parser.parse_node(self.process_parser.get_node_by_id(target))
            self.connect_outgoing(entry, flow, flow.get("id") == default or self._free(flow, outgoing))
            self.process_parser.parser.flows[(self.task.name, entry.name)] = flow.get("id")
        if not outgoing and not isinstance(self.task, events.EndEvent):
            self.task.connect(self.spec.end)

    def _free(self, flow: Any, outgoing: Any) -> bool:
        return len(outgoing) == 1 and self.parse_condition(flow) is None


class ConditionalNode(Node):
    """Exclusive and inclusive gateways: a condition on each flow but the default one."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: Any) -> None:
        """Join with the flow's condition."""
        condition = self.parse_condition(sequence_flow_node)
        if is_default:
            self.task.connect(outgoing_task)
        elif condition is None:
            self.raise_validation_exception("Une flèche de cette passerelle n’a pas de condition")
        else:
            self.task.connect_if(gateways.Condition(condition), outgoing_task)


class RuleNode(Node):
    """A business rule task: a decision table, or a service when it names a topic."""

    def create_task(self) -> Any:
        """By what it names."""
        if self.element.camunda.get("topic"):
            self.spec_class = work.ServiceTask
        return super().create_task()


class InnerNode(Node):
    """A sub-process, parsed as a process of its own."""

    def create_task(self) -> Any:
        """The step, and a parser for its inside."""
        parser = self.process_parser.parser
        parser.create_parser(self.node, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        if self.node.get("triggeredByEvent") == "true":
            self.spec_class = work.EventProcess
        return self._inner(f"{parser.prefix}/{self.bpmn_id}")

    def _inner(self, name: str) -> Any:
        task = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=name, lane=self.lane, bpmn_name=self.node.get("name"))
        if isinstance(task, work.EventProcess):
            task.interrupting = not self.xpath("./bpmn:startEvent[@isInterrupting='false']")
        return task


class CallNode(InnerNode):
    """A call to another circuit of the library."""

    def create_task(self) -> Any:
        """The step; the circuit it names is parsed from its own document."""
        return self._inner(f"{self.node.get('calledElement')}/")


class EventNode(Node, EventDefinitionParser):  # type: ignore[misc]
    """What events share: definitions of our own for time and messages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As SpiffWorkflow calls it."""
        super().__init__(*args, **kwargs)
        self.event_nodes: list[Any] = []

    def parse_timer_event(self, event: Any) -> events.Timer:
        """A time, whatever its kind."""
        for tag, kind in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
            text = (event.findtext(f"{{*}}{tag}") or "").strip()
            if text:
                return events.Timer(self.node.get("name") or self.bpmn_id, text, kind)
        return events.Timer(self.node.get("name") or self.bpmn_id, "", "duration")

    def parse_message_event(self, message_event: Any) -> events.Message:
        """A message by its name."""
        reference = message_event.get("messageRef")
        name = self.process_parser.parser.messages.get(reference) or reference
        return events.Message(name or self.node.get("name") or self.bpmn_id)

    def _create_task(self, event_definition: Any, cancel_activity: bool | None = None, parallel: bool | None = None) -> Any:  # noqa: ARG002
        more = {} if cancel_activity is None else {"cancel_activity": cancel_activity}
        return self.spec_class(
            self.spec, self.bpmn_id, event_definition=event_definition, lane=self.lane, bpmn_name=self.node.get("name"), **more
        )


class StartNode(EventNode, StartEventParser):  # type: ignore[misc]
    """A start: the circuit is started by us, so only an event sub-process waits for its event."""

    def create_task(self) -> Any:
        """The start event, joined to the very first step."""
        inside_event = self.process_parser.node.get("triggeredByEvent") == "true"
        if inside_event:
            return StartEventParser.create_task(self)
        task = self._create_task(NoneEventDefinition())
        self.spec.start.connect(task)
        return task


class EndNode(EventNode, EndEventParser):  # type: ignore[misc]
    """An end."""

    create_task = EndEventParser.create_task


class CatchNode(EventNode, IntermediateCatchEventParser):  # type: ignore[misc]
    """An event waited for."""

    create_task = IntermediateCatchEventParser.create_task


class ThrowNode(EventNode, IntermediateThrowEventParser):  # type: ignore[misc]
    """An event thrown."""

    create_task = IntermediateThrowEventParser.create_task


class SendNode(EventNode, SendTaskParser):  # type: ignore[misc]
    """A send task."""

    create_task = SendTaskParser.create_task


class ReceiveNode(SendNode):
    """A receive task."""


class BoundaryNode(EventNode, BoundaryEventParser):  # type: ignore[misc]
    """An event on a step's border; who may do the step may confirm that the event has come."""

    create_task = BoundaryEventParser.create_task

    def read_element(self) -> Element:
        """With its step's actors, when it names none."""
        own = super().read_element()
        host = self.process_parser.get_node_by_id(self.node.get("attachedToRef"))
        if host is None or any(own.camunda.get(name) for name in ACTORS):
            return own
        step = element_of(host, self.process_parser.get_lane_name(host.get("id")))
        theirs = {name: step.camunda[name] for name in ACTORS if name in step.camunda}
        return replace(own, camunda={**own.camunda, **theirs}, lane=own.lane or step.lane)
