"""`python -m tests.bench [MEASUREMENT…]`: a table, then one line of JSON; `BENCH=quick` measures less of everything."""

import os
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from tests.bench import (
    accuracy,
    completion,
    deploying,
    listing,
    over_http,
    proposing,
    reading,
    registering,
    searching,
    starting,
    ticking,
)
from tests.bench.figures import Figure, as_json, line
from tests.bench.town import Bench
from tests.support.cluster import running

MEASUREMENTS = {
    "completion": completion.measure,
    "http": over_http.measure,
    "start": starting.measure,
    "clock": ticking.measure,
    "corbeille": listing.measure,
    "search": searching.measure,
    "reading": reading.measure,
    "accuracy": accuracy.measure,
    "proposals": proposing.measure,
    "registering": registering.measure,
    "deploy": deploying.measure,
}


def machine() -> str:
    """What this ran on, and how busy it was."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("SpiffWorkflow", "SQLAlchemy", "Flask", "psycopg", "Whoosh"))
    models = (one.partition(": ")[2] for one in Path("/proc/cpuinfo").read_text().splitlines() if one.startswith("model name"))
    load, memory = ", ".join(f"{one:.1f}" for one in os.getloadavg()), psutil.virtual_memory().total / 1e9
    return (f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} × {next(models, 'CPU')}, {memory:.0f} GB, load {load}\n"
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}")  # fmt: skip


def main(names: list[str]) -> None:
    """Measure what is named, or everything."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="mesures-") as folder, running(fsync=True) as cluster:
        bench = Bench(folder=Path(folder), cluster=cluster, quick=os.environ.get("BENCH") == "quick")
        print(machine())
        for name in names or MEASUREMENTS:
            began = time.monotonic()
            print(f"\n{name}")
            for figure in MEASUREMENTS[name](bench):
                print(line(figure), flush=True)
                figures.append(figure)
            print(f"({time.monotonic() - began:.0f} s)")
    print()
    print(as_json(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
