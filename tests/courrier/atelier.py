"""What several test files of the trade need and pytest has no fixture for: a second session, from another thread."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.db import tune


@contextmanager
def atelier(url: str) -> Iterator[Session]:
    """A session of a connection of its own, which says at each start that it will write, as the entrances do."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), execution_options={"writes": True})
    tune(engine)
    with Session(engine, expire_on_commit=False, autoflush=False) as session:
        yield session
    engine.dispose()


def en_attente(url: str) -> int:
    """How many sessions of this PostgreSQL database wait for a lock that another holds."""
    with psycopg.connect(url) as regard:
        compte = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        [(combien,)] = regard.execute(compte)
    return int(combien)
