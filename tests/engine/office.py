"""A small town hall for the engine's tests: its people, its services, its circuits drawn in a few lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from engine import Call, Engine, Host, Step, Task

BPMN = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="essai">{outside}'
    '<bpmn:process id="{key}" name="{key}" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'
)
NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


def draw(inside: str, *, key: str = "essai", outside: str = "") -> bytes:
    """A diagram from its nodes; `a -> b` lines become sequence flows, `a -> b : condition` conditional ones."""
    nodes, flows = [], []
    for line in inside.strip().splitlines():
        text = line.strip()
        if " -> " in text and not text.startswith("<"):
            arrow, _, condition = text.partition(" : ")
            source, target = (one.strip() for one in arrow.split(" -> "))
            body = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
            ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
            flows.append(f"<bpmn:sequenceFlow {ends}>{body}</bpmn:sequenceFlow>")
        else:
            nodes.append(text)
    return BPMN.format(inside="".join(nodes) + "".join(flows), key=key, outside=outside).encode()


def user(identifier: str, more: str = "", inside: str = "") -> str:
    """A user task of the bureau urbanisme."""
    who = "" if "candidateGroups" in more or "assignee" in more else ' camunda:candidateGroups="urbanisme"'
    return f'<bpmn:userTask id="{identifier}" name="{identifier.capitalize()}"{who} {more}>{inside}</bpmn:userTask>'


def service(identifier: str, topic: str = "noter") -> str:
    """A service task."""
    return f'<bpmn:serviceTask id="{identifier}" name="{identifier}" camunda:type="external" camunda:topic="{topic}"/>'


def border(identifier: str, host: str, delay: str = "P3D", *, kind: str = "timeDuration", interrupting: bool = False) -> str:
    """A timer on a step's border."""
    return (
        f'<bpmn:boundaryEvent id="{identifier}" attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}">'
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{delay}</bpmn:{kind}></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )


@dataclass(kw_only=True)
class Office:
    """The engine with services that write down what they are asked; `failing` topics fail."""

    calls: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    gives: dict[str, Mapping[str, object]] = field(default_factory=dict)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        """An engine of its own."""
        self.engine = Engine(
            Host(
                services={topic: self._service(topic) for topic in ("noter", "relancer", "expedier")},
                functions=self._functions,
                view=lambda _session, subject: {"courrier": {"sujet": subject, "urgent": False}},
                groups=lambda _session, text, _data: tuple(part.strip() for part in text.split(",") if part.strip()),
                default_delay=timedelta(days=15),
            )
        )

    def _service(self, topic: str) -> Callable[[Call], Mapping[str, object] | None]:
        def run(call: Call) -> Mapping[str, object] | None:
            if topic in self.failing:
                raise RuntimeError("la machine est en panne")
            self.calls.append((call.step, dict(call.inputs)))
            return self.gives.get(topic)

        return run

    @staticmethod
    def _functions(_session: Session, now: datetime) -> Mapping[str, Callable[..., object]]:
        def jours_ouvres(count: int) -> date:
            return (now + timedelta(days=int(count))).date()

        def chef(bureau: str) -> str:
            return f"{bureau}.chef"

        return {"jours_ouvres": jours_ouvres, "chef": chef, "aujourdhui": now.date}

    def deploy(self, session: Session, source: bytes, **more: str) -> int:
        """Deploy what must be deployable."""
        done = self.engine.deploy(session, source, by="chloe", now=NOW, **more)
        assert done.definition is not None, [finding.message for finding in done.findings]
        return done.definition.id

    def start(self, session: Session, key: str = "essai", **data: object) -> Step:
        """Start a circuit about the courrier 12."""
        return self.engine.start(session, key, subject="courrier:12", data={"bureau": "urbanisme", **data}, by="omar", now=NOW)

    def do(self, session: Session, task: Task, *, by: str = "claire", now: datetime = NOW, **values: object) -> Step:
        """Complete a task."""
        return self.engine.complete(session, task.id, values, by=by, now=now)
