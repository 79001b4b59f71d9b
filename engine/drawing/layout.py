"""Reads where shapes and arrows lie on the page: an arrow that stops beside a box was meant to touch it."""

from collections.abc import Iterable
from itertools import pairwise
from math import dist

from engine.drawing.elements import Element, children, local

_NEAR = 30.0  # pixels between the end of an arrow and the box it was meant for
_ON = 10.0  # pixels between the end of an arrow and the other arrow it was drawn onto
_CORNERS = 12  # of one arrow; a file made to be slow gives thousands

Point = tuple[float, float]


def _number(element: Element, name: str) -> float:
    try:
        return float(element.get(name, "0"))
    except ValueError:
        return 0.0


class Layout:
    """Bounds (x, y, width, height) and points of the line, by the id of the drawn element."""

    def __init__(self, root: Element) -> None:
        self.bounds: dict[str, tuple[float, float, float, float]] = {}
        self.lines: dict[str, list[Point]] = {}
        for one in root.iter():
            if local(one) == "BPMNShape":
                self._shape(one)
            elif local(one) == "BPMNEdge":
                self._edge(one)

    def _shape(self, shape: Element) -> None:
        for bounds in children(shape, "Bounds"):
            numbers = (_number(bounds, "x"), _number(bounds, "y"), _number(bounds, "width"), _number(bounds, "height"))
            self.bounds[shape.get("bpmnElement", "")] = numbers

    def _edge(self, edge: Element) -> None:
        points = [(_number(one, "x"), _number(one, "y")) for one in children(edge, "waypoint")]
        if len(points) > 1:
            self.lines[edge.get("bpmnElement", "")] = [*points[:_CORNERS], points[-1]]

    def near(self, flow: str, *, last: bool, among: set[str]) -> str:
        """The id of the smallest shape of `among` at which the arrow `flow` ends (or begins), "" for none."""
        if flow not in self.lines:
            return ""
        x, y = self.lines[flow][-1 if last else 0]
        close = [
            (width * height, name)
            for name, (left, top, width, height) in self.bounds.items()
            if name in among and left - _NEAR <= x <= left + width + _NEAR and top - _NEAR <= y <= top + height + _NEAR
        ]
        return min(close)[1] if close else ""

    def border(self, event: str, *, among: Iterable[str]) -> str:
        """The id of the smallest shape of `among` on whose border the shape `event` is drawn, "" for none."""
        x, y, width, height = self.bounds.get(event, (0.0, 0.0, 0.0, 0.0))
        middle, reach = (x + width / 2, y + height / 2), min(width, height) / 2
        boxes = [(self.bounds[name], name) for name in among if name in self.bounds]
        on = [(box[2] * box[3], name) for box, name in boxes if _within(middle, box, reach) and not _within(middle, box, -reach)]
        return min(on)[1] if on else ""

    def under(self, flow: str, *, last: bool, among: Iterable[str]) -> str:
        """The id of the arrow of `among` on which the arrow `flow` ends (or begins), "" for none."""
        if flow not in self.lines:
            return ""
        point = self.lines[flow][-1 if last else 0]
        lines = [(_distance(point, self.lines[name]), name) for name in among if name in self.lines]
        away, found = min(lines, default=(_ON, ""))
        return found if away < _ON else ""


def _within(point: Point, box: tuple[float, float, float, float], reach: float) -> bool:
    left, top, width, height = box
    return left - reach < point[0] < left + width + reach and top - reach < point[1] < top + height + reach


def _distance(point: Point, line: list[Point]) -> float:
    return min(dist(point, _nearest(point, begin, end)) for begin, end in pairwise(line))


def _nearest(point: Point, begin: Point, end: Point) -> Point:
    """The point of the stretch from `begin` to `end` that is nearest to `point`."""
    along = (end[0] - begin[0], end[1] - begin[1])
    length = along[0] ** 2 + along[1] ** 2
    part = ((point[0] - begin[0]) * along[0] + (point[1] - begin[1]) * along[1]) / length if length else 0.0
    part = min(max(part, 0.0), 1.0)
    return begin[0] + part * along[0], begin[1] + part * along[1]


def diagram_plane(root: Element) -> Element | None:
    """The first plane of the file, on which shapes are drawn."""
    return next((one for one in root.iter() if local(one) == "BPMNPlane"), None)
