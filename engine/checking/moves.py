"""The moves of a net, with straight lines of steps drawn together into one place so that few positions remain."""

from dataclasses import dataclass
from typing import Any

from engine.checking.net import Net, Step


@dataclass(frozen=True, kw_only=True)
class Move:
    """Takes one token from each of `takes`, puts one on each of `puts`; places are small integers.

    `clears`: all tokens go. `waits` (inclusive joins): index into `Game.waits`.
    `spends`: places emptied on the way, what was armed on a border. `said`: what a person would say of it.
    """

    step: str
    takes: tuple[int, ...]
    puts: tuple[int, ...]
    said: str = ""
    clears: bool = False
    waits: int = -1
    spends: tuple[int, ...] = ()
    beside: bool = False


@dataclass(frozen=True, kw_only=True)
class Wait:
    """An inclusive join: its incoming places, and for every place which of those it can still come by."""

    into: tuple[int, ...]
    ways: tuple[frozenset[int], ...]


class Game:
    """Places and moves of one net; `along` are the steps that lie on each place, `sides` the borders played apart."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.place_of: dict[str, int] = {}
        self.along: list[list[str]] = []
        self.target: list[str] = []
        self.moves: list[Move] = []
        self.waits: list[Wait] = []
        self.sides = net.sides()
        self.starts = [step for step in net.steps.values() if step.tag == "startEvent"]
        self._name_places()
        for step in net.steps.values():
            if not self._straight(step) and step.tag not in ("startEvent", "boundaryEvent"):
                self._move(step)
        self.by_place: list[list[Move]] = [[] for _ in self.along]
        for move in self.moves:
            for place in set(move.takes):
                self.by_place[place].append(move)

    def _straight(self, step: Step) -> bool:
        """Whether a token just walks through: one way in, one way out, nothing on its border."""
        return len(step.into) == 1 and len(step.out) == 1 and not self._borders(step) and step.tag != "startEvent"

    def _borders(self, step: Step) -> tuple[Step, ...]:
        """Events on its border that matter to the main way."""
        return tuple(one for one in self.net.boundaries(step.id) if one not in self.sides)

    def _name_places(self) -> None:
        for arrow in self.net.arrows.values():
            source = self.net.steps[arrow.source]
            if self._straight(source):
                continue
            self._follow(arrow.id)
        # A ring of straight steps that nothing enters is no one's place; it cannot be reached either.

    def _follow(self, flow: str) -> None:
        place, along = len(self.along), []
        while True:
            self.place_of[flow] = place
            step = self.net.steps[self.net.arrows[flow].target]
            if not self._straight(step) or step.out[0] in self.place_of:
                break
            along.append(step.id)
            flow = step.out[0]
        self.along.append(along)
        self.target.append(step.id)

    def _extra_place(self, step: str) -> int:
        self.along.append([])
        self.target.append(step)
        return len(self.along) - 1

    def _places(self, flows: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(self.place_of[flow] for flow in flows if flow in self.place_of)

    def _move(self, step: Step) -> None:
        into, out = self._places(step.into), self._places(step.out)
        if step.tag == "endEvent":
            for place in into:
                self._add(step, (place,), (), clears=step.stops_all or step.ends_scope)
        elif step.tag == "parallelGateway":
            self._parallel(step, into, out)
        elif step.tag == "inclusiveGateway":
            self._inclusive(step, into)
        elif step.tag in ("exclusiveGateway", "eventBasedGateway"):
            for place in into:
                for flow, put in zip(step.out, out, strict=True):
                    self._add(step, (place,), (put,), said=self._chosen(step, flow))
        else:
            self._activity(step, into, out)

    def _add(self, step: Step, takes: tuple[int, ...], puts: tuple[int, ...], said: str = "", **more: Any) -> None:
        self.moves.append(Move(step=step.id, takes=takes, puts=puts, said=said, **more))

    def _parallel(self, step: Step, into: tuple[int, ...], out: tuple[int, ...]) -> None:
        # Two arrows from one element are one arrival for the engine; drawings were completed so that there is one.
        self._add(step, tuple(dict.fromkeys(into)), out)

    def _inclusive(self, step: Step, into: tuple[int, ...]) -> None:
        waits = -1
        if len(into) > 1:
            self.waits.append(Wait(into=into, ways=()))
            waits = len(self.waits) - 1
        for chosen in _subsets(step.out):
            said = self._chosen(step, *chosen) if len(step.out) > 1 else ""
            self._add(step, into, self._places(chosen), said=said, waits=waits)

    def _activity(self, step: Step, into: tuple[int, ...], out: tuple[int, ...]) -> None:
        borders = self._borders(step)
        beside = [one for one in borders if not one.interrupting]
        for place in into:
            at = place
            if beside:
                at = self._extra_place(step.id)
                ready = [self._extra_place(one.id) for one in beside]
                self._add(step, (place,), (at, *ready))
                for one, armed in zip(beside, ready, strict=True):
                    said = f"si «{one.name or one.saved}» survient"
                    self._add(one, (at, armed), (at, *self._places(one.out)), said, beside=True)
                self._leave(step, borders, at, out, tuple(ready))
            else:
                self._leave(step, borders, at, out, ())

    def _leave(self, step: Step, borders: tuple[Step, ...], at: int, out: tuple[int, ...], armed: tuple[int, ...]) -> None:
        self._add(step, (at,), out, spends=armed)
        for one in borders:
            if one.interrupting:
                said = f"si «{one.name or one.saved}» survient"
                self._add(one, (at,), self._places(one.out), said, spends=armed)

    def _chosen(self, step: Step, *flows: str) -> str:
        if len(step.out) < 2:
            return ""
        labels = [self.net.arrows[flow].name or self._leads_to(flow) for flow in flows]
        listed = " et ".join(f"«{label}»" for label in labels)
        return f"si {listed} {'sont choisis' if len(labels) > 1 else 'est choisi'}"

    def _leads_to(self, flow: str) -> str:
        step = self.net.steps[self.net.arrows[flow].target]
        return step.name or step.saved or step.id

    def settle_waits(self) -> None:
        """Work out, for every inclusive join, which of its arrivals each place can still lead to."""
        for number, wait in enumerate(self.waits):
            before: list[set[int]] = [set() for _ in self.along]
            for move in self.moves:
                if move.waits != number:
                    for put in move.puts:
                        before[put].update(move.takes)
            ways: list[set[int]] = [set() for _ in self.along]
            for arrival in wait.into:
                for place in _upstream(arrival, before):
                    ways[place].add(arrival)
            self.waits[number] = Wait(into=wait.into, ways=tuple(frozenset(one) for one in ways))


def _upstream(place: int, before: list[set[int]]) -> set[int]:
    seen, todo = {place}, [place]
    while todo:
        for earlier in before[todo.pop()]:
            if earlier not in seen:
                seen.add(earlier)
                todo.append(earlier)
    return seen


def _subsets(items: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All choices of one or more of `items`; past six, one at a time and all together, which bounds the game."""
    if len(items) > 6:
        return [*((item,) for item in items), items]
    return [tuple(item for bit, item in enumerate(items) if mask >> bit & 1) for mask in range(1, 2 ** len(items))]
