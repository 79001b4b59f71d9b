"""Reads where shapes and arrows lie on the page: an arrow that stops beside a box was meant to touch it."""

from engine.drawing.elements import Element, children, local

_NEAR = 30.0  # pixels between the end of an arrow and the box it was meant for


def _number(element: Element, name: str) -> float:
    try:
        return float(element.get(name, "0"))
    except ValueError:
        return 0.0


class Layout:
    """Bounds (x, y, width, height) and first and last points, by the id of the drawn element."""

    def __init__(self, root: Element) -> None:
        self.bounds: dict[str, tuple[float, float, float, float]] = {}
        self.ends: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {}
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
            self.ends[edge.get("bpmnElement", "")] = (points[0], points[-1])

    def near(self, flow: str, *, last: bool, among: set[str]) -> str:
        """The id of the smallest shape of `among` at which the arrow `flow` ends (or begins), "" for none."""
        if flow not in self.ends:
            return ""
        x, y = self.ends[flow][1 if last else 0]
        close = [
            (width * height, name)
            for name, (left, top, width, height) in self.bounds.items()
            if name in among and left - _NEAR <= x <= left + width + _NEAR and top - _NEAR <= y <= top + height + _NEAR
        ]
        return min(close)[1] if close else ""


def diagram_plane(root: Element) -> Element | None:
    """The first plane of the file, on which shapes are drawn."""
    return next((one for one in root.iter() if local(one) == "BPMNPlane"), None)
