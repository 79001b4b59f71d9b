"""Writes the zoo: the drawings told in drawings/zoo.txt as .bpmn files, each in the manner of one tool.

`python -m tests.engine.draw` writes them all again.
"""

from xml.sax.saxutils import escape, quoteattr

from tests.engine.sketches import HERE, KINDS, Item, Pool, Sketch, hash_of, sketches

NS = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


class Writer:
    """Writes one drawing in the words of its tool."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch, self.tool = sketch, sketch.tool
        self.p = self.tool.prefix
        self.head: list[str] = []
        self.places: dict[str, tuple[int, int]] = {}

    def write(self) -> bytes:
        """The file."""
        pools = [self._pool(number, pool) for number, pool in enumerate(self.sketch.pools)]
        bound = f"xmlns:{self.p[:-1]}" if self.p else "xmlns"
        text = (
            f'<?xml version="1.0" encoding="{self.tool.encoding}"?>\n'
            f'<{self.p}definitions {bound}="{NS}" xmlns:camunda="{CAMUNDA}" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
            f' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
            f' id="defs" targetNamespace="http://example.org/{self.sketch.key}" exporter={quoteattr(self.tool.exporter)}>\n'
            f"{self._collaboration()}{''.join(self.head)}{''.join(pools)}{self._diagram()}</{self.p}definitions>\n"
        )
        return text.encode(self.tool.encoding, "xmlcharrefreplace")

    def _collaboration(self) -> str:
        if not any(pool.name for pool in self.sketch.pools):
            return ""
        inside = "".join(
            f"<{self.p}participant id={quoteattr(self.sketch.id(f'pool{n}'))} name={quoteattr(pool.name)}"
            f" processRef={quoteattr(self.sketch.id(f'proc{n}'))}/>\n"
            for n, pool in enumerate(self.sketch.pools)
        ) + "".join(
            f"<{self.p}messageFlow id={quoteattr(self.sketch.id(f'mf{n}'))} name={quoteattr(label)}"
            f" sourceRef={quoteattr(self.sketch.id(a))} targetRef={quoteattr(self.sketch.id(b))}/>\n"
            for n, (a, b, label) in enumerate(self.sketch.messages)
        )
        return f'<{self.p}collaboration id="collab">\n{inside}</{self.p}collaboration>\n'

    def _pool(self, number: int, pool: Pool) -> str:
        lanes = "".join(
            f"<{self.p}lane id={quoteattr(self.sketch.id(f'lane{number}{n}'))} name={quoteattr(lane)}>"
            + "".join(f"<{self.p}flowNodeRef>{escape(self.sketch.id(one))}</{self.p}flowNodeRef>" for one in members)
            + f"</{self.p}lane>\n"
            for n, (lane, members) in enumerate(pool.lanes.items())
        )
        lane_set = f"<{self.p}laneSet id={quoteattr(self.sketch.id(f'ls{number}'))}>{lanes}</{self.p}laneSet>\n" if lanes else ""
        label = pool.name or self.sketch.key
        return (
            f"<{self.p}process id={quoteattr(self.sketch.id(f'proc{number}'))} name={quoteattr(label)}"
            f' isExecutable="{self.tool.executable}">\n{lane_set}{self._scope(pool.items, number * 600)}</{self.p}process>\n'
        )

    def _scope(self, items: list[Item], top: int) -> str:
        names = {item.name for item in items}
        for rank, item in enumerate(items):
            self.places[item.name] = (100 + 160 * (rank % 9), top + 80 + 140 * (rank // 9))
        flows = [(n, flow) for n, flow in enumerate(self.sketch.flows) if flow[0] in names]
        return "".join(self._element(item, top) for item in items) + "".join(self._flow(n, *flow) for n, flow in flows)

    def _flow(self, number: int, source: str, target: str, label: str, condition: str) -> str:
        name = f" name={quoteattr(label)}" if label or self.tool.empty_names else ""
        inside = f"<{self.p}conditionExpression>{escape(condition)}</{self.p}conditionExpression>" if condition else ""
        return (
            f"<{self.p}sequenceFlow id={quoteattr(self.sketch.id(f'f{number}'))}{name}"
            f" sourceRef={quoteattr(self.sketch.id(source))} targetRef={quoteattr(self.sketch.id(target))}>"
            f"{inside}</{self.p}sequenceFlow>\n"
        )

    def _element(self, item: Item, top: int) -> str:
        tag = self.p + KINDS[item.kind]
        attributes = {"id": self.sketch.id(item.name)}
        if item.label or self.tool.empty_names:
            attributes["name"] = item.label
        if item.host:
            attributes["attachedToRef"] = self.sketch.id(item.host)
            attributes["cancelActivity"] = "false" if item.kind == "bound-" else "true"
        if item.kind == "esub":
            attributes["triggeredByEvent"] = "true"
        special = ("time", "cycle", "date", "loop", "mi", "ref", "raw", "default")
        attributes |= {key: value for key, value in item.given.items() if key not in special}
        if "default" in item.given:
            attributes["default"] = self.sketch.id(item.given["default"])
        written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        return f"<{tag}{written}>{self.tool.decoration}{self._inside(item, top)}</{tag}>\n"

    def _inside(self, item: Item, top: int) -> str:
        p, links = self.p, ""
        if self.tool.links:
            for n, (source, target, *_) in enumerate(self.sketch.flows):
                links += f"<{p}incoming>{self.sketch.id(f'f{n}')}</{p}incoming>" if target == item.name else ""
                links += f"<{p}outgoing>{self.sketch.id(f'f{n}')}</{p}outgoing>" if source == item.name else ""
        if "loop" in item.given:
            condition = f"<{p}loopCondition>{escape(item.given['loop'])}</{p}loopCondition>" if item.given["loop"] else ""
            links += f"<{p}standardLoopCharacteristics>{condition}</{p}standardLoopCharacteristics>"
        if "mi" in item.given:
            collection = f" camunda:collection={quoteattr(item.given['mi'])}" if item.given["mi"] else ""
            links += f"<{p}multiInstanceLoopCharacteristics{collection}/>"
        raw = item.given.get("raw", "").replace("<b:", f"<{p}").replace("</b:", f"</{p}")
        return raw + links + self._event(item) + (self._scope(item.inside, top + 400) if item.inside else "")

    def _event(self, item: Item) -> str:
        if not item.event:
            return ""
        tag = f"{self.p}{item.event}EventDefinition"
        times = {"time": "timeDuration", "cycle": "timeCycle", "date": "timeDate", "when": "condition"}
        inside = "".join(
            f"<{self.p}{times[key]}>{escape(value)}</{self.p}{times[key]}>" for key, value in item.given.items() if key in times
        )
        reference = ""
        if "ref" in item.given:
            identifier = self.sketch.id(f"{item.event}{hash_of(item.given['ref']) % 999}")
            reference = f" {item.event}Ref={quoteattr(identifier)}"
            declared = f"<{self.p}{item.event} id={quoteattr(identifier)} name={quoteattr(item.given['ref'])}/>\n"
            if declared not in self.head:
                self.head.append(declared)
        name = f" name={quoteattr(item.given['link'])}" if "link" in item.given else ""
        return f"<{tag}{reference}{name}>{inside}</{tag}>"

    def _diagram(self) -> str:
        shapes = "".join(
            f"<di:BPMNShape id={quoteattr('s_' + self.sketch.id(name))} bpmnElement={quoteattr(self.sketch.id(name))}>"
            f'<dc:Bounds x="{x}" y="{y}" width="100" height="80"/></di:BPMNShape>\n'
            for name, (x, y) in self.places.items()
        )
        edges = "".join(
            f"<di:BPMNEdge id={quoteattr(self.sketch.id(f'e{n}'))} bpmnElement={quoteattr(self.sketch.id(f'f{n}'))}>"
            f'<dd:waypoint x="{self.places[a][0] + 100}" y="{self.places[a][1] + 40}"/>'
            f'<dd:waypoint x="{self.places[b][0]}" y="{self.places[b][1] + 40}"/></di:BPMNEdge>\n'
            for n, (a, b, *_) in enumerate(self.sketch.flows)
            if a in self.places and b in self.places
        )
        return f'<di:BPMNDiagram id="d"><di:BPMNPlane id="pl">\n{shapes}{edges}</di:BPMNPlane></di:BPMNDiagram>\n'


def main() -> None:
    """Write every drawing beside zoo.txt."""
    for sketch in sketches():
        (HERE / f"{sketch.key}.bpmn").write_bytes(Writer(sketch).write())


if __name__ == "__main__":
    main()
