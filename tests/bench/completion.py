"""A user task completed in process: by the engine alone, by the whole trade, and by SpiffWorkflow as it comes, in turns."""

import gc
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select, text

from app.courrier import corbeille, habilitations, journal, journey, organisation
from app.db import db, transaction
from app.web.context import parts
from engine import Task, locking
from engine.tables import Definition, Instance
from tests.bench.counting import counting
from tests.bench.figures import Figure, ratio, spread
from tests.bench.raw import Raw
from tests.bench.town import AGENT, ANSWERS, Bench, open_task, register, town

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
WAYS = {"engine": "completion by the engine", "trade": "completion by the trade", "raw": "completion by raw SpiffWorkflow"}
HELD = locking(corbeille.avec_la_maison(select(Task).where(Task.id == bindparam("task"))))
WARM = 3  # courriers whose times are left out: caches fill, statements are compiled
Work = Callable[[int, str], None]
Samples = defaultdict[str, list[float]]


def by_engine(task_id: int, act: str) -> None:
    """The engine alone: the form checked, the task done, a line in the journal."""
    now, engine = datetime.now(UTC), parts().engine
    with transaction() as session:
        task, *house = engine.hold(session, HELD, {"task": task_id}) or ()
        corbeille.retenir_la_maison(session, *house)
        values = engine.clean(session, task, ANSWERS[act], now=now)
        engine.complete(session, task_id, values, by=AGENT, now=now)
        journal.noter(session, acteur=AGENT, acte=act, sujet=task.subject, now=now, tache=task_id)


def by_trade(moi: habilitations.Moi) -> Work:
    """What a page does once it knows who asks: rights, form, act, circuit, journal, and what follows."""

    def work(task_id: int, act: str) -> None:
        with transaction() as session:
            journey.faire(session, parts().engine, moi, task_id, ANSWERS[act], now=datetime.now(UTC))

    return work


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(bench: Bench) -> Iterator[Figure]:
    """Both databases, one after the other."""
    for kind in NAMES:
        with town(bench, kind, f"completion_{kind}"):
            samples = _completions(bench.many(50, 12))
            yield from _told(kind, samples)
            yield from _stored(kind)
            yield _written(kind, bench.many(60, 20))


def _completions(rounds: int) -> Samples:
    session = db.session()
    moi = habilitations.moi(session, organisation.agent(session, AGENT))
    definition = session.scalars(select(Definition.id).where(Definition.key == "reference")).one()
    raw, samples = Raw(db.engine, definition), Samples(list)
    ways = {"engine": (by_engine, register(rounds + WARM)), "trade": (by_trade(moi), register(rounds + WARM))}
    for number in range(rounds + WARM):
        alone = raw.start(number)
        kept = samples if number >= WARM else Samples(list)
        for _ in ANSWERS:
            for way, (work, courriers) in ways.items():
                _ours(kept, way, work, *open_task(courriers[number]))
            _timed(kept, "raw", lambda: raw.complete(alone, number))  # noqa: B023  # called at once
        gc.collect()
    return samples


def _ours(samples: Samples, way: str, work: Work, task_id: int, act: str) -> None:
    with counting(db.engine) as count:
        _timed(samples, way, lambda: work(task_id, act))
    db.session.remove()
    samples[f"{way}_sql"].append(len(count.statements))
    samples[f"{way}_commits"].append(count.commits)


def _timed(samples: Samples, way: str, work: Callable[[], object]) -> None:
    """Seconds on the wall, and of this process's own CPU, which neighbours disturb less."""
    began = time.process_time()
    samples[way].append(timed(work))
    samples[f"{way}_cpu"].append(time.process_time() - began)


def _told(kind: str, samples: Samples) -> Iterator[Figure]:
    for way, what in WAYS.items():
        yield from spread(f"{way}_{kind}", f"{what}, {NAMES[kind]}", samples[way])
    for way, what in WAYS.items():
        yield Figure(key=f"{way}_{kind}_cpu_ms", what=f"{what}, {NAMES[kind]}: CPU, median", unit="ms",
                     value=statistics.median(samples[f"{way}_cpu"]) * 1000)  # fmt: skip
    for way in ("engine", "trade"):
        what = f"{WAYS[way]}, {NAMES[kind]}"
        yield Figure(key=f"{way}_{kind}_ratio", what=f"{what}: against raw", value=ratio(samples[way], samples["raw"]),
                     unit="times", target="≤ 2.5")  # fmt: skip
        yield Figure(key=f"{way}_{kind}_sql", what=f"{what}: SQL statements, mean", value=statistics.mean(samples[f"{way}_sql"]),
                     target="≤ 8")  # fmt: skip
        yield Figure(key=f"{way}_{kind}_commits", what=f"{what}: commits, mean", target="1",
                     value=statistics.mean(samples[f"{way}_commits"]))  # fmt: skip


def _written(kind: str, count: int) -> Figure:
    """What the database grows by for a courrier registered and walked to its end, indexes and journal included."""
    work = by_trade(habilitations.moi(db.session(), organisation.agent(db.session(), AGENT)))
    before = _size(kind)
    for courrier in register(count):
        for _ in ANSWERS:
            work(*open_task(courrier))
            db.session.remove()
    return Figure(key=f"circuit_{kind}_bytes", what=f"stored for a courrier and its finished circuit, {NAMES[kind]}",
                  value=(_size(kind) - before) / count, unit="bytes")  # fmt: skip


def _size(kind: str) -> int:
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    asked = pages if kind == "sqlite" else "SELECT pg_database_size(current_database())"
    with db.engine.connect() as connection:
        return int(connection.execute(text(asked)).scalar_one())


def _stored(kind: str) -> Iterator[Figure]:
    """What an instance's state weighs, in its middle and at its end, ours and SpiffWorkflow's own."""
    length = func.length(Instance.state)
    for key, mark, what in (("state", "courrier:%", "state"), ("raw_state", "brut:%", "raw SpiffWorkflow’s state")):
        size = db.session().scalar(select(func.max(length)).where(Instance.subject.like(mark)))
        target = "≤ 5,000" if key == "state" else ""
        yield Figure(key=f"{key}_{kind}_bytes", what=f"{what} of a finished instance, {NAMES[kind]}", value=size, unit="bytes",
                     target=target)  # fmt: skip
