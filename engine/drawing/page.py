"""The designer's own file while mends are written into it: elements by id, and room made on the page for new shapes."""

from lxml import etree

from engine.drawing.elements import Element, children, local
from engine.drawing.extensions import CAMUNDA
from engine.drawing.layout import diagram_plane
from engine.drawing.model import NODES
from engine.drawing.safe import read_xml

_GAP = 50.0
etree.register_namespace("camunda", CAMUNDA)  # a file without this prefix gets it, and not ns0
_SIZES = {"userTask": (100.0, 80.0), "Event": (36.0, 36.0), "Gateway": (50.0, 50.0)}

_PROCESS = "{*}process"
Box = tuple[float, float, float, float]


class Page:
    """One document; new elements are written in the document's own namespaces."""

    def __init__(self, source: bytes) -> None:
        self.root = read_xml(source, comments=True)
        self.by_id: dict[str, Element] = {}
        for one in self.root.iter():
            if isinstance(one.tag, str) and one.get("id") and one.get("id") not in self.by_id:
                self.by_id[one.get("id", "")] = one
        self.namespace = next((etree.QName(one).namespace for one in self.root.iter() if local(one) == "process"), "") or ""
        self.drawn_flows = [one for one in self.root.iter() if local(one) == "sequenceFlow"]
        self.lanes = {one.text or "": one.getparent() for one in self.root.iter() if local(one) == "flowNodeRef"}
        self.plane = diagram_plane(self.root)
        self.shapes = {one.get("bpmnElement", ""): one for one in (self.plane if self.plane is not None else ())}

    def write(self) -> bytes:
        """The document, UTF-8."""
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")

    def fresh(self, hint: str) -> str:
        """An id that nobody has yet."""
        name, number = hint, 1
        while name in self.by_id:
            number += 1
            name = f"{hint}_{number}"
        return name

    def flows(self, *, source: str = "", target: str = "") -> list[Element]:
        """Sequence flows that leave `source` or arrive at `target`."""
        return [
            one
            for one in self.drawn_flows
            if one.getparent() is not None and (one.get("sourceRef") == source if source else one.get("targetRef") == target)
        ]

    def retag(self, element: Element, tag: str) -> None:
        """Give `element` another BPMN type."""
        element.tag = f"{{{self.namespace}}}{tag}"

    def child(self, parent: Element, tag: str) -> Element:
        """A new BPMN element in `parent`."""
        return etree.SubElement(parent, f"{{{self.namespace}}}{tag}")

    def set_camunda(self, element: Element, name: str, value: str) -> None:
        """Write a `camunda:` attribute."""
        element.set(f"{{{CAMUNDA}}}{name}", value)

    def add_properties(self, element: Element, values: dict[str, str]) -> None:
        """Write `camunda:property` rows, replacing those of the same names."""
        holder = next(iter(children(element, "extensionElements")), None)
        if holder is None:
            holder = etree.Element(f"{{{self.namespace}}}extensionElements")
            element.insert(len(children(element, "documentation")), holder)
        listed = next(iter(children(holder, "properties")), None)
        if listed is None:
            listed = etree.SubElement(holder, f"{{{CAMUNDA}}}properties", nsmap={"camunda": CAMUNDA})
        for old in [one for one in listed if one.get("name") in values]:
            listed.remove(old)
        for name, value in values.items():
            etree.SubElement(listed, f"{{{CAMUNDA}}}property", {"name": name, "value": value})

    def remove(self, element: Element) -> None:
        """Take an element out, with what mentions it and what draws it."""
        name = element.get("id", "")
        self._forget(element)
        for one in (element, self.shapes.pop(name, None)):
            parent = one.getparent() if one is not None else None
            if one is not None and parent is not None:
                parent.remove(one)

    def _forget(self, flow: Element) -> None:
        """Take away what the ends of `flow` say of it."""
        for end in (flow.get("sourceRef", ""), flow.get("targetRef", "")):
            node = self.by_id.get(end)
            for one in list(node) if node is not None else []:
                if node is not None and local(one) in ("incoming", "outgoing") and (one.text or "").strip() == flow.get("id"):
                    node.remove(one)

    def add_node(self, near: Element, tag: str, name: str = "") -> Element:
        """A new node in the scope and the lane of `near`; not yet on the page."""
        scope = near.getparent()
        assert scope is not None  # noqa: S101 - a node is always inside a process
        node = self.child(scope, tag)
        node.set("id", self.fresh(f"{near.get('id')}_{tag}"))
        if name:
            node.set("name", name)
        self.by_id[node.get("id", "")] = node
        lane = self.lanes.get(near.get("id", ""))
        if lane is not None:
            self.child(lane, "flowNodeRef").text = node.get("id")
            self.lanes[node.get("id", "")] = lane
        return node

    def add_flow(self, source: Element, target: Element) -> Element:
        """A new flow, drawn straight when both ends are on the page."""
        scope = source.getparent()
        assert scope is not None  # noqa: S101 - a node is always inside a process
        flow = self.child(scope, "sequenceFlow")
        flow.set("id", self.fresh(f"{source.get('id')}_vers_{target.get('id')}"))
        self.by_id[flow.get("id", "")] = flow
        self.drawn_flows.append(flow)
        self.tie(flow, source, target)
        return flow

    def bring(self, element: Element, near: Element) -> None:
        """Move `element` to where `near` stands, if that is in another process."""
        home = near.getparent()
        if home is not None and next(element.iterancestors(_PROCESS), None) is not next(near.iterancestors(_PROCESS), None):
            home.append(element)

    def tie(self, flow: Element, source: Element, target: Element) -> None:
        """Lead `flow` from `source` to `target`, in the references as on the page."""
        name = flow.get("id", "")
        self._forget(flow)
        flow.set("sourceRef", source.get("id", ""))
        flow.set("targetRef", target.get("id", ""))
        self._mention(source, "outgoing", name)
        self._mention(target, "incoming", name)
        self._draw_edge(name, source.get("id", ""), target.get("id", ""))

    def _mention(self, node: Element, tag: str, flow: str) -> None:
        mention = etree.Element(f"{{{self.namespace}}}{tag}")
        mention.text = flow
        before = [one for one in node if local(one) in ("documentation", "extensionElements", "incoming", tag)]
        node.insert(len(before), mention)

    def shape(self, name: str) -> Element | None:
        """The drawn shape or edge of an element."""
        return self.shapes.get(name)

    def box(self, name: str) -> Box | None:
        """Where the element is drawn: x, y, width, height."""
        shape = self.shape(name)
        bounds = children(shape, "Bounds") if shape is not None else []
        if not bounds:
            return None
        x, y, width, height = (float(bounds[0].get(key, "0")) for key in ("x", "y", "width", "height"))
        return x, y, width, height

    def draw_after(self, node: Element, near: Element) -> None:
        """Draw `node` to the right of `near`, lower when the place is taken."""
        box = self.box(near.get("id", ""))
        if box is None:
            return
        width, height = _size(node)
        x, y = box[0] + box[2] + _GAP, box[1] + box[3] / 2 - height / 2
        while self._taken(x, y, width, height):
            y += _GAP + height
        self._draw_shape(node, (x, y, width, height))

    def draw_before(self, node: Element, near: Element) -> None:
        """Draw `node` where `near` stood, and move all that stood there or further right to the right."""
        box = self.box(near.get("id", ""))
        if box is None:
            return
        width, height = _size(node)
        self._make_room(box[0], width + _GAP)
        self._draw_shape(node, (box[0], box[1] + box[3] / 2 - height / 2, width, height))

    def _taken(self, x: float, y: float, width: float, height: float) -> bool:
        for name, element in self.by_id.items():
            box = self.box(name) if local(element) in NODES else None
            if box and x < box[0] + box[2] and box[0] < x + width and y < box[1] + box[3] and box[1] < y + height:
                return True
        return False

    def _make_room(self, start: float, length: float) -> None:
        if self.plane is None:
            return
        for one in self.plane.iter():
            if local(one) not in ("Bounds", "waypoint"):
                continue
            x, width = float(one.get("x", "0")), float(one.get("width", "0"))
            if x >= start:
                one.set("x", f"{x + length:g}")
            elif x + width > start:
                one.set("width", f"{width + length:g}")

    def _di(self, like: str, default: str) -> str:
        """The namespace in which this file draws."""
        found = (etree.QName(one).namespace for one in self.root.iter() if local(one) == like)
        return next((one for one in found if one), default)

    def _draw_shape(self, node: Element, box: Box) -> None:
        if self.plane is None:
            return
        name = node.get("id", "")
        shape = etree.SubElement(self.plane, f"{{{etree.QName(self.plane).namespace}}}BPMNShape")
        shape.set("id", self.fresh(f"{name}_di"))
        shape.set("bpmnElement", name)
        self.shapes[name] = shape
        bounds = etree.SubElement(shape, f"{{{self._di('Bounds', 'http://www.omg.org/spec/DD/20100524/DC')}}}Bounds")
        for key, value in zip(("x", "y", "width", "height"), box, strict=True):
            bounds.set(key, f"{value:g}")

    def _draw_edge(self, flow: str, source: str, target: str) -> None:
        begin, end = self.box(source), self.box(target)
        if self.plane is None or begin is None or end is None:
            return
        edge = self.shape(flow)
        if edge is None:
            edge = etree.SubElement(self.plane, f"{{{etree.QName(self.plane).namespace}}}BPMNEdge")
            edge.set("id", self.fresh(f"{flow}_di"))
            edge.set("bpmnElement", flow)
            self.shapes[flow] = edge
        for old in children(edge, "waypoint"):
            edge.remove(old)
        namespace = self._di("waypoint", "http://www.omg.org/spec/DD/20100524/DI")
        for rank, (x, y) in enumerate(_corners(begin, end)):
            point = etree.Element(f"{{{namespace}}}waypoint")
            point.set("x", f"{x:g}")
            point.set("y", f"{y:g}")
            edge.insert(rank, point)


def _size(node: Element) -> tuple[float, float]:
    tag = local(node)
    return next((size for end, size in _SIZES.items() if tag.endswith(end)), (100.0, 80.0))


def _corners(begin: Box, end: Box) -> list[tuple[float, float]]:
    """Right side to left side, with one bend when they are not at the same height."""
    x1, y1 = begin[0] + begin[2], begin[1] + begin[3] / 2
    x2, y2 = end[0], end[1] + end[3] / 2
    if abs(y1 - y2) < 1:
        return [(x1, y1), (x2, y2)]
    middle = (x1 + x2) / 2
    return [(x1, y1), (middle, y1), (middle, y2), (x2, y2)]
