"""Whether a version can be gone through to its end from where an instance would stand: the token game, begun there."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from engine.checking.moves import Game
from engine.checking.net import Net, nets
from engine.checking.play import Play, Position, play, play_from
from engine.checking.soundness import waiting
from engine.instance.base import LIVE
from engine.instance.events import Boundary
from engine.instance.gateways import BoundaryJoin, EventGateway, InclusiveGateway, ParallelGateway
from engine.instance.workflow import Whole
from engine.migration import obstacles
from engine.migration.obstacles import Obstacle

MAX_SECONDS = 2.0
MAX_SAME = 3


class Ground:
    """The scopes of one version, and of the circuits it calls; what was found of a position is kept."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        """`documents`: the runnable diagram of the circuit under "", of each circuit it calls under its key."""
        self._nets = {prefix: list(nets(runnable)) for prefix, runnable in documents.items()}
        self._games: dict[int, tuple[Game, Play]] = {}
        self._told: dict[tuple[int, Position], Obstacle | None] = {}

    def hopeless(self, workflow: Whole) -> tuple[Obstacle, ...]:
        """Where `workflow`, already on this version, would wait for ever."""
        found = [self._part(part) for part in (workflow, *workflow.subprocesses.values()) if not part.completed]
        return tuple(one for one in found if one is not None)

    def _part(self, part: Any) -> Obstacle | None:
        steps = _standing(part)
        net = next((net for net in self._nets.get(_document(part), []) if any(step in net.steps for step, _ in steps)), None)
        if net is None:
            return None
        game, usual = self._game(net)
        position = _position(game, steps)
        key = (id(net), position)
        if key not in self._told:
            self._told[key] = _judge(net, game, usual, position)
        return self._told[key]

    def _game(self, net: Net) -> tuple[Game, Play]:
        if id(net) not in self._games:
            game = Game(net)
            game.settle_waits()
            self._games[id(net)] = game, play(game, game.starts, until=monotonic() + MAX_SECONDS)
        return self._games[id(net)]


def _document(part: Any) -> str:
    """The key of the called circuit that `part` is of; "" for the circuit's own diagram."""
    if part.parent_task_id is None:
        return ""
    step = part.top_workflow.get_task_from_id(part.parent_task_id)
    return str(step.task_spec.spec).split("/")[0]


def _standing(part: Any) -> list[tuple[str, str]]:
    """The steps where tokens stand, each with the step it came from when a join counts it by that."""
    found, rivals = [], set()
    for task in part.tasks.values():
        spec = task.task_spec
        beside = isinstance(spec, (Boundary, BoundaryJoin)) or spec.listening(task) or not hasattr(spec, "element")
        if not task.has_state(LIVE) or beside or spec.name.endswith("[child]"):
            continue
        parent = task.parent
        if isinstance(parent.task_spec, EventGateway):
            if parent.id in rivals:
                continue
            rivals.add(parent.id)
            found.append((parent.task_spec.name, ""))
        else:
            joins = isinstance(spec, (ParallelGateway, InclusiveGateway))
            found.append((spec.name, parent.task_spec.name if joins else ""))
    return found


def _position(game: Game, steps: list[tuple[str, str]]) -> Position:
    position = bytearray(len(game.along))
    for name, came_from in steps:
        step = game.net.steps.get(name)
        into = step.into if step is not None else ()
        ways = [flow for flow in into if not came_from or game.net.arrows[flow].source == came_from]
        place = next((game.place_of[flow] for flow in ways if flow in game.place_of), None)
        if place is not None:
            position[place] = min(position[place] + 1, MAX_SAME)
    return bytes(position)


def _judge(net: Net, game: Game, usual: Play, position: Position) -> Obstacle | None:
    if position in usual.reached:
        return None  # an instance begun in this version may stand there too
    found = play_from(game, position, until=monotonic() + MAX_SECONDS)
    for one in found.onward:
        lost = any(one) and not found.onward[one]
        if (lost or (not found.bounded and one not in found.finishing)) and one not in usual.reached:
            step = waiting(net, game, one)[0]
            return obstacles.stuck(step=step.saved, name=net.called(step))
    return None
