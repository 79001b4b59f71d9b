"""The people of Saint-Aubin-des-Prés, written once into a database that tests copy: hashing their passwords takes long."""

import sqlite3
from datetime import UTC, datetime

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.db import tune

PASSWORD = "une longue phrase à retenir"


def populate(url: str) -> None:
    """Install the demo town's house in a database that has its tables; everyone's password is `PASSWORD`."""
    from app.courrier import organisation  # here, so that the tests of a floor load none above it
    from app.demo import maison

    engine = create_engine(url)
    tune(engine)
    with Session(engine.execution_options(writes=True), expire_on_commit=False, autoflush=False) as session:
        maison.installer(session, domaine="saint-aubin.example", now=datetime(2026, 11, 2, 8, 0, tzinfo=UTC))
        digest = organisation.hacher(PASSWORD)
        for agent in organisation.tous(session):
            agent.mot_de_passe = digest
        session.commit()
    engine.dispose()
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
