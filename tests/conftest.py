"""Fixtures that every area shares: both databases, a configuration, the application, a browser of it.

`database_url` gives each test a database with all its tables, once on SQLite and once on PostgreSQL;
`empty_database_url` the same without any table. `session` is a unit of work on it, as the trade takes it.
"""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from app.config import DEMO, Config
from app.db import db, tune
from engine.tables import Base
from tests.support import certificats
from tests.support.cluster import Cluster, running
from tests.support.people import populate

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
_numbers = itertools.count(1)


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _create_tables(url: str) -> None:
    engine = create_engine(_driver(url))
    tune(engine)
    Base.metadata.create_all(engine)
    engine.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the gate a test in Chromium has a second try, told as a rerun: it judges a change, not one moment of a busy machine."""
    if os.environ.get("CI"):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def pg_cluster() -> Iterator[Cluster]:
    """The PostgreSQL cluster of this run."""
    with running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def pg_template(pg_cluster: Cluster) -> str:
    """A database with all the tables, to be copied."""
    pg_cluster.create("modele")
    _create_tables(pg_cluster.url("modele"))
    return "modele"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all the tables, to be copied."""
    path = tmp_path_factory.mktemp("modele") / "modele.db"
    _create_tables(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _postgres(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"essai_{next(_numbers)}"
    cluster.create(name, template)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def pg_url(pg_cluster: Cluster, pg_template: str) -> Iterator[str]:
    """A PostgreSQL database of this test's own, with all its tables."""
    yield from _postgres(pg_cluster, pg_template)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An SQLite file of this test's own, with all its tables."""
    path = tmp_path / "essai.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with all its tables: the test runs on SQLite, then on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'vide.db'}"
    else:
        yield from _postgres(request.getfixturevalue("pg_cluster"), "template0")


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A unit of work as the entrances open it; what a test writes is flushed, or committed by the test."""
    engine = create_engine(_driver(database_url))
    tune(engine)
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning of an ordinary week at the town hall."""
    return datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


def _config(url: str, instance: Path) -> Config:
    return Config(
        instance=instance, database_url=_driver(url), documents_url=(instance / "documents").as_uri(), secret_key="s" * 64,
        smtp_url=(instance / "outbox").as_uri(), index_path=instance / "index", organisme=DEMO, expediteur=DEMO.courriel,
        certificats=certificats.dossier(),
    )


def _application(config: Config) -> Iterator[Flask]:
    from app import create_app  # here, so that the tests of a floor load none above it

    app = create_app(config)
    yield app
    with app.app_context():
        pool = db.engine.pool
        db.engine.dispose()
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0, "Something kept its connection to the database after it had ended."


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """The settings of an organisation of this test's own."""
    return _config(database_url, tmp_path / "instance")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The whole application on this test's database, with nobody in it yet; no clock and no worker runs."""
    yield from _application(config)


@pytest.fixture(scope="session")
def sqlite_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the people of Saint-Aubin-des-Prés, to be copied."""
    path = tmp_path_factory.mktemp("ville") / "ville.db"
    shutil.copy(sqlite_template, path)
    populate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def pg_town(pg_cluster: Cluster, pg_template: str) -> str:
    """A database with the people of Saint-Aubin-des-Prés, to be copied."""
    pg_cluster.create("ville", pg_template)
    populate(_driver(pg_cluster.url("ville")))
    return "ville"


@pytest.fixture(params=BOTH)
def town_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the people of Saint-Aubin-des-Prés, on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_town"), tmp_path / "ville.db")
        yield f"sqlite:///{tmp_path / 'ville.db'}"
    else:
        yield from _postgres(request.getfixturevalue("pg_cluster"), request.getfixturevalue("pg_town"))


@pytest.fixture
def town(town_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with the people of Saint-Aubin-des-Prés; each has the password of `tests.support.visitors`."""
    yield from _application(_config(town_url, tmp_path / "instance"))
