"""Loops, repeated steps, free sub-processes and compensation, in terms of steps that agents do."""

from engine.drawing.model import Node, Scope
from engine.drawing.waits import choice_after
from engine.drawing.words import is_expression, wrapped
from engine.drawing.work import Work

DONE = "Terminé"
STOP = "Terminer"


def settle_loops(scope: Scope, work: Work) -> None:
    """Keep loops that say when they stop and for whom; the others are asked for, one turn after another."""
    for node in list(scope.nodes.values()):
        loop = node.loop
        if loop is None or not node.carries_out:
            node.loop = None
        elif loop.many:
            _many(scope, node, work)
        elif is_expression(loop.condition) or loop.maximum.isdigit():
            loop.condition = loop.condition if is_expression(loop.condition) else ""
            loop.maximum = loop.maximum if loop.maximum.isdigit() else ""
        else:
            work.tell("boucle-au-choix", node)
            _turn(scope, node, "Recommencer", "Continuer", work)


def _many(scope: Scope, node: Node, work: Work) -> None:
    loop = node.loop
    assert loop is not None  # noqa: S101 - the caller's branch
    if not _countable(loop.cardinality):
        loop.cardinality = ""
    if loop.collection:
        loop.cardinality = ""
        loop.collection = bare(loop.collection)
    if loop.condition and not is_expression(loop.condition):
        loop.condition = ""
    if not loop.collection and not loop.cardinality:
        work.tell("multiple-au-choix", node)
        _turn(scope, node, "Encore un", "C’est tout", work)


def _countable(text: str) -> bool:
    return text.isdigit() or wrapped(text) or is_expression(text)


def bare(text: str) -> str:
    """`${viseurs}` names the list `viseurs`."""
    inner = text[2:-1].strip() if text.startswith(("${", "#{")) else text.removeprefix("=").strip()
    return inner if inner.isidentifier() else text


def _turn(scope: Scope, node: Node, again: str, onward: str, work: Work) -> None:
    node.loop = None
    gateway = work.add(scope, "exclusiveGateway", node, node.name)
    out = scope.out(node.id)
    after = gateway
    if len(out) != 1:
        after = work.add(scope, "intermediateThrowEvent", node)
        work.join(scope, gateway, after, name=onward)
    for flow in out:
        flow.source = after.id
        if after is gateway:
            flow.name = onward
    work.join(scope, gateway, node, name=again)
    work.join(scope, node, gateway)


def open_rings(scope: Scope, work: Work) -> None:
    """Where a sketch turns for ever, the next agent on the ring may also put an end to it."""
    for node in list(scope.nodes.values()):
        agent = _agent_from(scope, node) if node.saved in work.eased.endless and not node.added else None
        if agent is not None:
            work.tell("boucle-ouverte", agent, label=STOP)
            gateway = choice_after(scope, agent, work)
            work.join(scope, gateway, work.add(scope, "endEvent", agent), name=STOP)


def _agent_from(scope: Scope, node: Node) -> Node | None:
    """The first agents' step at `node` or after it."""
    seen, todo = {node.id}, [node]
    while todo:
        one = todo.pop(0)
        if one.tag == "userTask" and one.loop is None:
            return one
        after = [flow.target for flow in scope.out(one.id) if flow.target not in seen]
        seen.update(after)
        todo += [scope.nodes[name] for name in after]
    return None


def settle_free(node: Node, work: Work) -> None:
    """An ad hoc sub-process: a menu of what can be done next, until the agent says it is done."""
    scope = node.scope
    if scope is None:
        return
    for one in [one for one in scope.nodes.values() if one.tag in ("startEvent", "endEvent")]:
        scope.remove(one.id)
    roots = [one for one in scope.nodes.values() if one.carries_out and not scope.into(one.id)]
    leaves = [one for one in scope.nodes.values() if not scope.out(one.id)]
    work.tell("libre-en-menu", node, done=DONE)
    node.tag = "subProcess"
    start = work.add(scope, "startEvent", node)
    menu = work.add(scope, "userTask", node, node.name)
    choice = work.add(scope, "exclusiveGateway", node, node.name)
    work.join(scope, start, menu)
    work.join(scope, menu, choice)
    for root in roots:
        work.join(scope, choice, root, name=root.name)
    for leaf in leaves:
        work.join(scope, leaf, menu)
    work.join(scope, choice, work.add(scope, "endEvent", node), name=DONE)


def settle_compensation(scope: Scope, work: Work) -> None:
    """Undoing is asked of an agent: a throw becomes a step that names what to undo."""
    borders = [one for one in scope.nodes.values() if one.tag == "boundaryEvent" and one.kind == "compensate"]
    handlers = [
        one
        for one in scope.nodes.values()
        if one.carries_out
        and not scope.into(one.id)
        and (one.compensation or any((border.id, one.id) in scope.undo for border in borders))
    ]
    for border in borders:
        handlers += [
            scope.nodes[flow.target]
            for flow in scope.out(border.id)
            if scope.nodes[flow.target] not in handlers and len(scope.into(flow.target)) == 1
        ]
    steps = ", ".join(f"«{one.name or one.saved}»" for one in handlers)
    for one in borders + handlers:
        scope.remove(one.id)
    if borders or handlers:
        work.tell("compensation-a-la-main", (borders + handlers)[0], steps=steps)
    for node in list(scope.nodes.values()):
        if node.kind == "compensate" and node.tag in ("intermediateThrowEvent", "endEvent", "intermediateCatchEvent"):
            _undo_step(scope, node, steps, work)


def _undo_step(scope: Scope, node: Node, steps: str, work: Work) -> None:
    work.tell("compensation-a-la-main", node, steps=steps)
    ended = node.tag == "endEvent"
    node.tag, node.event = "userTask", None
    node.name = node.name or "Annuler ce qui a été fait"
    node.documentation = f"Annuler ce qui a été fait : {steps}." if steps else node.documentation
    if ended:
        work.join(scope, node, work.add(scope, "endEvent", node))
