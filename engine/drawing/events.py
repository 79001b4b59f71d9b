"""Turns events into what can happen here: a timer, an event of this circuit, or a confirmation by hand."""

import re
from datetime import UTC, datetime

from engine.drawing.delays import read_delay
from engine.drawing.model import Event, Node, Scope
from engine.drawing.words import is_expression, wrapped
from engine.drawing.work import Work
from engine.instance import times

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_CRON = re.compile(r"(?:[\d*/,\-?LW#]+|(?:MON|TUE|WED|THU|FRI|SAT|SUN|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|[-,])+)"
                   r"(?:\s+(?:[\d*/,\-?LW#]+|[A-Z,\-]+)){4,6}")  # fmt: skip
_WAITS = {"message": "message", "signal": "signal", "conditional": "condition", "escalation": "message", "error": "message"}


def label_of(node: Node) -> str:
    """What an event is called, by its own name, its message's or the message flow's."""
    return node.name or (node.event.name if node.event else "") or node.message or "Réception"


def catches(node: Node) -> bool:
    """Whether a token that arrives here waits for something outside."""
    return node.tag == "receiveTask" or (
        node.tag == "intermediateCatchEvent" and node.kind not in ("", "link", "terminate", "cancel")
    )


def hand_confirm(node: Node, work: Work) -> None:
    """Make the event or receive task a step that an agent confirms by «Reçu»."""
    kind, named = node.kind, bool(node.event and node.event.ref)
    work.tell("a-confirmer", node, label=label_of(node))
    node.properties["attente"] = _WAITS.get(kind, "message")
    if node.event and (node.event.name or node.message):
        node.properties["message"] = node.event.name or node.message
    node.name = label_of(node)
    node.tag, node.event = "userTask", None
    if not named:
        node.properties.setdefault("message", "")
        if not node.properties["message"]:
            del node.properties["message"]


def settle(scope: Scope, work: Work, thrown: "Thrown") -> None:
    """Rule on intermediate and end events and receive tasks."""
    for node in list(scope.nodes.values()):
        if node.event and node.event.others and node.tag != "startEvent":
            work.tell("evenement-double", node)
        if node.tag == "receiveTask":
            hand_confirm(node, work)
        elif node.tag == "intermediateCatchEvent":
            _catch(scope, node, work)
        elif node.tag == "intermediateThrowEvent":
            _throw(scope, node, work, thrown)
        elif node.tag == "endEvent" and node.event:
            _end(scope, node, work, thrown)


def _catch(scope: Scope, node: Node, work: Work) -> None:
    if node.kind == "timer":
        return
    if has_condition(node):
        _watch(scope, node, work)
    elif node.event or node.name:
        hand_confirm(node, work)
    else:
        node.tag = "intermediateThrowEvent"


def _watch(scope: Scope, node: Node, work: Work) -> None:
    """An agent may say that a condition is met: what makes it true may not be in the instance's data, and nobody would know."""
    work.tell("condition-ou-main", node, condition=node.event.texts["condition"] if node.event else "")
    border = work.add(scope, "boundaryEvent", node, node.name)
    border.attached, border.event = node.id, node.event
    for flow in scope.out(node.id):
        work.join(scope, border, scope.nodes[flow.target], name=flow.name)
    node.properties["attente"] = _WAITS["conditional"]
    node.name = label_of(node)
    node.tag, node.event = "userTask", None


def has_condition(node: Node) -> bool:
    """Whether it waits for an expression to become true."""
    event = node.event
    return event is not None and event.kind == "conditional" and is_expression(event.texts.get("condition", ""))


def _throw(scope: Scope, node: Node, work: Work, thrown: "Thrown") -> None:
    if node.kind in ("timer", "conditional"):
        node.tag = "intermediateCatchEvent"
        _catch(scope, node, work)
    elif node.kind == "message":
        _send(node, work)
    elif node.event is not None and not (node.kind in ("signal", "escalation") and thrown.caught(node)):
        work.tell("jalon", node, label=label_of(node))
        node.event = None


def _send(node: Node, work: Work) -> None:
    node.event = node.event or Event(kind="message")
    if node.camunda.get("topic"):
        node.tag = "serviceTask"
    else:
        work.tell("a-envoyer", node, label=label_of(node))
        node.properties["attente"] = "envoi"
        if node.event.name:
            node.properties["message"] = node.event.name
        node.tag = "userTask"
    node.name, node.event = label_of(node), None


def _end(scope: Scope, node: Node, work: Work, thrown: "Thrown") -> None:
    if node.kind == "terminate" or (node.kind in ("error", "escalation", "cancel") and thrown.caught(node)):
        return
    if node.kind == "message" or (node.kind == "signal" and thrown.caught(node)):
        # SpiffWorkflow ends without throwing a signal: it is thrown by a step of its own before the end.
        node.tag = "intermediateThrowEvent"
        if node.kind == "message":
            _send(node, work)
        work.join(scope, node, work.add(scope, "endEvent", node))
    else:
        if node.kind not in ("compensate", "error", "timer"):
            work.tell("jalon", node, label=label_of(node))
        node.event = None


class Thrown:
    """Which errors, escalations, signals and cancellations have a receiver in the scopes around."""

    def __init__(self, catchers: list[Node]) -> None:
        self.catchers = catchers

    def caught(self, node: Node) -> bool:
        """Whether somebody in reach catches what `node` throws."""
        return any(matches(one, node) for one in self.catchers)


def matches(catcher: Node, thrower: Node) -> bool:
    """Whether the boundary event or event sub-process start `catcher` receives what `thrower` throws."""
    if catcher.kind != thrower.kind:
        return False
    caught, thrown = identity(catcher), identity(thrower)
    return not caught or caught == thrown


def identity(node: Node) -> str:
    """What tells one error, escalation or signal from another: its code, its name, or the event's own label."""
    event = node.event
    return (event.code or event.name or event.ref) if event else ""


def settle_timers(scope: Scope, work: Work) -> None:
    """Give every timer a time: its own, the one its label tells, or the default délai."""
    for node in scope.nodes.values():
        settle_timer(node, work)


def settle_timer(node: Node, work: Work) -> None:
    """Give one timer its time; other events are left alone."""
    event = node.event
    if event is None or event.kind != "timer":
        return
    given = [(kind, text) for kind, text in event.texts.items() if kind.startswith("time") and text]
    for _, text in given:
        if _CRON.fullmatch(text.strip()):
            work.tell("cron", node, text=text.strip())
    usable = next((pair for pair in given if _usable(pair[1])), None)
    if usable is not None:
        event.texts = dict([usable])
    else:
        _read_label(node, event, " ".join([*(text for _, text in given), node.name]), work)


def _read_label(node: Node, event: Event, label: str, work: Work) -> None:
    delay = read_delay(label)
    if delay is None or not _usable(delay.text):
        work.tell("delai-par-defaut", node, kind="timeDuration", text=work.default_delay)
        event.texts = {"timeDuration": work.default_delay}
        return
    kind, text = delay.kind, delay.text
    repeats = node.tag == "boundaryEvent" and not node.interrupting
    if kind == "timeCycle" and not repeats:
        kind, text = "timeDuration", text.partition("/")[2]
    work.tell("delai-lu", node, label=label.strip(), kind=kind, text=text)
    event.texts = {kind: text}


def _usable(text: str) -> bool:
    """Whether an engine can read it: an expression, an ISO 8601 duration, date or repetition."""
    if wrapped(text):
        return True
    iso = r"P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
    date = r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"
    if not re.fullmatch(rf"(?:R\d*/)?(?:{date}/)?{iso}|{date}|(?:R\d*/)?{iso}/{date}", text):
        return False
    try:
        times.cycle(text, now=_SOME_DAY)
    except (times.NotATime, ValueError, OverflowError):
        return False
    return True
