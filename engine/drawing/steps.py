"""Gives every activity somebody or something that does it: an agent of its lane, a service, a table or a circuit."""

from engine.drawing import words
from engine.drawing.elements import one_of
from engine.drawing.model import Event, Node, Scope
from engine.drawing.work import Work

_BY_HAND = ("task", "manualTask", "userTask")


def settle(scope: Scope, work: Work) -> None:
    """Rule on each activity of `scope`; sub-processes are only named here, their inside is completed on its own."""
    for node in list(scope.nodes.values()):
        _refuse_code(node, work)
        if node.tag in _BY_HAND:
            _by_hand(node, work)
        elif node.tag == "callActivity":
            _call(node, work)
        elif node.tag in ("subProcess", "adHocSubProcess", "transaction"):
            _enclose(node, work)
        elif node.tag == "scriptTask" and node.script:
            work.tell("script", node)
            _to_agent(node)
        elif node.tag in ("serviceTask", "sendTask", "businessRuleTask", "scriptTask"):
            _automatic(node, work)
        elif node.tag == "receiveTask":
            node.event = node.event or Event(kind="message")


def _refuse_code(node: Node, work: Work) -> None:
    for code in node.code:
        work.tell("code-java", node, code=code)


def _by_hand(node: Node, work: Work) -> None:
    if node.tag != "userTask":
        work.tell("tache-a-la-main", node)
    _to_agent(node)
    _choose_form(node, work)


def _to_agent(node: Node) -> None:
    node.tag, node.event = "userTask", None
    for name in ("type", "topic", "class", "expression", "delegateExpression", "decisionRef", "resultVariable"):
        node.camunda.pop(name, None)


def _choose_form(node: Node, work: Work) -> None:
    key = node.camunda.pop("formKey", "")
    if key and not node.camunda.get("formRef"):
        short = key.rpartition(":")[2].rpartition("/")[2].partition(".")[0]
        if short in work.forms:
            node.camunda["formRef"] = short
        else:
            work.tell("formulaire-ailleurs", node, form=key)
    if not node.camunda.get("formRef") and not node.added:
        act = words.act(node.name)
        if act and act in work.forms:
            node.camunda["formRef"] = act
            work.tell("acte-devine", node, act=act)


def _call(node: Node, work: Work) -> None:
    called = one_of(node.called, node.camunda.get("calledElement"))
    if not called:
        work.tell("appel-sans-circuit", node)
        _to_agent(node)
    elif words.wrapped(called):
        work.tell("appel-variable", node, called=called)
    elif work.sketch and work.circuits is not None and called.rpartition(":")[2] not in work.circuits:
        work.tell("appel-inconnu", node, called=called)
        _to_agent(node)
        node.called = ""
    else:
        node.called = called.rpartition(":")[2]


def _enclose(node: Node, work: Work) -> None:
    if node.scope is None or not any(one.tag != "boundaryEvent" for one in node.scope.nodes.values()):
        work.tell("sous-processus-vide", node)
        node.tag, node.scope = "userTask", None
        _choose_form(node, work)


def _automatic(node: Node, work: Work) -> None:
    if node.tag == "businessRuleTask" and node.camunda.get("decisionRef"):
        return
    if node.camunda.get("topic"):
        node.tag, node.event = "serviceTask", None
        node.camunda.setdefault("type", "external")
        return
    message = node.event.name if node.tag == "sendTask" and node.event else ""
    if not node.code:
        work.tell("automate-a-la-main", node)
    if node.tag == "sendTask":
        node.properties["attente"] = "envoi"
        if message:
            node.properties["message"] = message
    _to_agent(node)
    _choose_form(node, work)
