"""Plays the token game over every position it can reach, within bounds, and keeps the shortest way to each."""

from collections import deque
from functools import cached_property
from random import Random
from time import monotonic

from engine.checking.moves import Game, Move
from engine.checking.net import Step

MAX_POSITIONS = 20_000
MAX_CROWDED = 200
MAX_DIVES, MAX_DEPTH = 300, 300  # how often, and how deep, chance looks where not all can be seen
MAX_TOKENS = 3  # on one place; more only repeats what three already show

Position = bytes


class Play:
    """What was found: positions in the order of discovery, each with how it was reached, and where each leads."""

    def __init__(self) -> None:
        self.reached: dict[Position, tuple[Position, Move] | None] = {}
        self.onward: dict[Position, list[Position]] = {}
        self.fired: set[str] = set()
        self.lived: set[int] = set()
        self.crowded: list[Position] = []
        self.bounded = False

    def steps(self, position: Position) -> list[tuple[Position, Move]]:
        """A shortest way from the beginning to `position`: each position left, and the move made there."""
        steps: list[tuple[Position, Move]] = []
        step = self.reached[position]
        while step is not None:
            steps.append(step)
            step = self.reached[step[0]]
        return steps[::-1]

    def way(self, position: Position) -> list[Move]:
        """The moves of that way."""
        return [move for _, move in self.steps(position)]

    @cached_property
    def finishing(self) -> set[Position]:
        """Positions from which the end can still be reached; asked when all was played."""
        before: dict[Position, list[Position]] = {}
        for position, nexts in self.onward.items():
            for following in nexts:
                before.setdefault(following, []).append(position)
        seen = {position for position in self.reached if not any(position)}
        todo = list(seen)
        while todo:
            for earlier in before.get(todo.pop(), []):
                if earlier not in seen:
                    seen.add(earlier)
                    todo.append(earlier)
        return seen


def play(game: Game, starts: list[Step], *, until: float) -> Play:
    """Explore from the tokens that `starts` give out; `until` is on the clock of `time.monotonic`."""
    begin = bytearray(len(game.along))
    for step in starts:
        for flow in step.out:
            if flow in game.place_of:
                begin[game.place_of[flow]] += 1
    return play_from(game, bytes(begin), until=until)


def play_from(game: Game, first: Position, *, until: float) -> Play:
    """Explore breadth first from a position."""
    found = Play()
    found.reached[first] = None
    queue = deque([first])
    while queue:
        position = queue.popleft()
        nexts: list[Position] = []
        for move in _possible(game, position):
            following = _after(position, move)
            found.fired.add(move.step)
            nexts.append(following)
            if following in found.reached:
                continue
            found.reached[following] = (position, move)
            if max(following, default=0) > 1 and len(found.crowded) < MAX_CROWDED:
                found.crowded.append(following)
            if max(following, default=0) > MAX_TOKENS:
                found.bounded = True
            else:
                queue.append(following)
        found.onward[position] = nexts
        found.lived.update(place for place, tokens in enumerate(position) if tokens)
        if len(found.reached) > MAX_POSITIONS or monotonic() > until:
            found.bounded = True
            break
    if found.bounded:
        _dive(game, found, first, until)
    return found


def _dive(game: Game, found: Play, first: Position, until: float) -> None:
    """Where there is too much to see all, go deep at random: what is stuck far from the beginning is found this way."""
    chance = Random(0)  # noqa: S311 - the same drawing is always judged the same way
    for _ in range(MAX_DIVES):
        if monotonic() > until:
            return
        position = first
        for _ in range(MAX_DEPTH):
            moves = _possible(game, position)
            found.onward.setdefault(position, [_after(position, move) for move in moves])
            if not moves or monotonic() > until:
                break
            move = chance.choice(moves)
            following = _after(position, move)
            found.reached.setdefault(following, (position, move))
            if max(following, default=0) > MAX_TOKENS:
                break
            position = following


def _possible(game: Game, position: Position) -> list[Move]:
    moves: dict[int, Move] = {}
    for place, tokens in enumerate(position):
        if tokens:
            for move in game.by_place[place]:
                if id(move) not in moves and _enabled(game, position, move):
                    moves[id(move)] = move
    return list(moves.values())


def _enabled(game: Game, position: Position, move: Move) -> bool:
    if move.waits < 0:
        return all(position[place] for place in move.takes)
    wait = game.waits[move.waits]
    present = {place for place in wait.into if position[place]}
    missing = set(wait.into) - present
    if not missing:
        return True
    for place, tokens in enumerate(position):
        ways = wait.ways[place]
        if tokens and place not in wait.into and ways & missing and not ways & present:
            return False
    return True


def _after(position: Position, move: Move) -> Position:
    if move.clears:
        return bytes(len(position))
    following = bytearray(position)
    for place in move.takes:
        if move.waits < 0 or following[place]:
            following[place] -= 1
    for place in move.spends:
        following[place] = 0
    for place in move.puts:
        following[place] += 1
    return bytes(following)
