"""Counts what goes to the database: statements, and commits of transactions that wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, event


@dataclass(kw_only=True)
class Count:
    """What was sent while counting; BEGIN and COMMIT are no statements."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0
    wrote: bool = False


@contextmanager
def counting(engine: Engine) -> Iterator[Count]:
    """Count what this process sends to `engine`."""
    count = Count()

    def sent(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            count.statements.append(statement)
            count.wrote |= not statement.startswith("SELECT")

    def committed(_connection: Connection) -> None:
        count.commits += count.wrote
        count.wrote = False

    event.listen(engine, "before_cursor_execute", sent)
    event.listen(engine, "commit", committed)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", sent)
        event.remove(engine, "commit", committed)
