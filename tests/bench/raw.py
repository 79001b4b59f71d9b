"""The bar to compare with: SpiffWorkflow as it comes, its specification inside its state, one transaction a completion.

The circuit, the values and the rows written are ours; nobody is recognised, nothing is checked.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Connection, Engine, insert, select, update

from app.courrier.tables import JournalTete, LigneJournal
from engine.tables import Instance, Task, TaskGroup, Timer
from tests.bench.town import AGENT, ANSWERS, BUREAU, REFERENCE

SERIALIZER = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())


def specification() -> Any:
    """The reference circuit as SpiffWorkflow wants it: delays quoted, and no service, which its serialiser does not know."""
    drawn = REFERENCE.read_bytes().replace(b">P2D<", b'>"P2D"<').replace(b"bpmn:serviceTask", b"bpmn:task")
    parser = BpmnParser()
    parser.add_bpmn_str(drawn)
    return parser.get_spec("reference")


class Raw:
    """Instances run by SpiffWorkflow alone, in the rows of the engine's own tables."""

    def __init__(self, engine: Engine, definition_id: int) -> None:
        """`definition_id` is only what the foreign key asks."""
        self.engine, self.definition_id, self.spec = engine.execution_options(writes=True), definition_id, specification()

    def start(self, number: int) -> int:
        """A new instance at its first user task; its id."""
        workflow = BpmnWorkflow(self.spec)
        workflow.data.update({"bureau": BUREAU, "nature": "urbanisme", "sens": "arrivee", "urgent": False})
        workflow.do_engine_steps()
        now = datetime.now(UTC)
        with self.engine.begin() as connection:
            row = {"definition_id": self.definition_id, "subject": f"brut:{number}", "status": "running", "started_at": now,
                   "started_by": AGENT, "state": SERIALIZER.serialize_json(workflow).encode(), "step": 0}
            made = connection.execute(insert(Instance.__table__).values(row).returning(Instance.id)).scalar_one()
            self._open(connection, made, number, workflow, now)
        return int(made)

    def complete(self, instance_id: int, number: int) -> None:
        """Do the open user task."""
        now = datetime.now(UTC)
        with self.engine.begin() as connection:
            query = select(Instance.state, Instance.step, Task.id, Task.token, Task.step.label("element"))
            query = query.join(Task, Task.instance_id == Instance.id).where(Instance.id == instance_id, Task.closed_at.is_(None))
            row = connection.execute(query.with_for_update(of=Instance)).one()
            workflow = SERIALIZER.deserialize_json(row.state.decode())
            values = ANSWERS[row.element]
            task = next(one for one in workflow.get_tasks(state=TaskState.READY, manual=True) if one.id.hex == row.token)
            task.data.update(values)
            task.run()
            workflow.do_engine_steps()
            workflow.refresh_waiting_tasks()
            closed = {"closed_at": now, "closed_by": AGENT, "outcome": "done", "result": values}
            connection.execute(update(Task.__table__).where(Task.id == row.id, Task.closed_at.is_(None)).values(closed))
            connection.execute(update(TaskGroup.__table__).where(TaskGroup.task_id == row.id).values(closed_at=now))
            if row.element == "valider":
                connection.execute(update(Timer.__table__).where(Timer.instance_id == instance_id).values(cancelled_at=now))
            self._open(connection, instance_id, number, workflow, now)
            over = workflow.is_completed()
            state = {"state": SERIALIZER.serialize_json(workflow).encode(), "step": row.step + 1,
                     "status": "completed" if over else "running", "ended_at": now if over else None}
            same = (Instance.id == instance_id, Instance.step == row.step)
            connection.execute(update(Instance.__table__).where(*same).values(state))
            self._note(connection, number, row, now)

    @staticmethod
    def _open(connection: Connection, instance_id: int, number: int, workflow: Any, now: datetime) -> None:
        for task in workflow.get_tasks(state=TaskState.READY, manual=True):
            name = task.task_spec.bpmn_id
            row = {"instance_id": instance_id, "subject": f"brut:{number}", "token": task.id.hex, "step": name, "name": name,
                   "act": name, "form": name, "opened_at": now, "due": now}
            made = connection.execute(insert(Task.__table__).values(row).returning(Task.id)).scalar_one()
            connection.execute(insert(TaskGroup.__table__).values(task_id=made, group_key=BUREAU, due=now))
            if name == "valider":
                timer = {"instance_id": instance_id, "token": task.id.hex, "step": "retard", "name": "", "due_at": now}
                connection.execute(insert(Timer.__table__).values(timer))

    @staticmethod
    def _note(connection: Connection, number: int, row: Any, now: datetime) -> None:
        head = update(JournalTete.__table__).where(JournalTete.id == 1)
        last = connection.execute(
            head.values(numero=JournalTete.numero + 1).returning(JournalTete.numero, JournalTete.empreinte)
        ).one()
        said = {"numero": last.numero, "quand": now.isoformat(), "acteur": AGENT, "acte": row.element, "sujet": f"brut:{number}",
                "details": {"tache": row.id, "etape": row.element}}
        text = json.dumps(said, sort_keys=True)
        seal = hashlib.sha256((last.empreinte + text).encode()).hexdigest()
        connection.execute(insert(LigneJournal.__table__).values(
            numero=last.numero, quand=now, acteur=AGENT, acte=row.element, sujet=f"brut:{number}", ligne=text,
            precedente=last.empreinte, empreinte=seal,
        ))
        connection.execute(head.values(empreinte=seal))
