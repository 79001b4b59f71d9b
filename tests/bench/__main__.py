"""`python -m tests.bench [MEASUREMENT…]`: a table, then one line of JSON; `BENCH=quick` measures less of everything."""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import completion, deploying, listing, over_http, reading, searching, starting, ticking
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
    "deploy": deploying.measure,
}


def main(names: list[str]) -> None:
    """Measure what is named, or everything."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="mesures-") as folder, running(fsync=True) as cluster:
        bench = Bench(folder=Path(folder), cluster=cluster, quick=os.environ.get("BENCH") == "quick")
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
