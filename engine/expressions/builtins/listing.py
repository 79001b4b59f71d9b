"""Built-in functions on lists."""

from decimal import Decimal
from functools import cmp_to_key

from engine.expressions.builtins.registry import builtin
from engine.expressions.compare import equal, less
from engine.expressions.scope import Machine
from engine.expressions.values import Function


def _place(position: Decimal, count: int) -> int | None:
    """A position counted from 1, or from the end when negative, as Python counts."""
    if not position or abs(position) > count:
        return None
    return int(position) - 1 if position > 0 else count + int(position)


def _has(machine: Machine, items: list[object], wanted: object) -> bool:
    """Whether an item equals the wanted one."""
    return any(equal(item, wanted, machine.budget) is True for item in items)


@builtin("list contains(list: list, element: any)", machine=True)
def list_contains(machine: Machine, items: list[object], element: object) -> bool:
    """Whether the list has the element, null included."""
    return _has(machine, items, element)


@builtin("count(list: list)")
def count(items: list[object]) -> Decimal:
    """How many items."""
    return Decimal(len(items))


@builtin("sublist(list: list, start position: number, length: number?)")
def sublist(items: list[object], start: Decimal, length: Decimal | None) -> list[object] | None:
    """Part of a list, from a place counted from 1 or from the end."""
    first = _place(start, len(items))
    if first is None or (length is not None and not 0 <= length <= len(items) - first):
        return None
    return items[first:] if length is None else items[first : first + int(length)]


@builtin("append(list: list, item: any*)", machine=True)
def append(machine: Machine, items: list[object], *more: object) -> list[object]:
    """The list with further items."""
    machine.budget.items(len(items) + len(more))
    return [*items, *more]


@builtin("concatenate(list: list*)", machine=True)
def concatenate(machine: Machine, *lists: list[object]) -> list[object]:
    """Lists one after the other."""
    machine.budget.items(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("insert before(list: list, position: number, newItem: any)", machine=True)
def insert_before(machine: Machine, items: list[object], position: Decimal, item: object) -> list[object] | None:
    """The list with an item put in before a place."""
    place = _place(position, len(items))
    if place is None and position == len(items) + 1:
        place = len(items)
    machine.budget.items(len(items) + 1)
    return None if place is None else [*items[:place], item, *items[place:]]


@builtin("remove(list: list, position: number)")
def remove(items: list[object], position: Decimal) -> list[object] | None:
    """The list without the item at a place."""
    place = _place(position, len(items))
    return None if place is None else [*items[:place], *items[place + 1 :]]


@builtin("list replace(list: list, position: number, newItem: any)")
def list_replace(items: list[object], position: Decimal, item: object) -> list[object] | None:
    """The list with another item at a place."""
    place = _place(position, len(items))
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)", machine=True)
def list_replace_where(machine: Machine, items: list[object], match: Function, new: object) -> list[object] | None:
    """The list with another item wherever `match(item, newItem)` is true."""
    answers = [machine.invoke(match, [item, new]) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        return None
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


@builtin("reverse(list: list)")
def reverse(items: list[object]) -> list[object]:
    """The list from its end."""
    return items[::-1]


@builtin("index of(list: list, match: any)", machine=True)
def index_of(machine: Machine, items: list[object], match: object) -> list[Decimal]:
    """The places of the items equal to the match."""
    return [Decimal(place) for place, item in enumerate(items, 1) if equal(item, match, machine.budget) is True]


@builtin("union(list: list*)", machine=True)
def union(machine: Machine, *lists: list[object]) -> list[object]:
    """The distinct items of several lists."""
    return distinct_values(machine, concatenate(machine, *lists))


@builtin("distinct values(list: list)", machine=True)
def distinct_values(machine: Machine, items: list[object]) -> list[object]:
    """Each item once, at its first place."""
    kept: list[object] = []
    for item in items:
        if not _has(machine, kept, item):
            kept.append(item)
    return kept


@builtin("flatten(list: list)", machine=True)
def flatten(machine: Machine, items: list[object]) -> list[object]:
    """The items of the lists within lists, at one level."""
    flat: list[object] = []
    machine.budget.spend(len(items))
    with machine.budget.nested():
        for item in items:
            flat.extend(flatten(machine, item) if isinstance(item, list) else [item])
            machine.budget.items(len(flat))
    return flat


@builtin("sort(list: list, precedes: function|null?)", machine=True)
def sort(machine: Machine, items: list[object], precedes: Function | None) -> list[object] | None:
    """The list in the order that `precedes(a, b)` gives, or in the natural order."""

    def order(left: object, right: object) -> int:
        before = _before(machine, precedes, left, right)
        return -1 if before else 1 if _before(machine, precedes, right, left) else 0

    return sorted(items, key=cmp_to_key(order))


def _before(machine: Machine, precedes: Function | None, left: object, right: object) -> bool:
    """Whether one item goes before another; raises ValueError when the function cannot tell."""
    machine.budget.spend()
    answer = less(left, right) if precedes is None else machine.invoke(precedes, [left, right])
    if not isinstance(answer, bool):
        raise ValueError(answer)
    return answer
