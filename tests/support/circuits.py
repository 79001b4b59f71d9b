"""The shipped circuits, decision table, forms and templates, deployed into a test's database."""

from datetime import UTC, datetime
from pathlib import Path

from app.courrier import reponse
from app.db import transaction
from app.wiring import Parts

ROOT = Path(__file__).parents[2]
FIRST_DAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def deploy_shipped(parts: Parts) -> None:
    """As a town hall's first day: forms and decisions before the circuits that name them."""
    with transaction() as session:
        reponse.semer(session)
        for kind, pattern in (("form", "forms/*.form"), ("dmn", "processes/*.dmn"), ("bpmn", "processes/*.bpmn")):
            for path in sorted(ROOT.glob(pattern)):
                key = path.stem if kind == "form" else None
                done = parts.engine.deploy(session, path.read_bytes(), by="systeme", now=FIRST_DAY, kind=kind, key=key)
                assert done.definition is not None, [finding.message for finding in done.findings]

