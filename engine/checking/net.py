"""A runnable circuit as a game of tokens: places, and moves that take tokens from some and put tokens on others."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.drawing.elements import Element, children, local, words
from engine.drawing.model import ACTIVITIES, EVENTS, GATEWAYS

_QUIET = GATEWAYS | {"startEvent", "endEvent", "intermediateThrowEvent"}
_MACHINES = frozenset(["serviceTask", "businessRuleTask"])


@dataclass(frozen=True, kw_only=True)
class Step:
    """One node of a scope; `saved` is its id in the designer's file, `into` and `out` are flow ids."""

    id: str
    saved: str
    name: str
    tag: str
    into: tuple[str, ...]
    out: tuple[str, ...]
    sources: tuple[str, ...]
    host: str = ""
    interrupting: bool = True
    stops_all: bool = False
    ends_scope: bool = False

    @property
    def quiet(self) -> bool:
        """Whether a token passes without anybody or anything doing something."""
        return self.tag in _QUIET

    @property
    def automatic(self) -> bool:
        """Whether a token passes without waiting for a person or for time."""
        return self.quiet or self.tag in _MACHINES


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """One flow: from `source` to `target`, `name` on it."""

    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Net:
    """One scope: the process itself or the inside of a sub-process, `interrupted` when an event on a border can stop it."""

    steps: dict[str, Step] = field(default_factory=dict)
    arrows: dict[str, Arrow] = field(default_factory=dict)
    interrupted: bool = False

    def boundaries(self, step: str) -> tuple[Step, ...]:
        """Events on the border of `step`."""
        return tuple(one for one in self.steps.values() if one.host == step)

    def reached(self, begin: tuple[str, ...], *, beside: bool) -> set[str]:
        """Steps that tokens on `begin` can come to; `beside`: by non-interrupting borders too."""
        seen: set[str] = set()
        todo = list(begin)
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            todo += [self.arrows[flow].target for flow in self.steps[name].out]
            todo += [one.id for one in self.boundaries(name) if one.interrupting or beside]
        return seen

    def sides(self) -> tuple[Step, ...]:
        """Non-interrupting borders whose tokens never meet those of the main way: reminders, each a game of its own."""
        starts = tuple(step.id for step in self.steps.values() if step.tag == "startEvent")
        main = self.reached(starts, beside=False)
        borders = [step for step in self.steps.values() if step.host and not step.interrupting]
        return tuple(step for step in borders if self.reached((step.id,), beside=True).isdisjoint(main))

    def called(self, step: Step) -> str:
        """A name people recognise: the step's own, else that of the nearest one that has a name."""
        if step.name:
            return f"«{step.name}»"
        after = self._named(step, forward=True)
        before = self._named(step, forward=False)
        if after:
            return f"avant «{after}»"
        return f"après «{before}»" if before else f"«{step.saved or step.id}»"

    def from_where(self, step: Step) -> str:
        """The nearest name at or before `step`."""
        return f"«{step.name or self._named(step, forward=False) or step.saved or step.id}»"

    def _named(self, step: Step, *, forward: bool) -> str:
        seen, todo = {step.id}, [step]
        while todo:
            one = todo.pop(0)
            if one.name and one is not step:
                return one.name
            near = [self.arrows[flow].target for flow in one.out] if forward else [*one.sources, *filter(None, [one.host])]
            todo += [self.steps[name] for name in near if name not in seen]
            seen.update(near)
        return ""


def nets(runnable: bytes) -> Iterator[Net]:
    """The process of a runnable document, then each of its sub-processes."""
    root = etree.fromstring(runnable, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
    for element in root.iter():
        if local(element) == "process" or (children(element, "sequenceFlow") and local(element) in ("subProcess", "transaction")):
            yield _net(element, interrupted=_interrupted(element))


def _interrupted(scope: Element) -> bool:
    """Whether an event on its border, or on that of a sub-process around it, takes it away."""
    around = [scope, *scope.iterancestors()]
    borders = [one for up in around for one in children(up, "boundaryEvent") if one.get("cancelActivity") != "false"]
    return bool({one.get("attachedToRef") for one in borders} & {one.get("id") for one in around})


def _net(scope: Element, *, interrupted: bool) -> Net:
    arrows = {
        one.get("id", ""): Arrow(
            id=one.get("id", ""),
            name=words(one.get("name")),
            source=one.get("sourceRef", ""),
            target=one.get("targetRef", ""),
        )
        for one in children(scope, "sequenceFlow")
    }
    steps = {}
    for element in scope:
        if local(element) in ACTIVITIES | GATEWAYS | EVENTS:
            step = _step(element, arrows)
            steps[step.id] = step
    return Net(steps=steps, arrows=arrows, interrupted=interrupted)


def _step(element: Element, arrows: dict[str, Arrow]) -> Step:
    name = element.get("id", "")
    kinds = {local(one) for one in element}
    into = tuple(arrow.id for arrow in arrows.values() if arrow.target == name)
    return Step(
        id=name,
        saved=_origin(element) or name,
        name=words(element.get("name")),
        tag=local(element),
        into=into,
        out=tuple(arrow.id for arrow in arrows.values() if arrow.source == name),
        sources=tuple(arrows[flow].source for flow in into),
        host=element.get("attachedToRef", ""),
        interrupting=element.get("cancelActivity") != "false",
        stops_all="terminateEventDefinition" in kinds,
        ends_scope=bool(kinds & {"errorEventDefinition", "cancelEventDefinition"}) and local(element) == "endEvent",
    )


def _origin(element: Element) -> str:
    for one in element.iter():
        if local(one) == "property" and one.get("name") == "origine" and _owner(one) is element:
            return one.get("value", "")
    return ""


def _owner(element: Element) -> Element | None:
    holder = element.getparent()
    while holder is not None and local(holder) in ("properties", "extensionElements"):
        holder = holder.getparent()
    return holder
