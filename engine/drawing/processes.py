"""What stands around the nodes of a file: which process another one calls, who has which lane, how deep it is nested."""

from collections import Counter

from lxml import etree

from engine.drawing.elements import Element, children, local, words
from engine.drawing.model import NODES

HOLDERS = ("subProcess", "adHocSubProcess", "transaction")


def is_node(element: Element) -> bool:
    """Whether it is a flow node of BPMN."""
    return local(element) in NODES and "BPMN" in (etree.QName(element).namespace or "BPMN")


def called(root: Element, processes: list[Element]) -> dict[str, Element]:
    """The processes with something in them that another of the file calls, once, by id."""
    calls = Counter(one.get("calledElement", "").rpartition(":")[2] for one in root.iter() if local(one) == "callActivity")
    return {
        one.get("id", ""): one
        for one in processes
        if calls[one.get("id", "")] == 1 and any(is_node(inside) for inside in one.iter())
    }


def nesting(holder: Element) -> int:
    """How many sub-processes are in one another down to this one."""
    return 1 + sum(1 for up in holder.iterancestors() if local(up) in HOLDERS)


def lanes(process: Element) -> dict[str, str]:
    """Lane name by node id: the innermost named lane that lists the node, whatever the order in the file."""
    depths: dict[str, tuple[int, str]] = {}
    for lane in process.iter():
        if local(lane) != "lane" or not words(lane.get("name")):
            continue
        depth = sum(1 for up in lane.iterancestors() if local(up) == "lane")
        for reference in children(lane, "flowNodeRef"):
            node = (reference.text or "").strip()
            if depth >= depths.get(node, (-1, ""))[0]:
                depths[node] = (depth, words(lane.get("name")))
    return {node: name for node, (_, name) in depths.items()}
