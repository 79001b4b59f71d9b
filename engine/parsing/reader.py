"""Our dialect of SpiffWorkflow's Camunda parser: every attribute kept, no recursion along the flows."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.instance import events, gateways, multiple, work
from engine.parsing import nodes
from engine.parsing.attributes import BPMN, CAMUNDA

_DROPPED = (
    "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "ioSpecification", "property",
    "dataInputAssociation", "dataOutputAssociation", "correlationProperty", "correlationKey", "textAnnotation",
)


def _tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


class Spec(BpmnProcessSpec):  # type: ignore[misc]
    """A process whose first and last steps are ours."""

    def __init__(self, name: str) -> None:
        """`name`: the id of the process or sub-process."""
        WorkflowSpec.__init__(self, name=name)
        self.bpmn_start_events: list[Any] = []
        self.start = gateways.Begin(self, "Start")
        self.end = gateways.End(self, f"{name}.EndJoin")
        self.end.connect(gateways.Finish(self, "End"))
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}


class Process(ProcessParser):  # type: ignore[misc]
    """Parses one process: its nodes first, from a list of those still to do, and each joined to the next."""

    def create_spec(self) -> Spec:
        """An empty specification."""
        return Spec(self.bpmn_id)

    def add_tasks(self) -> None:
        """Every node that a start can lead to."""
        self.pending: list[Any] = []
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true']"):
            spec = self.parse_node(node)
            self.spec.start.connect(spec)
        while self.pending:
            self.pending.pop(0).follow()


class Reader(CamundaParser):  # type: ignore[misc]
    """Reads one runnable document that holds one process; `prefix` keeps its inner names apart from other documents'."""

    PROCESS_PARSER_CLASS = Process
    PARSER_CLASSES: dict[str, Any] = {}  # noqa: RUF012
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012
        _tag("startEvent"): (nodes.StartNode, events.StartEvent),
        _tag("endEvent"): (nodes.EndNode, events.EndEvent),
        _tag("intermediateCatchEvent"): (nodes.CatchNode, events.Catch),
        _tag("intermediateThrowEvent"): (nodes.ThrowNode, events.Throw),
        _tag("boundaryEvent"): (nodes.BoundaryNode, events.Boundary),
        _tag("receiveTask"): (nodes.ReceiveNode, events.Catch),
        _tag("sendTask"): (nodes.SendNode, events.Throw),
        _tag("task"): (nodes.Node, work.UserTask),
        _tag("userTask"): (nodes.Node, work.UserTask),
        _tag("manualTask"): (nodes.Node, work.UserTask),
        _tag("serviceTask"): (nodes.Node, work.ServiceTask),
        _tag("businessRuleTask"): (nodes.RuleNode, work.DecisionTask),
        _tag("exclusiveGateway"): (nodes.ConditionalNode, gateways.ExclusiveGateway),
        _tag("inclusiveGateway"): (nodes.ConditionalNode, gateways.InclusiveGateway),
        _tag("parallelGateway"): (nodes.Node, gateways.ParallelGateway),
        _tag("eventBasedGateway"): (nodes.Node, gateways.EventGateway),
        _tag("subProcess"): (nodes.InnerNode, work.SubProcess),
        _tag("adHocSubProcess"): (nodes.InnerNode, work.SubProcess),
        _tag("transaction"): (nodes.InnerNode, work.Transaction),
        _tag("callActivity"): (nodes.CallNode, work.CalledCircuit),
    }

    def __init__(self, root: etree._Element, prefix: str) -> None:
        """Parse `root` at once: `process`, `spec`, `inner` and `flows` are the results."""
        super().__init__(namespaces={"bpmn": BPMN, "camunda": CAMUNDA, **_DI})
        self.prefix = prefix
        self.flows: dict[tuple[str, str], str] = {}
        for name in _DROPPED:
            for element in list(root.iter(_tag(name))):
                parent = element.getparent()
                if parent is not None:
                    parent.remove(element)
        BpmnParser.add_bpmn_xml(self, root)
        self.process = next(name for name, parser in self.process_parsers.items() if parser.process_executable)
        self.spec = self.get_spec(self.process)
        self.inner = self._inner()
        for spec in [self.spec, *self.inner.values()]:
            _listen(spec)

    def _inner(self) -> dict[str, Any]:
        """The specifications of its sub-processes; reading one finds those drawn in it."""
        found: dict[str, Any] = {}
        while left := [name for name in self.process_parsers if name != self.process and f"{self.prefix}/{name}" not in found]:
            found |= {f"{self.prefix}/{name}": self.process_parsers[name].get_spec() for name in left}
        return found

    def _find_dependencies(self, process: etree._Element) -> None:
        """None: what a circuit names is found by the drawing and pinned at deployment."""


_DI = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
}


def _listen(spec: Any) -> None:
    """Tie each repeated step to its count once, here: SpiffWorkflow does it at run time, which threads would do twice."""
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, (multiple.Several, multiple.Loop)):
            spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)
