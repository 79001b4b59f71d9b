"""Reads the zoo: the drawings told in drawings/zoo.txt, whose head explains the notation."""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).parent / "drawings"
KINDS = {
    "start": "startEvent", "end": "endEvent", "catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent",
    "bound": "boundaryEvent", "bound-": "boundaryEvent", "task": "task", "user": "userTask", "manual": "manualTask",
    "service": "serviceTask", "send": "sendTask", "receive": "receiveTask", "script": "scriptTask", "rule": "businessRuleTask",
    "call": "callActivity", "sub": "subProcess", "esub": "subProcess", "tx": "transaction", "adhoc": "adHocSubProcess",
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway", "race": "eventBasedGateway",
    "complex": "complexGateway", "data": "dataObjectReference", "note": "textAnnotation", "store": "dataStoreReference",
}  # fmt: skip


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
