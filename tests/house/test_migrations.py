"""The migrations lead to the very tables of the code, on both databases, however many start at once."""

import threading

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine.interfaces import ReflectedIndex

from app import migrations
from app.db import tune
from engine.tables import Base


def _engine(url: str) -> Engine:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    tune(engine)
    return engine


def _indexes(engine: Engine) -> dict[str, tuple[object, ...]]:
    inspector = inspect(engine)
    return {
        str(index["name"]): (table, tuple(index["column_names"]), index["unique"], repr(_condition(index)))
        for table in inspector.get_table_names() for index in inspector.get_indexes(table)
    }


def _condition(index: ReflectedIndex) -> str:
    return "".join(str(value) for key, value in index.get("dialect_options", {}).items() if key.endswith("_where"))


def test_from_nothing_to_the_tables_of_today(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert migrations.current(connection) == migrations.head()
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []
    engine.dispose()


def test_the_indexes_are_those_of_the_metadata_conditions_included(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    migrations.upgrade(engine)
    migrated = _indexes(engine)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    assert migrated == _indexes(engine)
    assert any("closed_at IS NULL" in str(index) for index in migrated.values())
    engine.dispose()


def test_two_that_start_at_once_do_it_once(empty_database_url: str) -> None:
    faults: list[Exception] = []

    def start() -> None:
        engine = _engine(empty_database_url)
        try:
            migrations.upgrade(engine)
        except Exception as fault:
            faults.append(fault)
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_second_start_changes_nothing(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    migrations.upgrade(engine)
    before = _indexes(engine)
    migrations.upgrade(engine)
    assert _indexes(engine) == before
    engine.dispose()
