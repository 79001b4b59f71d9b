"""A town hall at work for the tests of pages: the people, the circuits, nobody's letter yet, on both databases."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.conftest import BOTH, _application, _config, _postgres
from tests.support.circuits import deploy_shipped
from tests.support.cluster import Cluster


def _deploy(url: str, folder: Path) -> None:
    from app.web.context import parts

    for app in _application(_config(url, folder)):
        with app.app_context():
            deploy_shipped(parts())


@pytest.fixture(scope="session")
def sqlite_office(sqlite_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the people and the circuits, to be copied."""
    folder = tmp_path_factory.mktemp("mairie")
    path = folder / "mairie.db"
    shutil.copy(sqlite_town, path)
    _deploy(f"sqlite:///{path}", folder)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def pg_office(pg_cluster: Cluster, pg_town: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the people and the circuits, to be copied."""
    pg_cluster.create("mairie", pg_town)
    _deploy(pg_cluster.url("mairie"), tmp_path_factory.mktemp("mairie"))
    return "mairie"


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates, compiled once for all the applications of this run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("gabarits")))


def _open(request: pytest.FixtureRequest, folder: Path) -> Iterator[Flask]:
    for url in _database(request, folder):
        for app in _application(_config(url, folder / "instance")):
            app.jinja_env.bytecode_cache = request.getfixturevalue("compiled")
            yield app


def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_office"), folder / "mairie.db")
        yield f"sqlite:///{folder / 'mairie.db'}"
    else:
        yield from _postgres(request.getfixturevalue("pg_cluster"), request.getfixturevalue("pg_office"))


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The town hall, this test's own."""
    yield from _open(request, tmp_path)


@pytest.fixture(scope="module", params=BOTH)
def shared_office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The town hall, for tests of one module that only look."""
    yield from _open(request, tmp_path_factory.mktemp("ensemble"))
