"""Says, with a shortest way that shows it, where a circuit would wait for ever, turn for ever or run a step twice."""

from collections.abc import Iterator
from time import monotonic

from engine.checking.endings import turning
from engine.checking.moves import Game
from engine.checking.net import Net, Step, nets
from engine.checking.play import Play, Position, play
from engine.checking.rules import finding
from engine.findings import Finding

MAX_SECONDS = 2.0
MAX_STUCK = 100  # positions looked at; the shortest ways come first


def soundness(runnable: bytes) -> Iterator[Finding]:
    """Findings on the process and on each sub-process of `runnable`, each scope played on its own."""
    until = monotonic() + MAX_SECONDS
    for net in nets(runnable):
        yield from _endless(net)
        game = Game(net)
        game.settle_waits()
        rounds = [play(game, game.starts, until=until)] + [play(game, [side], until=until) for side in game.sides]
        told: set[str] = set()
        for found in rounds:
            yield from _judge(net, game, found, told)
        if any(found.bounded for found in rounds):
            yield finding("exploration-bornee", None, positions=sum(len(found.reached) for found in rounds))
            step = turning(net)
            if step is not None:
                yield finding("sans-issue", step, step=net.called(step))
        else:
            yield from _never(net, game, rounds, told)


def _judge(net: Net, game: Game, found: Play, told: set[str]) -> Iterator[Finding]:
    stuck = [position for position in found.onward if any(position) and not found.onward[position]]
    for position in stuck[:MAX_STUCK]:
        for join in waiting(net, game, position):
            if join.id not in told:
                told.add(join.id)
                yield _deadlock(net, game, found, position, join)
    if not found.bounded and not stuck and not net.interrupted:
        yield from _no_way_out(net, game, found)
    yield from _twice(net, game, found)


def waiting(net: Net, game: Game, position: Position) -> list[Step]:
    """The steps at which tokens stand; a join that waits only because of another one is left out."""
    waiting = {game.target[place]: None for place, tokens in enumerate(position) if tokens}
    after = {step.id: [net.arrows[flow].target for flow in step.out] for step in net.steps.values()}
    reaches = {name: _reached(after, name) for name in waiting}
    first = [
        name
        for name in waiting
        if not any(name in reaches[other] and other not in reaches[name] for other in waiting if other != name)
    ]
    return [net.steps[name] for name in first]


def _deadlock(net: Net, game: Game, found: Play, position: Position, join: Step) -> Finding:
    missing = [
        game.net.steps[net.arrows[flow].source]
        for flow in join.into
        if flow in game.place_of and not position[game.place_of[flow]]
    ]
    way = _said(found, position)
    values = {"join": net.called(join), "missing": ", ".join(net.from_where(one) for one in missing)}
    fatal = _fatal(found, position)
    if fatal:
        return finding("attente-sans-fin", join, way=fatal[:1].upper() + fatal[1:], path=way, **values)
    return finding("attente-toujours", join, path=way, **values)


def _said(found: Play, position: Position) -> tuple[str, ...]:
    return tuple(dict.fromkeys(move.said for move in found.way(position) if move.said))


def _fatal(found: Play, position: Position) -> str:
    """The decision after which the end could no more be reached, "" when it never could."""
    good = found.finishing
    steps = found.steps(position)
    said = ""
    if not any(before in good for before, _ in steps):
        # Where not all was seen, that no way to the end is known does not mean that there is none.
        return next((move.said for _, move in reversed(steps) if move.said), "") if found.bounded else ""
    for before, move in steps:
        said = move.said or said
        if before in good and not any(later in good for later, _ in steps[steps.index((before, move)) + 1 :]):
            return said
    return said


def _no_way_out(net: Net, game: Game, found: Play) -> Iterator[Finding]:
    good = found.finishing
    for position in found.reached:
        if position not in good:
            step = waiting(net, game, position)[0]
            yield finding("sans-issue", step, path=_said(found, position), step=net.called(step))
            return


def _never(net: Net, game: Game, rounds: list[Play], told: set[str]) -> Iterator[Finding]:
    after = {step.id: [net.arrows[flow].target for flow in step.out] for step in net.steps.values()}
    alive = set(told).union(*(_reached(after, name) for name in told), (side.id for side in game.sides))
    for found in rounds:
        alive |= found.fired.union(*(game.along[place] for place in found.lived))
    for step in net.steps.values():
        if step.id not in alive and step.tag != "startEvent" and not step.quiet:
            yield finding("etape-jamais-atteinte", step)


def _twice(net: Net, game: Game, found: Play) -> Iterator[Finding]:
    """Two tokens at one step; reminders that leave a step's border, and ends, are meant to come more than once."""
    for position in found.crowded:
        place = max(range(len(position)), key=lambda one: position[one])
        steps = [net.steps[name] for name in (*game.along[place], game.target[place]) if not net.steps[name].quiet]
        if steps and not any(move.beside for move in found.way(position)):
            yield finding("etape-en-double", steps[0], path=_said(found, position), step=net.called(steps[0]))
            return


def _endless(net: Net) -> Iterator[Finding]:
    """Rings on which no person, no time and no event is ever waited for."""
    for ring in _rings(net):
        steps = [step for step in net.steps.values() if step.id in ring]
        if not all(step.automatic for step in steps):
            continue
        named = next((step for step in steps if step.name), steps[0])
        leaves = any(net.arrows[flow].target not in ring for step in steps for flow in step.out)
        quiet = all(step.quiet for step in steps)
        # A service on the ring may change what the conditions look at; gateways alone never do.
        rule = "boucle-sans-fin" if quiet or not leaves else "boucle-automatique"
        yield finding(rule, named, step=net.called(named))


def _rings(net: Net) -> list[set[str]]:
    """Strongly connected sets of automatic steps."""
    after = {
        step.id: [net.arrows[flow].target for flow in step.out if net.steps[net.arrows[flow].target].automatic]
        for step in net.steps.values()
        if step.automatic
    }
    rings: list[set[str]] = []
    done: set[str] = set()
    for name in after:
        if name in done:
            continue
        ring = {one for one in _reached(after, name) if name in _reached(after, one)}
        done |= ring
        if ring:
            rings.append(ring)
    return rings


def _reached(after: dict[str, list[str]], name: str) -> set[str]:
    seen: set[str] = set()
    todo = list(after[name])
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += after[one]
    return seen
