"""Writes the proposed completions into the designer's own file, one verb a rule; the layout of the page is kept."""

from collections.abc import Callable, Iterable

from engine.drawing.elements import Element, children, local
from engine.drawing.page import Page
from engine.findings import Finding

_KEPT = frozenset(
    [
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
    ]
)
Mend = Callable[[Page, Element, Finding], None]


def mend(source: bytes, findings: Iterable[Finding]) -> bytes:
    """`source` with the mends of `findings` written; those that only a person can write change nothing."""
    page = Page(source)
    for finding in sorted(findings, key=lambda one: _ORDER.get(one.rule, 0)):
        element = page.by_id.get(finding.element)
        verb = _VERBS.get(finding.rule)
        if verb is not None and element is not None and element.getparent() is not None:
            verb(page, element, finding)
    return page.write()


def mendable(finding: Finding) -> bool:
    """Whether `mend` can write this one."""
    return finding.rule in _VERBS


def _executable(_page: Page, element: Element, _finding: Finding) -> None:
    element.set("isExecutable", "true")


def _to_user_task(page: Page, element: Element, _finding: Finding) -> None:
    for one in list(element):
        if isinstance(one.tag, str) and local(one) not in _KEPT:
            element.remove(one)
    for name in ("scriptFormat", "implementation", "operationRef", "messageRef", "calledElement"):
        element.attrib.pop(name, None)
    page.retag(element, "userTask")


def _form(page: Page, element: Element, finding: Finding) -> None:
    page.set_camunda(element, "formRef", str(finding.values["act"]))


def _time(page: Page, element: Element, finding: Finding) -> None:
    definition = next((one for one in element if local(one) == "timerEventDefinition"), None)
    if definition is None:
        return
    for one in list(definition):
        if local(one) in ("timeDuration", "timeDate", "timeCycle"):
            definition.remove(one)
    page.child(definition, str(finding.values["kind"])).text = str(finding.values["text"])


def _remove(page: Page, element: Element, _finding: Finding) -> None:
    page.remove(element)


def _end(page: Page, element: Element, _finding: Finding) -> None:
    end = page.add_node(element, "endEvent")
    page.draw_after(end, element)
    page.add_flow(element, end)


def _end_of_flow(page: Page, element: Element, _finding: Finding) -> None:
    source = page.by_id.get(element.get("sourceRef", ""))
    if source is not None:
        end = page.add_node(source, "endEvent", element.get("name", ""))
        page.draw_after(end, source)
        page.tie(element, source, end)


def _start(page: Page, element: Element, _finding: Finding) -> None:
    start = page.add_node(element, "startEvent")
    page.draw_before(start, element)
    page.add_flow(start, element)


def _fork(tag: str) -> Mend:
    def verb(page: Page, element: Element, _finding: Finding) -> None:
        out = page.flows(source=element.get("id", ""))
        gateway = page.add_node(element, tag)
        page.draw_after(gateway, element)
        for flow in out:
            target = page.by_id.get(flow.get("targetRef", ""))
            if target is not None:
                page.tie(flow, gateway, target)
        page.add_flow(element, gateway)

    return verb


def _tie(page: Page, element: Element, finding: Finding) -> None:
    source = page.by_id.get(str(finding.values["source"]))
    target = page.by_id.get(str(finding.values["target"]))
    if source is not None and target is not None:
        page.bring(element, source)
        page.tie(element, source, target)


def _attach(page: Page, element: Element, finding: Finding) -> None:
    page.retag(element, "boundaryEvent")
    element.set("attachedToRef", str(finding.values["host"]))


def _retag(tag: str) -> Mend:
    def verb(page: Page, element: Element, _finding: Finding) -> None:
        page.retag(element, tag)

    return verb


def _default(_page: Page, element: Element, finding: Finding) -> None:
    element.set("default", str(finding.values["flow"]))


def _decision(page: Page, element: Element, finding: Finding) -> None:
    """Draw the step that asks, before the gateway that it asks for."""
    arriving = page.flows(target=element.get("id", ""))
    step = page.add_node(element, "userTask", str(finding.values["step"]))
    page.draw_before(step, element)
    for flow in arriving:
        source = page.by_id.get(flow.get("sourceRef", ""))
        if source is not None:
            page.tie(flow, source, step)
    page.add_flow(step, element)


def _drop_condition(_page: Page, element: Element, _finding: Finding) -> None:
    for one in children(element, "conditionExpression"):
        element.remove(one)


def _inclusive_join(page: Page, element: Element, _finding: Finding) -> None:
    if local(element) == "parallelGateway":
        page.retag(element, "inclusiveGateway")


_VERBS: dict[str, Mend] = {
    "non-executable": _executable,
    "tache-a-la-main": _to_user_task,
    "automate-a-la-main": _to_user_task,
    "appel-sans-circuit": _to_user_task,
    "appel-inconnu": _to_user_task,
    "jonction-assouplie": _retag("inclusiveGateway"),
    "jonction-ouverte": _retag("exclusiveGateway"),
    "acte-devine": _form,
    "delai-lu": _time,
    "delai-par-defaut": _time,
    "fleche-perdue": _remove,
    "fleche-double": _remove,
    "fleche-vers-bord": _remove,
    "fleche-recollee": _tie,
    "fleche-sur-fleche": _tie,
    "fleche-vers-debut": _tie,
    "fleche-sans-arrivee": _end_of_flow,
    "bord-recolle": _attach,
    "fin-suivie": _retag("intermediateThrowEvent"),
    "passerelle-complexe": _retag("inclusiveGateway"),
    "sans-fin": _end,
    "sans-debut": _start,
    "fourche-implicite": _fork("parallelGateway"),
    "choix-implicite": _fork("exclusiveGateway"),
    "choix-ajoute": _decision,
    "defaut-deduit": _default,
    "condition-inutile": _drop_condition,
    "attente-sans-fin": _inclusive_join,
    "attente-toujours": _inclusive_join,
}
# Arrows are tied before steps are drawn on them, and ends come last.
_ORDER = {
    "fleche-recollee": -2,
    "fleche-sur-fleche": -2,
    "fleche-vers-debut": -1,
    "choix-ajoute": 1,
    "sans-debut": 2,
    "sans-fin": 3,
}
