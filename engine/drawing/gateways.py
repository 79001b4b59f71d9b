"""Gateways as people draw them: labels for conditions, forks without a diamond, decisions that an agent takes."""

from engine.drawing.model import GATEWAYS, Flow, Node, Scope
from engine.drawing.words import is_expression
from engine.drawing.work import Work

_ALWAYS = "${true}"
_SPLITS = ("exclusiveGateway", "inclusiveGateway")


def settle_gateways(scope: Scope, work: Work) -> None:
    """Make every split say which of its flows are followed, and who decides where no condition does."""
    for node in list(scope.nodes.values()):
        if node.default not in (flow.id for flow in scope.out(node.id)):
            node.default = ""
        _drop_doubles(scope, node, work)
        if node.tag not in GATEWAYS and len(scope.out(node.id)) > 1:
            _fork(scope, node, work)
    for node in list(scope.nodes.values()):
        if node.tag == "complexGateway":
            work.tell("passerelle-complexe", node)
            node.tag = "inclusiveGateway"
        if node.tag in _SPLITS:
            _split(scope, node, work)
        else:
            _unconditioned(scope, node, work)
        if node.tag in ("parallelGateway", "inclusiveGateway") and len(scope.into(node.id)) > 1:
            _ease(scope, node, work)


def part_twins(scope: Scope, work: Work) -> None:
    """Two answers that lead to the same place are two ways: the engine tells them apart by what lies on them."""
    for node in [one for one in scope.nodes.values() if one.tag in _SPLITS]:
        seen: set[str] = set()
        for flow in scope.out(node.id):
            if flow.target in seen:
                between = work.add(scope, "intermediateThrowEvent", node)
                work.join(scope, between, scope.nodes[flow.target])
                flow.target = between.id
            seen.add(flow.target)


def _ease(scope: Scope, node: Node, work: Work) -> None:
    """A join of a sketch that would wait for ever: it waits for what can still come, or, in a ring of joins, for nothing.

    Who draws a plus after a choice means «whatever comes»; an inclusive join waits as a parallel one where all do come.
    """
    if node.saved in work.eased.merges:
        tag, rule = "exclusiveGateway", "jonction-ouverte"
    elif node.saved in work.eased.joins and node.tag == "parallelGateway":
        tag, rule = "inclusiveGateway", "jonction-assouplie"
    else:
        return
    work.tell(rule, node)
    if len(scope.out(node.id)) == 1:
        node.tag = tag
        return
    join = work.add(scope, tag, node)
    for flow in scope.into(node.id):
        flow.target = join.id
    work.join(scope, join, node)


def _drop_doubles(scope: Scope, node: Node, work: Work) -> None:
    if node.tag in _SPLITS:
        return
    seen: set[str] = set()
    for flow in scope.out(node.id):
        if flow.target in seen and not flow.condition:
            work.tell("fleche-double", flow)
            del scope.flows[flow.id]
        seen.add(flow.target)


def _fork(scope: Scope, node: Node, work: Work) -> None:
    """Several flows out of a step: all are followed, unless conditions or the words on every arrow say otherwise."""
    out = scope.out(node.id)
    names = {flow.name.casefold() for flow in out if flow.name}
    conditioned = [flow for flow in out if is_expression(flow.condition)]
    if conditioned:
        gateway = work.add(scope, "inclusiveGateway", node)
        gateway.default, node.default = node.default, ""
        for flow in out:
            if flow not in conditioned and flow.id != gateway.default:
                flow.condition = _ALWAYS
    elif (len(names) == len(out) and node.tag != "startEvent") or _some_come_back(scope, node, out):
        if not node.added:
            work.tell("choix-implicite", node)
        gateway = work.add(scope, "exclusiveGateway", node)
    else:
        if not node.added:
            work.tell("fourche-implicite", node)
        gateway = work.add(scope, "parallelGateway", node)
    for flow in out:
        flow.source = gateway.id
    work.join(scope, node, gateway)


def _some_come_back(scope: Scope, node: Node, out: list[Flow]) -> bool:
    """One arrow leads straight back to the step and another goes on: a fork would multiply the courrier at each turn."""
    back = [node.id in _straight(scope, flow.target) for flow in out]
    return any(back) and not all(back)


def _straight(scope: Scope, name: str) -> list[str]:
    """The ids from `name` on, as long as there is only one way."""
    seen: list[str] = []
    while name not in seen:
        seen.append(name)
        out = scope.out(name)
        if len(out) == 1:
            name = out[0].target
    return seen


def _unconditioned(scope: Scope, node: Node, work: Work) -> None:
    for flow in scope.out(node.id):
        if flow.condition and node.tag == "parallelGateway" and is_expression(flow.condition):
            work.tell("condition-inutile", flow)
        flow.condition = ""
    node.default = ""


def _split(scope: Scope, node: Node, work: Work) -> None:
    out = scope.out(node.id)
    if len(out) < 2:
        _unconditioned(scope, node, work)
        return
    for flow in out:
        if flow.condition and not is_expression(flow.condition):
            work.tell("condition-en-mots", flow, text=flow.condition)
            flow.name, flow.condition = flow.name or flow.condition, ""
    free = [flow for flow in out if not flow.condition and flow.id != node.default]
    ruled = [flow for flow in out if flow.condition]
    if not ruled:
        node.default = ""
        _ask(scope, node, out, work)
    elif node.tag == "inclusiveGateway":
        for flow in free:
            flow.condition = _ALWAYS
        if not node.default and not any(flow.condition == _ALWAYS for flow in out):
            _ask_when_none(scope, node, ruled, work)
    elif len(free) == 1 and not node.default:
        node.default = free[0].id
        work.tell("defaut-deduit", node, flow=free[0].saved)
    elif free:
        _ask_the_rest(scope, node, free, work)
    elif not node.default:
        _ask_when_none(scope, node, ruled, work)


def _ask_the_rest(scope: Scope, node: Node, free: list[Flow], work: Work) -> None:
    work.tell("conditions-melees", node)
    rest = work.add(scope, "exclusiveGateway", node, node.name)
    if node.default:
        free = [*free, scope.flows[node.default]]
    for flow in free:
        flow.source = rest.id
    node.default = work.join(scope, node, rest).id
    _ask(scope, rest, free, work)


def _ask_when_none(scope: Scope, node: Node, ruled: list[Flow], work: Work) -> None:
    """Conditions that may all be false would stop the courrier there: an agent decides instead."""
    rest = work.add(scope, node.tag, node, node.name)
    node.default = work.join(scope, node, rest).id
    copies = [work.join(scope, rest, scope.nodes[flow.target], name=flow.name) for flow in ruled]
    options = _options(scope, copies)
    work.tell("sans-defaut", node, options=", ".join(f"«{label}»" for label in options.values()))
    _ask(scope, rest, copies, work)


def _ask(scope: Scope, gateway: Node, out: list[Flow], work: Work) -> None:
    """Put the choice between `out` on the agents' step just before, or on a step of its own."""
    options = _options(scope, out)
    before = [scope.nodes[flow.source] for flow in scope.into(gateway.id)]
    asked = before if before and all(_can_ask(scope, one, gateway) for one in before) else []
    if asked:
        step = ", ".join(one.name or one.saved for one in asked)
        rule = "choix-sur-etape"
    else:
        asked, rule = [_decision(scope, gateway, work)], "choix-ajoute"
        step = asked[0].name
    if not gateway.added:
        work.tell(rule, gateway, step=step, options=", ".join(f"«{label}»" for label in options.values()))
    several = gateway.tag == "inclusiveGateway"
    for one in asked:
        one.properties["choix_multiple" if several else "choix"] = gateway.id
        one.properties |= {f"choix:{flow}": label for flow, label in options.items()}
    for flow in out:
        name = f"choix_{gateway.id}"
        flow.condition = f'${{list contains({name}, "{flow.id}")}}' if several else f'${{{name} = "{flow.id}"}}'


def _can_ask(scope: Scope, node: Node, gateway: Node) -> bool:
    return (
        node.tag == "userTask"
        and node.loop is None
        and len(scope.out(node.id)) == 1
        and not any(name in node.properties for name in ("choix", "choix_multiple"))
        and (node.properties.get("attente") is None or (node.added and node.saved == gateway.saved))
    )


def _decision(scope: Scope, gateway: Node, work: Work) -> Node:
    name = f"Décider : {gateway.name}" if gateway.name else "Décider de la suite"
    step = work.add(scope, "userTask", gateway, name)
    near = _agent_before(scope, gateway, set())
    if near is not None:
        step.lane = step.lane or near.lane
        step.camunda = {
            key: near.camunda[key] for key in ("assignee", "candidateGroups", "candidateUsers") if near.camunda.get(key)
        }
    for flow in scope.into(gateway.id):
        flow.target = step.id
    work.join(scope, step, gateway)
    return step


def _agent_before(scope: Scope, node: Node, seen: set[str]) -> Node | None:
    """The nearest agents' step upstream: who has just worked on the courrier decides."""
    todo = [flow.source for flow in scope.into(node.id)]
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        one = scope.nodes[name]
        if one.tag == "userTask" and not one.added:
            return one
        todo += [one.attached] if one.attached else [flow.source for flow in scope.into(name)]
    return None


def _options(scope: Scope, out: list[Flow]) -> dict[str, str]:
    """Button by flow id: the arrow's words, else where it leads; two buttons never say the same."""
    options: dict[str, str] = {}
    for number, flow in enumerate(out, 1):
        label = flow.name or scope.nodes[flow.target].name or f"Suite {number}"
        if label in options.values():
            target = scope.nodes[flow.target].name
            label = f"{label} ({target})" if target and target != label else f"{label} ({number})"
        options[flow.id] = label
    return options
