"""The corbeille among a hundred thousand open tasks: the SQL of its page, and the index that the database chose."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import Connection, event, text

from app.courrier import corbeille, habilitations, organisation
from app.db import db, transaction
from tests.bench.cloning import clone
from tests.bench.completion import NAMES, timed
from tests.bench.figures import Figure
from tests.bench.town import AGENT, Bench, register, town
from tests.support.visitors import visitor

INDEXES = ("task_group_open", "task_open_holder", "task_open_due")


class Clock:
    """Seconds spent in the database, and the last listing it was asked for."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.seconds = self.began = 0.0
        self.asked: list[tuple[str, object]] = []


@contextmanager
def database_time() -> Iterator[Clock]:
    """Time what is sent to the database, the reading of its rows left out."""
    clock = Clock()

    def before(_connection: Connection, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        clock.asked.append((statement, parameters))
        clock.began = time.perf_counter()

    def after(*_: object) -> None:
        clock.seconds += time.perf_counter() - clock.began

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "after_cursor_execute", after)
    try:
        yield clock
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
        event.remove(db.engine, "after_cursor_execute", after)


def measure(bench: Bench) -> Iterator[Figure]:
    """Both databases, one after the other."""
    count = bench.many(100_000, 5_000)
    for kind in NAMES:
        with town(bench, kind, f"corbeille_{kind}") as app:
            (seed,) = register(1)
            with transaction() as session:
                clone(session, seed, count, [datetime.now(UTC) + timedelta(days=day) for day in range(-5, 55)])
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            yield from _lists(kind, count)
            yield from _page(app, kind, count)


def _lists(kind: str, count: int) -> Iterator[Figure]:
    now, moi = datetime.now(UTC), habilitations.moi(db.session(), organisation.agent(db.session(), AGENT))
    for view in ("moi", "bureau"):
        seconds, plan = _timed(lambda: corbeille.liste(db.session(), moi, corbeille.Filtre(vue=view), now=now))  # noqa: B023
        used = sorted(name for name in INDEXES if name in plan)
        what = f"corbeille «{view}», {count:,} open tasks, {NAMES[kind]}"
        yield Figure(key=f"corbeille_{view}_{kind}_ms", what=f"{what}: SQL of the list", value=seconds * 1000, unit="ms",
                     target="≤ 5")  # fmt: skip
        yield Figure(key=f"corbeille_{view}_{kind}_indexes", what=f"{what}: partial indexes used", value=len(used),
                     target=", ".join(used))  # fmt: skip


def _timed(ask: Callable[[], object]) -> tuple[float, str]:
    """The median seconds in the database, and its plan for the statement that chooses the tasks, sent first."""
    seconds = []
    for _ in range(15):
        with database_time() as clock:
            ask()
        db.session.remove()
        seconds.append(clock.seconds)
    statement, parameters = next(one for one in clock.asked if not one[0].startswith("BEGIN"))
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    with db.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(explain + statement, parameters).all())  # type: ignore[arg-type]
    return statistics.median(seconds), plan


def _page(app: Flask, kind: str, count: int) -> Iterator[Figure]:
    agent, seconds, whole = visitor(app, AGENT), [], []
    for _ in range(10):
        with database_time() as clock:
            whole.append(timed(lambda: agent.get("/bureau")))
        seconds.append(clock.seconds)
    what = f"page of the bureau, {count:,} open tasks, {NAMES[kind]}"
    yield Figure(key=f"corbeille_page_{kind}_sql_ms", what=f"{what}: all its SQL", unit="ms", target="≤ 5",
                 value=statistics.median(seconds) * 1000)  # fmt: skip
    yield Figure(key=f"corbeille_page_{kind}_ms", what=f"{what}: whole", value=statistics.median(whole) * 1000, unit="ms")
