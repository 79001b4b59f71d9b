"""Reads a diagram as its designer meant it: what is missing is completed, and every completion is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.drawing.completing import complete
from engine.drawing.intake import Intake
from engine.drawing.mending import mend, mendable
from engine.drawing.model import Node, Scope
from engine.drawing.output import Output
from engine.drawing.pools import choose, is_sketch, owner
from engine.drawing.safe import read_xml
from engine.drawing.uses import Uses, uses_of
from engine.drawing.words import fold
from engine.drawing.work import Eased, Work
from engine.findings import Finding

__all__ = ["Drawing", "Eased", "mend", "mendable", "read"]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A diagram that was read.

    `runnable`: BPMN XML, UTF-8, in Camunda 7's dialect, with only what the engine runs.
    `process`: id of the process to run in it; `name`: what people call it.
    `findings`: completions and faults, each with the element as saved.
    `groups`, `forms`, `decisions`, `called`, `topics`, `collections` (lists repeated over): what the steps name.
    `expressions`: (element, kind, source).
    `lanes`: lane by element as saved; `origins`: element as saved by runnable id, where they differ;
    `added`: runnable ids of the steps that completions put in.
    `sketch`: drawn for people: nobody has yet written in it what an engine needs.
    """

    runnable: bytes
    process: str
    name: str
    findings: tuple[Finding, ...]
    groups: tuple[str, ...]
    forms: tuple[str, ...]
    decisions: tuple[str, ...]
    called: tuple[str, ...]
    topics: tuple[str, ...]
    collections: tuple[str, ...]
    expressions: tuple[tuple[str, str, str], ...]
    lanes: Mapping[str, str]
    origins: Mapping[str, str]
    added: frozenset[str]
    sketch: bool

    @property
    def blocked(self) -> bool:
        """Whether a fault keeps it from being deployed."""
        return any(finding.level == "erreur" for finding in self.findings)


def read(
    source: bytes,
    *,
    known_forms: Iterable[str] = (),
    known_groups: Iterable[str] = (),
    known_circuits: Iterable[str] | None = None,
    eased: Eased | None = None,
    default_delay: str = "P15D",
) -> Drawing:
    """The drawing in `source`; DrawingRefused only when nothing can be read at all.

    `known_forms` are the forms a step's verb may choose, `known_groups` the town's, `known_circuits` those that may be
    called, None when that is not known; `default_delay` (ISO 8601 or `${…}`) stands for timers that tell no time.
    `eased` is what checking found that a sketch cannot have meant.
    """
    work = Work(
        forms=known_forms, groups=known_groups, circuits=known_circuits, eased=eased, default_delay=default_delay
    )  # fmt: skip
    intake = Intake(read_xml(source), work)
    process = choose(intake, work)
    whole = owner(process, intake, work)
    scope = intake.scope(process, whole.lane)
    work.sketch = is_sketch(process, scope)
    intake.place(scope)
    if not any(node.tag not in ("startEvent", "endEvent") for node in scope.nodes.values()):
        # BPMN 2.0.2, 10.5.2 and 10.5.3: from a start to an end is a process, however short; a lone start is none.
        work.tell("sans-etape" if scope.flows else "processus-vide", whole)
    complete(scope, whole, work)
    _name_groups(scope, work.groups)
    return _drawing(scope, whole, work)


def _name_groups(scope: Scope, groups: Iterable[str]) -> None:
    """A lane «Service Urbanisme» drawn as «service urbanisme» is the same group."""
    known = {fold(group): group for group in groups}
    for _, node in scope.walk():
        node.lane = known.get(fold(node.lane), node.lane)


def _drawing(scope: Scope, whole: Node, work: Work) -> Drawing:
    nodes = [node for _, node in scope.walk()]
    used: Uses = uses_of(scope)
    return Drawing(
        runnable=Output(whole.id, whole.name).write(scope),
        process=whole.id,
        name=whole.name or whole.saved,
        findings=tuple(work.findings),
        groups=used.groups,
        forms=used.forms,
        decisions=used.decisions,
        called=used.called,
        topics=used.topics,
        collections=used.collections,
        expressions=used.expressions,
        lanes={node.saved: node.lane for node in nodes if node.lane and not node.added},
        added=frozenset(node.id for node in nodes if node.added),
        origins={node.id: node.saved for node in [*nodes, whole] if node.id != node.saved},
        sketch=work.sketch,
    )
