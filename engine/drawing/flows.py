"""Puts every arrow between two elements of one scope, and settles where a scope begins and ends."""

from collections.abc import Iterable

from engine.drawing.model import ACTIVITIES, GATEWAYS, Flow, Node, Scope
from engine.drawing.work import Work

Home = tuple[Scope, str]  # a scope, and the node in it that is looked for or that holds what is


def place(root: Scope, named: dict[str, str], flow_ids: dict[str, str], work: Work) -> None:
    """Name nodes and flows by their runnable ids and move each flow to the scope that holds both its ends."""
    homes: dict[str, list[Home]] = {}
    _locate(root, [], homes)
    loose = _take_all(root)
    for _, node in root.walk():
        node.attached = named.get(node.attached, "")
    _move_boundaries(root, loose, named, homes, work)
    for flow in loose:
        source, target = named.get(flow.source, ""), named.get(flow.target, "")
        if source in homes and target not in homes and _means_an_end(homes[source]):
            _end_it(flow, homes[source], work)
            continue
        if source not in homes or target not in homes:
            work.tell("fleche-perdue", flow)
            continue
        _settle(flow, homes[source], homes[target], work)
    for scope, node in root.walk():
        node.default = flow_ids.get(node.default, "") if node.default else ""
        scope.undo = [(named.get(a, a), named.get(b, b)) for a, b in scope.undo]


def _locate(scope: Scope, above: list[Home], homes: dict[str, list[Home]]) -> None:
    for node in scope.nodes.values():
        homes[node.id] = [*above, (scope, node.id)]
        if node.scope is not None:
            _locate(node.scope, homes[node.id], homes)


def _means_an_end(home: list[Home]) -> bool:
    """A way out of a gateway is an answer that somebody may give; it may not be lost with its arrowhead."""
    scope, name = home[-1]
    return scope.nodes[name].tag in GATEWAYS


def _end_it(flow: Flow, home: list[Home], work: Work) -> None:
    work.tell("fleche-sans-arrivee", flow)
    scope, name = home[-1]
    flow.source, flow.target = name, work.add(scope, "endEvent", scope.nodes[name], flow.name).id
    scope.flows[flow.id] = flow


def _take_all(root: Scope) -> list[Flow]:
    scopes = [root, *(node.scope for _, node in root.walk() if node.scope is not None)]
    loose = [flow for scope in scopes for flow in scope.flows.values()]
    for scope in scopes:
        scope.flows = {}
    return loose


def _settle(flow: Flow, source: list[Home], target: list[Home], work: Work) -> None:
    """Find the deepest scope common to both ends; an end that lies deeper is replaced by the sub-process around it."""
    depth = max(i for i in range(min(len(source), len(target))) if source[i][0] is target[i][0])
    scope = source[depth][0]
    flow.source, flow.target = source[depth][1], target[depth][1]
    crossed = depth < max(len(source), len(target)) - 1
    if crossed and flow.source == flow.target:
        work.tell("fleche-perdue", flow)
        return
    if crossed:
        work.tell("fleche-hors-cadre", flow)
    scope.flows[flow.id] = flow


def _move_boundaries(root: Scope, loose: list[Flow], named: dict[str, str], homes: dict[str, list[Home]], work: Work) -> None:
    """Put every boundary event in the scope of its host; one that leads out of the sub-process around it takes that one away."""
    for scope, node in list(root.walk()):
        host = homes.get(node.attached, [])
        if node.tag != "boundaryEvent" or not host or host[-1][0] is scope:
            continue
        around = next((name for above, name in host if above is scope), "")
        if around and any(named.get(flow.source) == node.id and _stands_in(scope, flow, named, homes) for flow in loose):
            work.tell("bord-rattache", node, around=scope.nodes[around].name or scope.nodes[around].saved)
            node.attached = around
            continue
        del scope.nodes[node.id]
        host[-1][0].nodes[node.id] = node
        homes[node.id] = [*host[:-1], (host[-1][0], node.id)]


def _stands_in(scope: Scope, flow: Flow, named: dict[str, str], homes: dict[str, list[Home]]) -> bool:
    target = homes.get(named.get(flow.target, ""), [])
    return bool(target) and target[-1][0] is scope


def tidy(scope: Scope, work: Work) -> None:
    """Settle arrows into starts and boundary events, and out of ends."""
    for node in list(scope.nodes.values()):
        if node.tag == "boundaryEvent":
            for flow in scope.into(node.id):
                work.tell("fleche-vers-bord", flow)
                del scope.flows[flow.id]
        elif node.tag == "startEvent" and scope.into(node.id):
            _lead_past_start(scope, node, work)
        elif node.tag == "endEvent" and scope.out(node.id):
            work.tell("fin-suivie", node)
            node.tag = "intermediateThrowEvent"


def _lead_past_start(scope: Scope, node: Node, work: Work) -> None:
    onward = scope.out(node.id)
    for flow in scope.into(node.id):
        if onward and flow.source != node.id:
            flow.target = onward[0].target
            saved = {"source": scope.nodes[flow.source].saved, "target": scope.nodes[flow.target].saved}
            work.tell("fleche-vers-debut", flow, **saved)
        else:
            work.tell("fleche-perdue", flow)
            del scope.flows[flow.id]


def join_links(scope: Scope, work: Work) -> None:
    """Replace link events by the flow they stand for."""
    links = [node for node in scope.nodes.values() if node.kind == "link"]
    throwing = [node for node in links if node.tag != "intermediateCatchEvent" or scope.into(node.id)]
    catching = [node for node in links if node not in throwing]
    for node in throwing:
        name = _link_name(node)
        target = next((one for one in catching if _link_name(one) == name), None)
        if target is None and len(throwing) == len(catching) == 1:
            target = catching[0]
        if target is not None:
            work.join(scope, node, target)
        else:
            work.tell("lien-sans-cible", node, link=node.name or name)
    for node in catching:
        if not scope.into(node.id):
            work.tell("lien-sans-source", node, link=node.name or _link_name(node))
    for node in links:
        node.tag, node.event = "intermediateThrowEvent", None


def _link_name(node: Node) -> str:
    return ((node.event and node.event.name) or node.name).casefold()


def reach(scope: Scope, begin: Iterable[str]) -> set[str]:
    """Ids that a token put on `begin` can arrive at, boundary events included."""
    seen: set[str] = set()
    todo = list(begin)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        todo += [flow.target for flow in scope.out(node)]
        todo += [one.id for one in scope.boundaries(node)]
    return seen


def begin(scope: Scope, work: Work, owner: Node) -> Node:
    """Leave exactly one plain start event in `scope`, and return it."""
    starts = [node for node in scope.nodes.values() if node.tag == "startEvent"]
    leading = [node for node in starts if scope.out(node.id)]
    for idle in [node for node in starts if node not in leading][0 if leading else 1 :]:
        scope.remove(idle.id)
    for node in leading:
        if node.event is not None:
            work.tell("debut-declenche", node, kind=node.name or node.kind)
            node.event = None
    if len(leading) == 1:
        return leading[0]
    if leading:
        return _one_of(scope, leading, work, owner)
    start = next((node for node in starts if node.id in scope.nodes), None)
    return _from_roots(scope, start, work, owner)


def _from_roots(scope: Scope, start: Node | None, work: Work, owner: Node) -> Node:
    roots = [node for node in scope.nodes.values() if _is_root(scope, node)]
    if not roots:
        roots = [node for node in scope.nodes.values() if node.tag not in ("boundaryEvent", "startEvent")][:1]
    if start is None:
        start = work.add(scope, "startEvent", owner)
        if len(roots) == 1:
            work.tell("sans-debut", roots[0], first=roots[0].name or roots[0].saved)
    start.event = None
    if len(roots) > 1:
        work.tell("debut-en-parallele", owner, steps=_listed(roots))
    for root in roots:
        work.join(scope, start, root)
    return start


def _is_root(scope: Scope, node: Node) -> bool:
    if node.tag in ("boundaryEvent", "startEvent") or scope.into(node.id):
        return False
    return node.tag in ACTIVITIES or bool(scope.out(node.id))


def _one_of(scope: Scope, starts: list[Node], work: Work, owner: Node) -> Node:
    """Several starts are alternatives, unless a parallel join waits for more than one of them."""
    targets = {flow.target for node in starts for flow in scope.out(node.id)}
    first = starts[0]
    if len(targets) == 1:
        for node in starts[1:]:
            scope.remove(node.id)
        return first
    start = work.add(scope, "startEvent", owner)
    together = _awaited_together(scope, starts)
    work.tell("debuts-ensemble" if together else "plusieurs-debuts", owner, starts=_listed(starts))
    fork = start if together else work.add(scope, "exclusiveGateway", owner, "Début du circuit")
    if not together:
        work.join(scope, start, fork)
    for node in starts:
        node.tag = "intermediateThrowEvent"
        first_step = scope.nodes[scope.out(node.id)[0].target]
        work.join(scope, fork, node, name="" if together else node.name or first_step.name)
    return start


def _awaited_together(scope: Scope, starts: list[Node]) -> bool:
    alone = [reach(scope, [node.id]) for node in starts]
    for gateway in scope.nodes.values():
        sources = {flow.source for flow in scope.into(gateway.id)}
        if gateway.tag == "parallelGateway" and len(sources) > 1:
            fed = [sources & one for one in alone]
            if sources <= set().union(*fed) and not any(sources <= one for one in fed):
                return True
    return False


def _listed(nodes: list[Node]) -> str:
    return ", ".join(f"«{node.name or node.saved}»" for node in nodes)


def prune(scope: Scope, start: Node, work: Work) -> None:
    """Take out what no arrow leads to: its tokens would never come, and joins would wait for them."""
    alive = reach(scope, [start.id])
    for node in [one for one in scope.nodes.values() if one.id not in alive]:
        if node.tag in ACTIVITIES or not scope.into(node.id):
            work.tell("jamais-atteint", node)
    for name in [one for one in scope.nodes if one not in alive]:
        scope.remove(name)


def finish(scope: Scope, work: Work) -> None:
    """End every path that stops in the middle of the page."""
    for node in list(scope.nodes.values()):
        if node.tag != "endEvent" and not scope.out(node.id):
            if not node.added:
                work.tell("sans-fin", node)
            work.join(scope, node, work.add(scope, "endEvent", node))
