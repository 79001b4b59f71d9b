"""Item definitions: the types that a model gives to its inputs, its decisions and their parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.expressions.limits import Budget
from engine.expressions.nodes import Node
from engine.expressions.scope import Machine, Scope
from engine.expressions.temporal import read_any
from engine.expressions.types import BASIC, Basic, Type, coerce
from engine.expressions.values import Function, kind

# The names that Camunda's tools write for numbers.
_NUMBERS = ("integer", "long", "double", "Integer", "Long", "Double")
_MOMENTS = ("date", "time", "date and time", "days and time duration", "years and months duration")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A type by its name, found in its model when asked, so that definitions come in any order."""

    name: str
    model: Mapping[str, Type] = field(compare=False, repr=False)

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:
        """A name that nobody defines holds everything: a tool's own type is no reason to refuse a value."""
        found = self.model.get(self.name)
        return found is None or found.holds(value, types)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item definition: a base or components, allowed values, maybe a collection of them.

    `instance of` does not look at allowed values: what it asks are the same definitions without them.
    """

    base: Type | None = None
    components: tuple[tuple[str, Type], ...] = ()
    allowed: Node | None = None
    collection: bool = False
    function: bool = False
    result: Type | None = None
    takes: tuple[tuple[str, Type | None], ...] = ()

    def holds(self, value: object, types: Mapping[str, Type]) -> bool:
        """Whether the value, or each of its items, is of this type; null items are."""
        if not self.collection:
            return self._one(value, types)
        return isinstance(value, list) and all(item is None or self._one(item, types) for item in value)

    def _one(self, value: object, types: Mapping[str, Type]) -> bool:
        """The type without its collection."""
        if self.function:
            return isinstance(value, Function)
        if self.base is not None and not self.base.holds(value, types):
            return False
        if self.components and not self._composed(value, types):
            return False
        return self.allowed is None or passes(self.allowed, value)

    def _composed(self, value: object, types: Mapping[str, Type]) -> bool:
        """Whether the value is a context with every component."""
        return isinstance(value, dict) and all(
            name in value and (value[name] is None or of.holds(value[name], types)) for name, of in self.components
        )


def passes(tests: Node, value: object) -> bool:
    """Whether a value is one of the allowed ones."""
    return tests.run(Scope(Machine(Budget()), {"?": value})) is True


def reference(written: str, model: Mapping[str, Type]) -> Type | None:
    """The type meant by a `typeRef`: a built-in one or one of the model, whatever its prefix."""
    name = " ".join(written.split())
    if name.startswith("{"):
        name = name.partition("}")[2]
    if name not in model and ":" in name:
        name = name.rpartition(":")[2]
    if not name:
        return None
    if name in _NUMBERS:
        return Basic(name="number")
    return Basic(name=BASIC[name]) if name in BASIC and name not in model else Reference(name=name, model=model)


def result_of(written: Type | None) -> Type | None:
    """What a function answers, from the type written for it: a function's output type, or the type itself (DMN 1.1)."""
    found = defined(written)
    if isinstance(found, Item) and found.function:
        return found.result
    return None if found == Basic(name="function") else written


def takes(written: Type | None) -> Mapping[str, Type | None]:
    """What a function takes, by name, from the type written for it."""
    found = defined(written)
    return dict(found.takes) if isinstance(found, Item) else {}


def defined(written: Type | None) -> Type | None:
    """The definition that a type's name stands for."""
    return written.model.get(written.name) if isinstance(written, Reference) else written


def admit(value: object, wanted: Type | None, types: Mapping[str, Type]) -> object:
    """A value of the host as an input of that type: ISO text is read as the date or the duration that is asked for."""
    return value if wanted is None else coerce(_dated(value, wanted, types), wanted, types)


def _dated(value: object, wanted: Type, types: Mapping[str, Type]) -> object:
    """The value with its ISO texts read, inside structures and collections too."""
    if wanted.holds(value, types):
        return value
    item = defined(wanted)
    if isinstance(item, Item) and isinstance(value, list):
        return [_dated(one, item, types) for one in value]
    if isinstance(item, Item) and item.components and isinstance(value, dict):
        kinds = dict(item.components)
        return {name: _dated(one, kinds[name], types) if name in kinds else one for name, one in value.items()}
    if isinstance(item, Item) and item.base is not None:
        return _dated(value, item.base, types)
    if isinstance(value, str):
        moment = read_any(value)
        if kind(moment) in _MOMENTS and wanted.holds(moment, types):
            return moment
    return value
