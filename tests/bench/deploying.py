"""A drawing read, completed, checked and deployed: the town hall's largest circuit."""

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime

from app.db import db
from app.web.context import parts
from tests.bench.completion import timed
from tests.bench.figures import Figure
from tests.bench.town import Bench, town
from tests.support.circuits import ROOT


def measure(bench: Bench) -> Iterator[Figure]:
    """Each time with another comment, so that it is another version."""
    source = (ROOT / "processes/arrivee.bpmn").read_bytes()
    with town(bench, "sqlite", "dessin"):
        engine, session, now = parts().engine, db.session(), datetime.now(UTC)
        checks, deploys = [], []
        for turn in range(bench.many(10, 3)):
            changed = source + f"<!-- {turn} -->".encode()
            checks.append(timed(lambda: engine.check(session, changed)))  # noqa: B023  # called at once
            deploys.append(timed(lambda: engine.deploy(session, changed, by="paul", now=now)))  # noqa: B023
    yield Figure(key="check_ms", what="arrivee.bpmn checked, median", value=statistics.median(checks) * 1000, unit="ms")
    yield Figure(key="deploy_ms", what="arrivee.bpmn deployed, median", value=statistics.median(deploys) * 1000, unit="ms")
