"""Writes the zoo: the drawings told in drawings/zoo.txt as .bpmn files, each in the manner of one tool.

`python -m tests.engine.draw` writes them all again; the notation is explained at the head of zoo.txt.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).parent / "drawings"
KINDS = {
    "start": "startEvent", "end": "endEvent", "catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent",
    "bound": "boundaryEvent", "bound-": "boundaryEvent", "task": "task", "user": "userTask", "manual": "manualTask",
    "service": "serviceTask", "send": "sendTask", "receive": "receiveTask", "script": "scriptTask", "rule": "businessRuleTask",
    "call": "callActivity", "sub": "subProcess", "esub": "subProcess", "tx": "transaction", "adhoc": "adHocSubProcess",
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "race": "eventBasedGateway",
    "complex": "complexGateway", "data": "dataObjectReference", "note": "textAnnotation", "store": "dataStoreReference",
}  # fmt: skip
NS = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """How one tool writes: prefix of its tags, shape of its ids, what it adds."""

    prefix: str = ""
    identify: Callable[[str], str] = str
    exporter: str = ""
    executable: str = "false"
    encoding: str = "UTF-8"
    links: bool = True
    decoration: str = ""
    empty_names: bool = False


def _guid(name: str) -> str:
    return f"Id_{abs(hash_of(name)) % 16**8:08x}-{name}"


def hash_of(name: str) -> int:
    """The same number on every run."""
    return int.from_bytes(name.encode(), "big") * 2654435761 % 2**61


TOOLS = {
    "bpmn.io": Tool(prefix="bpmn:", exporter="bpmn-js (https://demo.bpmn.io)"),
    "camunda": Tool(prefix="bpmn:", exporter="Camunda Modeler", executable="true"),
    "signavio": Tool(
        identify=lambda name: f"sid-{hash_of(name) % 16**8:08X}-{name}",
        exporter="Signavio Process Editor, http://www.signavio.com",
        decoration='<extensionElements><s:signavioMetaData xmlns:s="http://www.signavio.com" metaKey="bgcolor"'
        ' metaValue="#ffffcc"/></extensionElements>',
        empty_names=True,
    ),
    "bizagi": Tool(identify=_guid, exporter="Bizagi Modeler", decoration="<documentation/>"),
    "aris": Tool(prefix="ns2:", identify=lambda name: f"Def_1.{name}", exporter="ARIS 10", links=False),
    "vp": Tool(prefix="semantic:", identify=lambda name: f"_{name}", exporter="Visual Paradigm"),
    "adonis": Tool(identify=lambda name: f"obj.{hash_of(name) % 9999}.{name}", exporter="ADONIS", encoding="ISO-8859-1"),
    "yaoqiang": Tool(prefix="", exporter="Yaoqiang BPMN Editor", empty_names=True, executable="true"),
    "hand": Tool(links=False),
}


@dataclass
class Item:
    """One element of a drawing."""

    kind: str
    name: str
    label: str = ""
    event: str = ""
    host: str = ""
    given: dict[str, str] = field(default_factory=dict)
    inside: list["Item"] = field(default_factory=list)


@dataclass
class Pool:
    """One process."""

    name: str = ""
    items: list[Item] = field(default_factory=list)
    lanes: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Sketch:
    """One drawing as told."""

    key: str
    tool: Tool
    pools: list[Pool] = field(default_factory=lambda: [Pool()])
    flows: list[tuple[str, str, str, str]] = field(default_factory=list)  # source, target, label, condition
    messages: list[tuple[str, str, str]] = field(default_factory=list)
    undoes: list[tuple[str, str]] = field(default_factory=list)
    expected: list[tuple[str, str]] = field(default_factory=list)
    outcome: str = "passe"

    def id(self, name: str) -> str:
        """The id that the tool gives to `name`."""
        return self.tool.identify(name)


def sketches() -> Iterator[Sketch]:
    """Every drawing of the zoo."""
    text = (HERE / "zoo.txt").read_text(encoding="utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        yield _sketch(part)


def _sketch(text: str) -> Sketch:
    head, *lines = text.splitlines()
    key, tool = head.split()
    sketch = Sketch(key=key, tool=TOOLS[tool])
    stack: list[tuple[int, list[Item]]] = []
    for line in lines:
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip())
        while stack and stack[-1][0] >= depth:
            stack.pop()
        item = _read_line(sketch, bare)
        if item is not None:
            (stack[-1][1] if stack else sketch.pools[-1].items).append(item)
            stack.append((depth, item.inside))
    return sketch


def _read_line(sketch: Sketch, line: str) -> Item | None:
    words = shlex.split(line)
    if words[0] == "pool":
        if sketch.pools[-1].items or sketch.pools[-1].name:
            sketch.pools.append(Pool())
        sketch.pools[-1].name = words[1]
    elif words[0] == "lane":
        sketch.pools[-1].lanes[words[1]] = words[2:]
    elif words[0] == "msg":
        sketch.messages.append((words[1], words[2], words[3] if len(words) > 3 else ""))
    elif words[0] == "undo":
        sketch.undoes.append((words[1], words[2]))
    elif words[0] == "!":
        sketch.expected.append((words[1], words[2] if len(words) > 2 else ""))
    elif words[0] == "=":
        sketch.outcome = words[1]
    elif "->" in words:
        _read_flows(sketch, words)
    else:
        return _item(words)
    return None


def _read_flows(sketch: Sketch, words: list[str]) -> None:
    """`a -> b -> c "label" if="condition"`: the label and the condition belong to the last arrow."""
    names, label, condition = [words[0]], "", ""
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word == "->":
            names.append(rest.pop(0))
        elif word.startswith("if="):
            condition = word[3:]
        else:
            label = word
    for source, target in pairwise(names):
        last = target is names[-1]
        sketch.flows.append((source, target, label if last else "", condition if last else ""))


def _item(words: list[str]) -> Item:
    kind, _, event = words[0].partition(":")
    event, _, host = event.partition("@")
    label = words[2] if len(words) > 2 and "=" not in words[2] else ""
    given = dict(word.split("=", 1) for word in words[3 if label else 2 :] if "=" in word)
    return Item(kind=kind, name=words[1], label=label, event=event, host=host, given=given)


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
        times = {"time": "timeDuration", "cycle": "timeCycle", "date": "timeDate"}
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
