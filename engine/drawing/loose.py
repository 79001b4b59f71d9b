"""Ties what people drew beside a box, on its border or onto another arrow to the boxes it was meant for."""

from collections.abc import Iterable

from engine.drawing.layout import Layout
from engine.drawing.model import ACTIVITIES, Flow, Scope
from engine.drawing.work import Work

MAX_LOOSE = 100  # arrows looked at; a drawing with more of them was not drawn by hand

_ATTACHED = ("message", "timer", "error", "escalation", "signal", "conditional", "cancel")


def attach(scope: Scope, flows: Iterable[Flow], layout: Layout, work: Work) -> None:
    """Attach an event to which no arrow leads, drawn on the border of a step, to that step; `flows` as saved."""
    reached = {flow.target for flow in flows}
    hosts = {node.saved: node for _, node in scope.walk() if node.saved and node.tag in ACTIVITIES}
    for _, node in scope.walk():
        if node.tag != "intermediateCatchEvent" or node.kind not in _ATTACHED or node.saved in reached:
            continue
        host = hosts.get(layout.border(node.saved, among=hosts))
        if host is not None:
            node.tag, node.attached = "boundaryEvent", host.saved
            work.tell("bord-recolle", node, around=host.name or host.saved, host=host.saved)


class Loose:
    """The arrows of a drawing that are not tied at both ends, once they are tied to what lies there.

    `flows` are all its arrows, `boxes` the ids as saved that an arrow may be tied to, `nodes` those of the whole file.
    `tied`: arrows that lead from one box to another now; `onto`: ids of those that were drawn onto another arrow;
    `trunks`: arrows that lead nowhere by themselves, from which or into which others branch.
    """

    def __init__(self, layout: Layout, flows: Iterable[Flow], *, boxes: set[str], nodes: set[str]) -> None:
        self._layout, self._boxes = layout, boxes
        flows = list(flows)
        loose = [flow for flow in flows if flow.source not in nodes or flow.target not in nodes][:MAX_LOOSE]
        self._ends = {flow.saved: [flow.source, flow.target] for flow in flows if flow not in loose}
        self._ends |= {flow.saved: self._beside(flow, nodes) for flow in loose}
        self._lending: set[str] = set()
        self.onto: set[str] = set()
        for flow in loose:
            self._branch(flow.saved)
        self.tied = [flow for flow in loose if boxes.issuperset(self._ends[flow.saved])]
        self.trunks = [flow for flow in loose if flow not in self.tied and flow.saved in self._lending]
        for flow in self.tied:
            flow.source, flow.target = self._ends[flow.saved]

    def _beside(self, flow: Flow, nodes: set[str]) -> list[str]:
        """Both ends, "" where there is no box."""
        source, target = (end if end in nodes else "" for end in (flow.source, flow.target))
        source = source or self._layout.near(flow.saved, last=False, among=self._boxes - {target})
        return [source, target or self._layout.near(flow.saved, last=True, among=self._boxes - {source})]

    def _branch(self, name: str) -> None:
        """What leaves an arrow begins where that one begins; what runs into one ends where that one ends."""
        ends = self._ends[name]
        if all(ends) or not any(ends) or name in self._lending:
            return
        last = not ends[1]
        others = [
            other for other, its in self._ends.items() if other != name and its[last] in self._boxes and its[last] not in ends
        ]
        found = self._layout.under(name, last=last, among=others)
        if found:
            ends[last] = self._ends[found][last]
            self._lending.add(found)
            self.onto.add(name)
