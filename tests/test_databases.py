"""The tests' own databases are what they say."""

from datetime import UTC, datetime

from sqlalchemy import create_engine, inspect
from sqlalchemy.orm import Session

from app.courrier.tables import JournalTete
from engine.tables import Definition


def test_each_test_has_a_database_of_its_own(session: Session) -> None:
    session.add(JournalTete(id=1))
    session.commit()
    assert session.get_one(JournalTete, 1).numero == 0


def test_a_moment_comes_back_aware_in_utc(session: Session, now: datetime) -> None:
    session.add(Definition(kind="bpmn", key="k", version=1, name="", sha256="0", source=b"", runnable=None, deployed_at=now,
                           deployed_by="camille"))
    session.commit()
    session.expire_all()
    kept = session.query(Definition).one().deployed_at
    assert kept == now
    assert kept.tzinfo is UTC


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url.replace("postgresql://", "postgresql+psycopg://"))
    assert inspect(engine).get_table_names() == []
    engine.dispose()
