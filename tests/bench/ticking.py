"""The clock: a tick when nothing is due, and a thousand due timers before three clocks at once."""

import multiprocessing
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update

from app import create_app, travaux
from app.config import Config
from app.courrier.tables import LigneJournal
from app.db import db, transaction
from app.web.context import parts
from engine.tables import Timer
from tests.bench.cloning import SPACE, clone
from tests.bench.completion import NAMES, by_engine, timed
from tests.bench.figures import Figure
from tests.bench.town import Bench, open_task, register, town

CLOCKS = 3


def measure(bench: Bench) -> Iterator[Figure]:
    """Both databases, one after the other."""
    waiting, due = bench.many(100_000, 5_000), bench.many(1000, 60)
    for kind in NAMES:
        with town(bench, kind, f"horloge_{kind}") as app:
            (seed,) = register(1)
            by_engine(*open_task(seed))
            with transaction() as session:
                clone(session, seed, waiting, [datetime.now(UTC) + timedelta(days=day) for day in range(2, 40)])
            _analyse()
            yield from _idle(kind, waiting)
            with transaction() as session:
                past = datetime.now(UTC) - timedelta(hours=1)
                session.execute(update(Timer).where(Timer.id > SPACE, Timer.id <= SPACE + due).values(due_at=past))
            yield from _fired(app.extensions["vaguemestre"].config, kind, due)


def _analyse() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _idle(kind: str, waiting: int) -> Iterator[Figure]:
    seconds = []
    for _ in range(50):
        seconds.append(timed(lambda: travaux.reveiller(parts())))
        db.session.remove()
    yield Figure(key=f"tick_{kind}_ms", what=f"idle tick with {waiting:,} waiting timers, {NAMES[kind]}, median", unit="ms",
                 value=statistics.median(seconds) * 1000, target="≤ 5")  # fmt: skip


def _fired(config: Config, kind: str, due: int) -> Iterator[Figure]:
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(CLOCKS + 1), context.Queue()
    clocks = [context.Process(target=_clock, args=(config, ready, results), daemon=True) for _ in range(CLOCKS)]
    for clock in clocks:
        clock.start()
    ready.wait()
    took = timed(lambda: [clock.join() for clock in clocks])
    fired = sum(results.get() for _ in clocks)
    told = select(func.count()).where(LigneJournal.acte == "relance").group_by(LigneJournal.sujet)
    times = list(db.session().scalars(told))
    db.session.remove()
    what = f"{due:,} due timers, {CLOCKS} clocks at once, {NAMES[kind]}"
    yield Figure(key=f"fired_{kind}", what=f"{what}: fired", value=fired, target=f"{due:,}")
    yield Figure(key=f"fired_{kind}_doubles", what=f"{what}: reminders told twice", value=sum(times) - len(times), target="0")
    yield Figure(key=f"fired_{kind}_s", what=f"{what}: all fired in", value=took, unit="s")


def _clock(config: Config, ready: Any, results: Any) -> None:
    """One clock, in a process of its own, until nothing is due."""
    app, fired = create_app(config), 0
    with app.app_context():
        parts().engine.due(db.session(), now=datetime.now(UTC))
        ready.wait()
        give_up = time.monotonic() + 300
        while parts().engine.due(db.session(), now=datetime.now(UTC), limit=1) and time.monotonic() < give_up:
            db.session.remove()
            fired += travaux.reveiller(parts())
            db.session.remove()
    results.put(fired)
