"""Turns what may interrupt a step, and the choice between awaited events, into buttons, timers and catchable events."""

from engine.drawing.events import catches, has_condition, identity, label_of, matches, settle_timer
from engine.drawing.model import Event, Flow, Node, Scope
from engine.drawing.work import Work

_HANDS = ("userTask",)


def race(scope: Scope, work: Work) -> None:
    """Event-based gateways: one waiting step whose buttons are the messages and whose timers are the timers.

    People also draw them as an exclusive gateway without labels, or as a «multiple» event, before catching events.
    """
    for node in list(scope.nodes.values()):
        if node.tag == "eventBasedGateway" or _meant_as_race(scope, node):
            _race(scope, node, work)


def _meant_as_race(scope: Scope, node: Node) -> bool:
    out = scope.out(node.id)
    if len(out) < 2 or node.tag not in ("exclusiveGateway", "intermediateCatchEvent", "complexGateway"):
        return False
    multiple = node.tag == "intermediateCatchEvent"
    if multiple and node.event and not node.event.others:
        return False
    # A word on the way out of a gateway is somebody's answer; an event has no answers, it is the event's own name.
    if any(flow.condition or (flow.name and not multiple) for flow in out):
        return False
    return all(catches(scope.nodes[flow.target]) for flow in out)


def _race(scope: Scope, gateway: Node, work: Work) -> None:
    gateway.tag, gateway.event = "exclusiveGateway", None
    timers: list[tuple[Flow, Node]] = []
    buttons: list[tuple[Flow, Node]] = []
    for flow in scope.out(gateway.id):
        target = scope.nodes[flow.target]
        alone = len(scope.into(target.id)) == 1
        (timers if target.kind == "timer" and alone else buttons).append((flow, target))
    if not buttons:
        # Timers alone: SpiffWorkflow's own gateway waits for the first of them.
        gateway.tag = "eventBasedGateway" if len(timers) > 1 else "exclusiveGateway"
        return
    work.tell("evenements-au-choix", gateway)
    wait = work.add(scope, "userTask", gateway)
    wait.properties["attente"] = "message"
    wait.name = gateway.name or " ou ".join(label_of(target) for _, target in buttons)
    for flow in scope.into(gateway.id):
        flow.target = wait.id
    work.join(scope, wait, gateway)
    for flow, target in timers:
        target.name = target.name or flow.name
        del scope.flows[flow.id]
        target.tag, target.attached, target.interrupting = "boundaryEvent", wait.id, True
    for flow, target in buttons:
        flow.name = flow.name or label_of(target)
        if target.event and target.event.name:
            wait.properties["message" if len(buttons) == 1 else f"message:{flow.id}"] = target.event.name
        if catches(target) and len(scope.into(target.id)) == 1 and not scope.boundaries(target.id):
            target.tag, target.event = "intermediateThrowEvent", None


def settle_boundaries(scope: Scope, work: Work) -> None:
    """Rule on every boundary event: kept, a button of the step, a hand signal, or dropped."""
    for node in list(scope.nodes.values()):
        if node.tag != "boundaryEvent":
            continue
        host = scope.nodes.get(node.attached)
        if host is None or not host.carries_out:
            work.tell("bord-sans-hote", node)
            node.tag, node.attached = "intermediateCatchEvent", ""
        elif node.event and node.event.others:
            work.tell("evenement-double", node)
            node.event.others = 0
    for host in [one for one in scope.nodes.values() if one.carries_out]:
        for node in scope.boundaries(host.id):
            if node.kind == "timer" and not scope.out(node.id):
                _as_deadline(scope, node, host, work)
        _settle_host(scope, host, work)


def _as_deadline(scope: Scope, node: Node, host: Node, work: Work) -> None:
    """A timer that leads nowhere tells how long the step may take; it was not drawn to take the step away."""
    node.interrupting = False
    if host.tag not in _HANDS:
        return
    settle_timer(node, work)
    texts = node.event.texts if node.event else {}
    if "timeCycle" not in texts:
        text = next(iter(texts.values()))
        work.tell("delai-de-l-etape", node, text=text, step=host.name or host.saved)
        host.camunda.setdefault("dueDate", text)
        scope.remove(node.id)


def _settle_host(scope: Scope, host: Node, work: Work) -> None:
    buttons: list[Node] = []
    for node in scope.boundaries(host.id):
        if node.kind == "timer" or has_condition(node) or _thrown_inside(node, host):
            continue
        if node.kind in ("cancel", "compensate") or host.tag in ("serviceTask", "businessRuleTask"):
            _drop_or_keep(scope, node, host, work)
        elif host.tag in _HANDS and (node.interrupting or node.kind == "error") and not (host.loop and host.loop.many):
            buttons.append(node)
        else:
            _by_hand(node, work)
    if buttons:
        _as_buttons(scope, host, buttons, work)


def _thrown_inside(node: Node, host: Node) -> bool:
    """An error or escalation boundary is kept where the sub-process, or the circuit it calls, can throw to it."""
    if node.kind not in ("error", "escalation", "cancel"):
        return False
    if host.tag == "callActivity":
        return node.kind != "cancel"
    if host.scope is None:
        return False
    if node.kind == "cancel":
        return host.tag == "transaction" and any(one.kind == "cancel" for _, one in host.scope.walk())
    return any(one.tag in ("endEvent", "intermediateThrowEvent") and matches(node, one) for _, one in host.scope.walk())


def _drop_or_keep(scope: Scope, node: Node, host: Node, work: Work) -> None:
    # A failing service is an error its designer foresaw; nothing else can happen while a service runs.
    if node.kind == "error" and host.tag in ("serviceTask", "businessRuleTask"):
        return
    work.tell("bord-ignore", node, label=label_of(node))
    scope.remove(node.id)


def _by_hand(node: Node, work: Work) -> None:
    work.tell("bord-a-la-main", node, label=label_of(node))
    node.properties["attente"] = "signal" if node.kind == "signal" else "message"
    known = identity(node) if node.kind in ("message", "signal") else ""
    node.name = label_of(node)
    node.event = Event(kind="message", name=known or node.id)


def _as_buttons(scope: Scope, host: Node, buttons: list[Node], work: Work) -> None:
    """An interrupting event on an agent's step is one more way to end that step."""
    gateway = choice_after(scope, host, work)
    for node in buttons:
        work.tell("bord-au-choix", node, label=label_of(node))
        node.name = label_of(node)
        node.tag, node.attached, node.event = "intermediateThrowEvent", "", None
        work.join(scope, gateway, node, name=node.name)


def choice_after(scope: Scope, host: Node, work: Work) -> Node:
    """The gateway at which the agent who does `host` says what follows; one is put there when there is none."""
    out = scope.out(host.id)
    if len(out) == 1:
        after = scope.nodes[out[0].target]
        choices = scope.out(after.id)
        plain = not any(flow.condition for flow in choices) and not after.default
        if after.tag == "exclusiveGateway" and len(choices) > 1 and plain and len(scope.into(after.id)) == 1:
            return after
    gateway = work.add(scope, "exclusiveGateway", host)
    onward = gateway
    if len(out) > 1:
        onward = work.add(scope, "intermediateThrowEvent", host)
        work.join(scope, gateway, onward, name="Fait")
    for flow in out:
        flow.source = onward.id
        if onward is gateway:
            flow.name = flow.name or "Fait"
    if not out:
        work.join(scope, gateway, work.add(scope, "endEvent", host), name="Fait")
    work.join(scope, host, gateway)
    return gateway


def wrap_event_subprocesses(scope: Scope, owner: Node, work: Work) -> None:
    """An event sub-process is an event on the border of all that stands beside it: it is drawn so.

    SpiffWorkflow starts those without an event at once, and never ends a process whose event sub-process waits for a timer.
    """
    inner: list[Node] = []
    for node in list(scope.nodes.values()):
        if node.tag == "subProcess" and node.by_event:
            node.by_event = False
            if not scope.into(node.id) and node.scope is not None:
                inner.append(node)
    beside = {name: node for name, node in scope.nodes.items() if node not in inner}
    if not inner or not any(node.tag != "boundaryEvent" for node in beside.values()):
        return
    around = Scope(nodes=beside, flows=scope.flows, undo=scope.undo)
    scope.nodes, scope.flows, scope.undo = {}, {}, []
    body = work.add(scope, "subProcess", owner, owner.name)
    body.scope, body.lane = around, ""
    for handler in inner:
        for flow in around.out(handler.id):
            del around.flows[flow.id]
        _to_border(scope, body, handler, work)
    start = work.add(scope, "startEvent", owner)
    work.join(scope, start, body)


def _to_border(scope: Scope, body: Node, handler: Node, work: Work) -> None:
    inside = handler.scope or Scope()
    start = next((node for node in inside.nodes.values() if node.tag == "startEvent"), None)
    event = start.event if start else None
    if event and event.kind == "compensate":
        work.tell("compensation-a-la-main", handler, steps=handler.name)
        return
    scope.nodes[handler.id] = handler
    border = work.add(scope, "boundaryEvent", start or handler, (start.name if start else "") or handler.name)
    border.attached, border.event = body.id, event
    border.interrupting = start.interrupting if start else True
    if start is not None:
        start.event = None
    work.join(scope, border, handler)
    work.join(scope, handler, work.add(scope, "endEvent", handler))
