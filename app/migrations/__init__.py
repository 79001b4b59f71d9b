"""The tables' history: from an empty database, or any release's, to the tables of today.

Alembic is imported by who needs it: the workers that serve pages never do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HERE = Path(__file__).parent
LOCK = 7_264_102_611  # any number, as long as it is always the same


def upgrade(engine: Engine) -> None:
    """Bring the database to today's tables, in one transaction; two that start at once do it once."""
    with engine.connect().execution_options(writes=True) as connection, _rebuilding(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if current(connection) != head():
            from alembic import command

            command.upgrade(_config(connection), "head")
            _check(connection)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """Let tables be made anew under the rows that refer to them, as SQLite has it done: its references are off meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Within a transaction the pragma says nothing and does nothing.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def _check(connection: Connection) -> None:
    """Refuse to commit rows that refer to nothing."""
    if connection.dialect.name == "sqlite":
        lost = connection.execute(text("PRAGMA foreign_key_check")).first()
        if lost is not None:
            raise RuntimeError(f"Une migration a perdu des lignes : {tuple(lost)}. Rien n’a été changé.")


def write(engine: Engine, message: str) -> None:
    """Write the revision that leads from this database's tables to those of the code; to be read before it is committed."""
    from alembic import command

    number = len(list(_scripts().walk_revisions())) + 1
    with engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04}")


def current(connection: Connection) -> str | None:
    """The revision this database is at; none when it is empty."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The revision of today's tables."""
    return _scripts().get_current_head()


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
