"""The database: one metadata, SQLite or PostgreSQL, and the one way to change it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

import app.courrier.tables  # noqa: F401  # so that the metadata is whole
from engine.tables import Base

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["DBAPIError", "OperationalError", "Session", "db", "install", "transaction", "tune"]

# What a failed statement held, words of a letter or the digest of a password, does not go to the log with its error.
db = SQLAlchemy(
    metadata=Base.metadata, session_options={"expire_on_commit": False, "autoflush": False},
    # A connection that the server closed, as when it starts again, is replaced before it is used.
    engine_options={"hide_parameters": True, "pool_pre_ping": True},
)  # fmt: skip


def install(flask: "Flask", *, jours_feries: str = "") -> None:
    """Give the application its engine, tuned before its first connection; `jours_feries`: its part of France."""
    db.init_app(flask)
    with flask.app_context():
        db.engine.update_execution_options(jours_feries=jours_feries)
        tune(db.engine)


def tune(engine: Engine) -> None:
    """Make SQLite durable (WAL, FULL), strict (foreign keys) and explicit about its transactions."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)


def _pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # pysqlite then leaves BEGIN to us
    cursor = connection.cursor()
    for pragma in ("busy_timeout=20000", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Ask for WAL; on a new file SQLite does not wait for another who asks the same, so we do."""
    give_up = time.monotonic() + 20
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    # A writer that began by reading cannot be upgraded once another has written: it must say so first.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@event.listens_for(db.session, "after_begin")
def _calendar(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    # Delays are counted below, where settings are not known: the unit of work says which holidays are its own.
    session.info["jours_feries"] = connection.get_execution_options().get("jours_feries", "")


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction on the request's session: committed at the end, rolled back on any error.

    What was read before it is let go first, so that on SQLite the write lock is asked for at the start,
    and forgotten, so that no decision rests on a row as it was before the lock.
    """
    session = db.session()
    _let_go(session)
    session.expire_all()
    session.connection(execution_options={"writes": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _let_go(session: Session) -> None:
    """End what was read before; a connection that was lost meanwhile, by a reading that lasted, is ended already."""
    try:
        session.commit()
    except PendingRollbackError:
        session.rollback()
    except DBAPIError as fault:
        session.rollback()
        if not fault.connection_invalidated:
            raise
