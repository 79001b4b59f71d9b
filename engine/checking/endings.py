"""How far each step is from an end, told by the arrows alone: where the game is too large to be played, this still holds."""

from engine.checking.net import Net, Step


def endings(net: Net) -> dict[str, int]:
    """Arrows from each step to an end by the shortest way on which no token is left turning; a step without one never ends.

    A fork ends when each of its ways does, or when one of them can stop everything; joins are taken as open.
    """
    stops = _stopping(net)
    far: dict[str, int] = {}
    while True:
        found = {name: _far(net, step, far, stops) for name, step in net.steps.items() if name not in far}
        new = {name: length for name, length in found.items() if length is not None}
        if not new:
            return far
        far |= new


def _far(net: Net, step: Step, far: dict[str, int], stops: set[str]) -> int | None:
    after = [net.arrows[flow].target for flow in step.out]
    if not after:
        return 0
    if step.tag == "parallelGateway" and not stops & set(after):
        return max(far[one] for one in after) + 1 if all(one in far for one in after) else None
    borders = [one.id for one in net.boundaries(step.id) if one.interrupting]
    ways = [far[one] for one in (*after, *borders) if one in far]
    return min(ways) + 1 if ways else None


def _stopping(net: Net) -> set[str]:
    """The steps that lead to an end that stops everything."""
    found = {step.id for step in net.steps.values() if step.stops_all}
    size = -1
    while len(found) != size:
        size = len(found)
        found |= {arrow.source for arrow in net.arrows.values() if arrow.target in found}
        found |= {step.host for step in net.steps.values() if step.host and step.id in found and step.interrupting}
    return found


def turning(net: Net) -> Step | None:
    """An agent's step, else any step, on a ring that leads to no end; None when there is none.

    What something else may stop is left alone.
    """
    if net.interrupted or any(step.stops_all or step.ends_scope for step in net.steps.values()):
        return None
    far = endings(net)
    lost = [step for step in net.steps.values() if step.id not in far and step.id in _after(net, step)]
    people = [step for step in lost if step.tag == "userTask"]
    return next(iter([*people, *(step for step in lost if not step.automatic), *lost]), None)


def _after(net: Net, step: Step) -> set[str]:
    seen: set[str] = set()
    todo = [step]
    while todo:
        one = todo.pop()
        near = [net.arrows[flow].target for flow in one.out] + [border.id for border in net.boundaries(one.id)]
        todo += [net.steps[name] for name in near if name not in seen]
        seen.update(near)
    return seen
