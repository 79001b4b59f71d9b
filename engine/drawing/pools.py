"""Finds the one process of a file that is a circuit of ours, among the pools of everybody that people draw."""

from collections.abc import Mapping, Sequence

from engine.drawing.elements import Element, local, one_of, words
from engine.drawing.intake import Intake
from engine.drawing.model import ACTIVITIES, Node, Scope
from engine.drawing.processes import is_node
from engine.drawing.words import fold, is_expression
from engine.drawing.work import Work


def participants(root: Element) -> dict[str, str]:
    """Pool name by process id."""
    return {
        one.get("processRef", "").rpartition(":")[2]: words(one.get("name")) for one in root.iter() if local(one) == "participant"
    }


def choose(intake: Intake, work: Work) -> Element:
    """The process with a lane or pool of ours, else the executable one, else the first with steps."""
    pools = participants(intake.root)
    own = [one for one in intake.processes if one.get("id") not in intake.called] or intake.processes
    chosen = _first(own, pools, work.groups)
    for process in intake.processes:
        if process is not chosen and process.get("id") not in intake.called and _steps(process):
            work.tell("autre-bassin", _named(process, pools), run=_title(chosen, pools), other=_title(process, pools))
    return chosen


def _first(processes: Sequence[Element], pools: Mapping[str, str], groups: Sequence[str]) -> Element:
    ours = {fold(group) for group in groups}
    for process in processes:
        lanes = {fold(one.get("name", "")) for one in process.iter() if local(one) == "lane"}
        if ours & (lanes | {fold(pools.get(process.get("id", ""), ""))}) and _steps(process):
            return process
    executable = [one for one in processes if one.get("isExecutable") == "true" and _steps(one)]
    if len(executable) == 1:
        return executable[0]
    ranked = [one for one in processes if _steps(one)] or [one for one in processes if any(is_node(node) for node in one.iter())]
    return (ranked or processes)[0]


def _steps(process: Element) -> int:
    return sum(1 for one in process.iter() if local(one) in ACTIVITIES)


def _title(process: Element, pools: Mapping[str, str]) -> str:
    return one_of(pools.get(process.get("id", "")), words(process.get("name")), process.get("id"))


def _named(process: Element, pools: Mapping[str, str]) -> Node:
    return Node(id="", saved=process.get("id", ""), tag="process", name=_title(process, pools))


def owner(process: Element, intake: Intake, work: Work) -> Node:
    """The process itself, as the element that findings about the whole drawing name."""
    pools = participants(intake.root)
    name = words(process.get("name")) or pools.get(process.get("id", ""), "")
    saved = process.get("id", "")
    node = Node(id=work.fresh(saved or "circuit"), saved=saved, tag="process", name=name)
    pool = pools.get(saved, "")
    if any(fold(group) == fold(pool) for group in work.groups):
        node.lane = pool
    if process.get("isExecutable") != "true":
        work.tell("non-executable", node)
    return node


def is_sketch(process: Element, scope: Scope) -> bool:
    """Whether it was drawn to be looked at: not marked executable, or marked so by a tool that marks everything.

    The mark counts where something is written that only an engine reads, or where every step was given its type.
    """
    if process.get("isExecutable") != "true":
        return True
    if not any(node.tag in ("task", "manualTask") for _, node in scope.walk()):
        return False
    written = any(node.camunda or node.code or node.mappings or node.called or node.script for _, node in scope.walk())
    scopes = [scope, *(node.scope for _, node in scope.walk() if node.scope is not None)]
    ruled = any(is_expression(flow.condition) for one in scopes for flow in one.flows.values())
    return not written and not ruled
