"""`transaction()` lets many write at once, and decides on rows as they are, not as they were."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import db
from app.courrier import delais
from app.courrier.tables import Registre

CLERKS, LETTERS = 8, 25


def _application(url: str) -> Flask:
    flask = Flask("essai")
    flask.config["SQLALCHEMY_DATABASE_URI"] = url.replace("postgresql://", "postgresql+psycopg://")
    db.install(flask)
    with flask.app_context(), db.transaction() as session:
        session.add(Registre(cle="A", annee=2026))
    return flask


@pytest.fixture
def flask(database_url: str) -> Flask:
    return _application(database_url)


def _next_number(session: Session) -> int:
    register = session.get_one(Registre, ("A", 2026), with_for_update=True)
    register.dernier += 1
    return register.dernier


def test_eight_clerks_read_then_write_without_ever_being_refused(flask: Flask) -> None:
    ready = threading.Barrier(CLERKS)

    def clerk(_: int) -> list[int]:
        numbers = []
        ready.wait()
        for _letter in range(LETTERS):
            with flask.app_context():
                db.db.session.get_one(Registre, ("A", 2026))  # a page reads before it writes
                with db.transaction() as session:
                    numbers.append(_next_number(session))
        return numbers

    with ThreadPoolExecutor(CLERKS) as pool:
        given = [number for numbers in pool.map(clerk, range(CLERKS)) for number in numbers]
    assert sorted(given) == list(range(1, CLERKS * LETTERS + 1))


def test_what_was_read_before_is_read_again(flask: Flask) -> None:
    with flask.app_context():
        seen = db.db.session.get_one(Registre, ("A", 2026))
        with flask.app_context(), db.transaction() as another:
            _next_number(another)
        assert seen.dernier == 0
        with db.transaction() as session:
            assert session.get_one(Registre, ("A", 2026)).dernier == 1


def test_an_error_leaves_nothing_behind(flask: Flask) -> None:
    with flask.app_context():
        with pytest.raises(ZeroDivisionError), db.transaction() as session:
            _next_number(session) / 0
        assert db.db.session.get_one(Registre, ("A", 2026)).dernier == 0


def test_what_a_failed_statement_held_is_not_in_its_error(flask: Flask) -> None:
    with flask.app_context(), pytest.raises(DBAPIError) as failed, db.transaction() as session:
        session.execute(text("SELECT :words FROM nowhere"), {"words": "Situation de Madame Roux"})
    assert "nowhere" in str(failed.value)
    assert "Roux" not in str(failed.value)


def test_delays_are_counted_on_the_holidays_of_this_part_of_france(tmp_path: Path) -> None:
    applications = {}
    for part in ("", "57"):
        applications[part] = Flask(f"essai{part}")
        applications[part].config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / f'jours{part}.db'}"
        db.install(applications[part], jours_feries=part)
    good_friday = date(2026, 4, 3)
    for part, closed in (("", False), ("57", True)):
        with applications[part].app_context():
            db.db.create_all()
            assert delais.fermes(db.db.session()).chome(good_friday) is closed
            with db.transaction() as session:
                assert delais.fermes(session).chome(good_friday) is closed


@pytest.mark.postgres
def test_a_connection_that_the_server_closed_is_replaced(pg_url: str) -> None:
    """As when it starts again: neither what reads first, nor what had read and then writes, is refused."""
    flask = _application(pg_url)

    def restart() -> None:
        with psycopg.connect(pg_url, autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                           " AND pid <> pg_backend_pid()")  # fmt: skip

    with flask.app_context():
        db.db.session.get_one(Registre, ("A", 2026))
        restart()
        with db.transaction() as session:
            assert _next_number(session) == 1
        db.db.session.execute(text("SELECT 1"))
        restart()
        with pytest.raises(DBAPIError):
            db.db.session.execute(text("SELECT 1"))
        with db.transaction() as session:
            assert _next_number(session) == 2
    restart()
    with flask.app_context():
        assert db.db.session.get_one(Registre, ("A", 2026)).dernier == 2
        db.db.engine.dispose()
