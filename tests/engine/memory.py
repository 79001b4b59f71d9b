"""A circuit in memory, saved and restored at every step: what the engine does to an instance, without a database."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from engine import codec
from engine.drawing import read
from engine.errors import ServiceFailed
from engine.instance.base import Element
from engine.instance.circuit import Circuit
from engine.instance.script import Script
from engine.parsing import Blueprint, parse

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


class Run:
    """One instance; steps are named by their element."""

    def __init__(self, source: bytes, *, called: Mapping[str, bytes] | None = None, raw: bool = False, **data: object) -> None:
        """`raw`: the source is parsed as it is, without being completed first."""
        self.blueprint: Blueprint = parse(
            source if raw else read(source).runnable, called={key: read(other).runnable for key, other in (called or {}).items()}
        )
        self.now, self.by = NOW, "claire"
        self.calls: list[str] = []
        self.failing: set[str] = set()
        self.circuit = Circuit.start(self.blueprint, data, self.script())

    def script(self) -> Script:
        """What the transaction of the moment sees."""
        return Script(
            now=self.now, by=self.by, view=dict, functions=self.functions, serve=self.serve,
            decide=lambda _decision, names: {"circuit": names.get("nature")}, default_delay=timedelta(days=15),
        )  # fmt: skip

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """As the trade's."""
        return {"jours_ouvres": lambda count: (self.now + timedelta(days=int(count))).date()}

    def serve(
        self, element: Element, _about: Element | None, inputs: Mapping[str, object], _data: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Write down what is called."""
        if element.id in self.failing:
            raise ServiceFailed(topic=element.id, reason="la machine est en panne")
        self.calls.append(element.id)
        return dict(inputs)

    def restore(self) -> None:
        """Save and restore, as between two transactions; what is restored is what was saved."""
        state = codec.dump(self.circuit.workflow)
        workflow = codec.load(state, self.blueprint, self.script())
        assert codec.dump(workflow) == state
        self.circuit = Circuit(self.blueprint, workflow, workflow.script_engine)

    @property
    def open(self) -> list[str]:
        """The elements that wait for a person, in order."""
        return [one.element.id for one in self.circuit.opened().values()]

    @property
    def data(self) -> dict[str, object]:
        """The instance's data."""
        return self.circuit.data

    def token(self, element: str, rank: int = 0) -> str:
        """The token that waits at `element`."""
        return [token for token, one in self.circuit.opened().items() if one.element.id == element][rank]

    def do(self, element: str, rank: int = 0, **values: object) -> "Run":
        """Complete one of the tasks open at `element`."""
        self.restore()
        self.circuit.complete(self.token(element, rank), values)
        return self

    def fire(self, element: str) -> "Run":
        """Let a timer go off at the time when it is due."""
        self.restore()
        token, due = next((token, due) for token, (due, one) in self.circuit.timers().items() if one.id == element)
        self.now = max(self.now, due)
        self.restore()
        self.circuit.fire(token)
        return self

    @property
    def timers(self) -> dict[str, datetime]:
        """When each timer is due."""
        return {element.id: due for due, element in self.circuit.timers().values()}

    @property
    def causes(self) -> list[str]:
        """Why tokens cannot go on."""
        return [fault.cause for fault in self.circuit.faults().values()]
