"""A runnable diagram, in Camunda's dialect, as the specifications that SpiffWorkflow runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.drawing.safe import read_xml
from engine.errors import DrawingRefused
from engine.parsing.reader import Reader

__all__ = ["Blueprint", "parse"]


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """One circuit ready to run: shared by all its instances and by threads, so nothing may change it.

    `inner` are the specifications of its sub-processes and of the circuits it calls, by the name its steps use.
    """

    key: str
    spec: Any
    inner: Mapping[str, Any]
    flows: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (step, step) -> flow id

    def spec_of(self, name: str) -> Any:
        """The specification of that name, "" for the circuit itself."""
        return self.inner[name] if name else self.spec


def parse(runnable: bytes, *, called: Mapping[str, bytes] | None = None) -> Blueprint:
    """The blueprint of `runnable`; `called` are the runnable diagrams of the circuits it calls, by their key.

    DrawingRefused when a circuit uses what cannot run; the drawing module says so before with more words.
    """
    reader = _reader(runnable, "")
    inner = dict(reader.inner)
    for key, source in (called or {}).items():
        other = _reader(source, key)
        inner |= {f"{key}/": other.spec, **other.inner}
    return Blueprint(key=reader.process, spec=reader.spec, inner=inner, flows=reader.flows)


def _reader(source: bytes, prefix: str) -> Reader:
    try:
        return Reader(read_xml(source), prefix)
    except ValidationException as error:
        raise DrawingRefused(reason=str(error)) from error
