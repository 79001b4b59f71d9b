"""How long `flask servir` takes from its start to its first page, on a database that is there, and what it weighs then."""

import statistics
from collections.abc import Iterator

from app.db import db
from tests.bench.figures import Figure
from tests.bench.processes import cpu_seconds, free_port, megabytes, serving, servir
from tests.bench.town import Bench, environment, register, town


def measure(bench: Bench) -> Iterator[Figure]:
    """Several starts; the median."""
    with town(bench, "sqlite", "depart") as app:
        register(20)
        db.engine.dispose()
        settings = environment(app)
    seconds, memory, cpu = [], [], []
    for _ in range(bench.many(5, 2)):
        port = free_port()
        with serving(servir(port), port, settings) as (process, took):
            seconds.append(took)
            memory.append(megabytes(process))
            cpu.append(cpu_seconds(process))
    yield Figure(key="start_s", what="start to first page, median", value=statistics.median(seconds), unit="s", target="≤ 2")
    yield Figure(key="start_cpu_s", what="CPU spent until then", value=statistics.median(cpu), unit="s")
    yield Figure(key="start_rss_mb", what="memory of the one process then", value=statistics.median(memory), unit="MB",
                 target="≤ 200")  # fmt: skip
