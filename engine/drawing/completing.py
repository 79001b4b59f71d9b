"""Applies the rules to one scope after another, in the only order in which each finds what it needs."""

from engine.drawing import flows, gateways, loops, steps, waits
from engine.drawing.events import Thrown, settle, settle_timers
from engine.drawing.model import Node, Scope
from engine.drawing.work import Work

_CATCHABLE = ("error", "escalation", "signal", "cancel")


def complete(scope: Scope, owner: Node, work: Work, above: tuple[Node, ...] = ()) -> None:
    """Make `scope` runnable; `above` are the boundary events of the sub-processes around it."""
    waits.wrap_event_subprocesses(scope, owner, work)
    flows.join_links(scope, work)
    flows.tidy(scope, work)
    loops.settle_compensation(scope, work)
    steps.settle(scope, work)
    waits.settle_boundaries(scope, work)
    start = flows.begin(scope, work, owner)
    flows.prune(scope, start, work)
    catchers = above + tuple(node for node in scope.nodes.values() if _catches(node))
    for node in list(scope.nodes.values()):
        if node.scope is not None:
            _inside(node, work, catchers)
    waits.race(scope, work)
    settle(scope, work, Thrown([node for node in catchers if node.kind == "signal" or node in above]))
    loops.settle_loops(scope, work)
    loops.open_rings(scope, work)
    gateways.settle_gateways(scope, work)
    gateways.part_twins(scope, work)
    flows.finish(scope, work)
    settle_timers(scope, work)


def _catches(node: Node) -> bool:
    return node.tag == "boundaryEvent" and node.kind in _CATCHABLE


def _inside(node: Node, work: Work, catchers: tuple[Node, ...]) -> None:
    if node.scope is None:
        return
    if node.tag == "adHocSubProcess":
        loops.settle_free(node, work)
    if node.tag == "transaction" and not any(one.kind == "cancel" for _, one in node.scope.walk()):
        work.tell("transaction-simple", node)
        node.tag = "subProcess"
    mine = tuple(one for one in catchers if one.kind != "cancel" or one.attached == node.id)
    complete(node.scope, node, work, mine)
