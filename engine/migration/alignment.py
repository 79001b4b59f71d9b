"""Which step of one version is which step of another: the same id, else the one its designer names, else the same name."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from engine.instance.base import Element
from engine.instance.events import Boundary, Timer
from engine.instance.gateways import BoundaryJoin, BoundarySplit
from engine.instance.multiple import Loop, Several
from engine.instance.work import Inner
from engine.parsing import Blueprint

SPLIT, JOIN = ".BoundaryEventSplit", ".BoundaryEventJoin"


def step_of(element: Element) -> str:
    """The id under which people know an element."""
    return element.saved or element.id


def element_of(spec: Any) -> Element | None:
    """What the designer wrote; None for what only the library knows."""
    found: Element | None = getattr(spec, "element", None)
    return found


def named(spec: Any) -> str:
    """The name of a step, else its id."""
    element = element_of(spec)
    return (element.name or step_of(element)) if element else str(spec.name)


def kind(spec: Any) -> tuple[Any, ...]:
    """What two steps must share to be one: a person's task is not a service, a timer not a message."""
    inside = spec._wf_spec.task_specs.get(spec.task_spec) if isinstance(spec, (Several, Loop)) else None
    return (type(spec), type(getattr(spec, "event_definition", None)), type(inside))


class Alignment:
    """The two versions of a circuit, scope by scope; sub-processes and called circuits have scopes of their own."""

    def __init__(self, old: Blueprint, new: Blueprint, chosen: Mapping[str, str] | None = None) -> None:
        """`chosen`: ids of steps of the old version -> of the new one, as saved, over what would be proposed."""
        self.old, self.new, self.chosen = old, new, dict(chosen or {})
        self._partners: dict[int, Any] = {}
        self.scopes: dict[str, str] = {}  # name of an old scope -> of the new one
        self._pair("", "")
        self._places = {step_of(one) for spec in _drawn(new) for one in _elements(spec)}

    def _pair(self, before: str, after: str) -> None:
        self.scopes[before] = after
        old, new = self.old.spec_of(before), self.new.spec_of(after)
        for spec in old.task_specs.values():
            self._partners[id(spec)] = self._find(spec, old, new)
        for spec in list(old.task_specs.values()):
            partner = self.partner(spec)
            if isinstance(spec, Inner) and isinstance(partner, Inner) and spec.spec not in self.scopes:
                called = not spec.spec.startswith("/")
                if spec.spec in self.old.inner and partner.spec in self.new.inner and (not called or spec.spec == partner.spec):
                    self._pair(spec.spec, partner.spec)

    def partner(self, spec: Any) -> Any:
        """The step of the new version that stands for `spec`, of the old; None when there is none."""
        return self._partners.get(id(spec))

    def scope_after(self, spec: Any) -> Any:
        """The scope of the new version that goes on for the one where `spec` is; None when there is none."""
        for before, after in self.scopes.items():
            if self.old.spec_of(before) is spec._wf_spec:
                return self.new.spec_of(after)
        return None

    def elsewhere(self, spec: Any) -> bool:
        """Whether the step is in the new version, but not in the scope where it was."""
        element = element_of(spec)
        return element is not None and self.partner(spec) is None and step_of(element) in self._places

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The ids, as saved, that are not what they were."""
        found = {}
        for spec in (one for scope in _drawn(self.old) for one in scope.task_specs.values()):
            before, after = element_of(spec), element_of(self.partner(spec))
            if before and after and step_of(before) != step_of(after):
                found[step_of(before)] = step_of(after)
        return found

    def arrived(self, spec: Any) -> bool:
        """Whether `spec` is of the new version already."""
        return any(self.new.spec_of(after) is spec._wf_spec for after in self.scopes.values())

    def rename_data(self, data: dict[str, Any]) -> None:
        """Let the answers and the choices of steps whose id is another be found under the new one."""
        for before, after in self._ids.items():
            for shape in ("{}_resultat", "{}_resultats", "choix_{}"):
                if shape.format(before) in data:
                    data.setdefault(shape.format(after), data[shape.format(before)])

    @cached_property
    def _ids(self) -> dict[str, str]:
        pairs = [(spec, self.partner(spec)) for scope in _drawn(self.old) for spec in scope.task_specs.values()]
        return {
            spec.element.id: other.element.id
            for spec, other in pairs
            if element_of(spec) and element_of(other) and spec.element.id != other.element.id
        }

    def _find(self, spec: Any, old: Any, new: Any) -> Any:
        fixed = {id(old.start): new.start, id(old.end): new.end}
        if id(spec) in fixed:
            return fixed[id(spec)]
        for kept, suffix in ((BoundarySplit, SPLIT), (BoundaryJoin, JOIN)):
            if isinstance(spec, kept):
                host = self._find(old.task_specs[spec.name.removesuffix(suffix)], old, new)
                return new.task_specs.get(f"{host.name}{suffix}") if host is not None else None
        wrapper = next((one for one in spec.inputs if isinstance(one, (Several, Loop)) and one.task_spec == spec.name), None)
        if wrapper is not None:
            partner = self._find(wrapper, old, new)
            return new.task_specs.get(partner.task_spec) if isinstance(partner, (Several, Loop)) else None
        return self._like(spec, old, new) if element_of(spec) else new.task_specs.get(spec.name)

    def _like(self, spec: Any, old: Any, new: Any) -> Any:
        element = element_of(spec)
        assert element is not None  # noqa: S101
        others = [one for one in new.task_specs.values() if element_of(one) and not one.name.endswith("[child]")]
        wanted = self.chosen.get(step_of(element)) if self._ours(old) else None
        if wanted:
            there = [one for one in others if step_of(one.element) == wanted]
            return next((one for one in there if kind(one) == kind(spec)), next(iter(there), None))
        if spec.name in new.task_specs:
            return new.task_specs[spec.name]
        alike = [one for one in others if one.name not in old.task_specs and kind(one) == kind(spec) and _same(spec, one)]
        return alike[0] if len(alike) == 1 else None

    def _ours(self, scope: Any) -> bool:
        """Whether `scope` is of this diagram, not of a circuit that it calls."""
        return any(scope is one for one in _drawn(self.old))


def _same(spec: Any, other: Any) -> bool:
    """Whether two steps of different ids look like one that was drawn again: their name, or for a border its time."""
    if spec.element.name or other.element.name:
        return " ".join(spec.element.name.casefold().split()) == " ".join(other.element.name.casefold().split())
    if not isinstance(spec, Boundary) or not isinstance(spec.event_definition, Timer):
        return False
    return bool(
        spec.cancel_activity == other.cancel_activity
        and spec.event_definition.expression == other.event_definition.expression
    )


def _drawn(blueprint: Blueprint) -> Iterator[Any]:
    """The scopes of the diagram itself."""
    yield blueprint.spec
    yield from (spec for name, spec in blueprint.inner.items() if name.startswith("/"))


def _elements(scope: Any) -> Iterator[Element]:
    for spec in scope.task_specs.values():
        element = element_of(spec)
        if element is not None:
            yield element
