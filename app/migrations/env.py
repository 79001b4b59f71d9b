"""Run by Alembic, on the connection that `app.migrations` opened."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import app.courrier.tables  # noqa: F401  # so that the metadata is whole
from engine.tables import Base, Utc


def _written(kind: str, thing: object, _autogen: AutogenContext) -> str | Literal[False]:
    """A revision names plain types only, so that it still runs when ours have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Utc) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, render_item=_written, compare_type=True, compare_server_default=True,
    render_as_batch=connection.dialect.name == "sqlite", transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
