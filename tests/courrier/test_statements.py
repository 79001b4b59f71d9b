"""How many statements doing a task sends: on PostgreSQL each is a journey over the network."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.courrier import corbeille, journal, journey
from app.courrier.tables import Courrier
from engine import Engine, Task, locking
from tests.bench.counting import Count, counting
from tests.courrier.marche import engine, qui, recu

__all__ = ["engine"]

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
REFERENCE = Path(__file__).parents[1] / "bench/reference.bpmn"
TENUE = locking(corbeille.avec_la_maison(select(Task).where(Task.id == bindparam("task"))))
ANSWERS = {"annoter": {"note": "Vu.", "suite": "repondre"}, "valider": {"decision": "approuver"}, "viser": {"decision": "viser"}}


def ouverte(session: Session, courrier: Courrier) -> tuple[int, str]:
    ouvertes = select(Task.id, Task.act).where(Task.instance_id == courrier.instance_id, Task.closed_at.is_(None))
    found = session.execute(ouvertes).one()
    session.commit()
    session.expire_all()
    return found[0], found[1]


def par_le_moteur(session: Session, engine: Engine, task_id: int, act: str) -> None:
    task, *house = engine.hold(session, TENUE, {"task": task_id}) or ()
    corbeille.retenir_la_maison(session, *house)
    engine.complete(session, task_id, engine.clean(session, task, ANSWERS[act]), by="claire", now=LUNDI)
    journal.noter(session, acteur="claire", acte=act, sujet=task.subject, now=LUNDI)


def test_a_completion_sends_few_statements_in_one_commit(session: Session, engine: Engine) -> None:
    engine.deploy(session, REFERENCE.read_bytes(), by="sacha", now=LUNDI)
    claire, sent = qui(session, "claire"), dict[str, list[Count]]()
    for way in ("once before, to fill what the process keeps", "trade", "engine"):
        courrier = recu(session, engine, now=LUNDI, circuit="reference")
        for _ in ANSWERS:
            task_id, act = ouverte(session, courrier)
            with counting(session.get_bind()) as count:  # type: ignore[arg-type]
                if way == "engine":
                    par_le_moteur(session, engine, task_id, act)
                else:
                    journey.faire(session, engine, claire, task_id, ANSWERS[act], now=LUNDI)
                session.commit()
            sent.setdefault(way, []).append(count)
    assert [len(count.statements) for count in sent["engine"]] == [9, 9, 6]  # 8 each, in the mean
    assert [len(count.statements) for count in sent["trade"]][:2] == [11, 10]  # the last one closes the courrier too
    assert [count.commits for ways in sent.values() for count in ways] == [1] * 9
    assert journal.verifier(session) > 9
