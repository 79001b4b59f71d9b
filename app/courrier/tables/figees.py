"""What is written for ever is kept so by the database itself, whoever asks: these tables take new lines and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import DDL, Table, event, text
from sqlalchemy.orm import Session

from app.courrier.tables.affaire import Correction
from app.courrier.tables.doublons import LigneLien
from app.courrier.tables.suivi import LigneHorloge, LigneJournal

FIGEES = tuple(cast(Table, classe.__table__) for classe in (LigneJournal, LigneHorloge, Correction, LigneLien))

_REFUS = "les lignes de %s ne se modifient ni ne s''effacent"
_SQLITE = "CREATE TRIGGER {table}_{nom} BEFORE {geste} ON {table} BEGIN SELECT RAISE(ABORT, '{refus}'); END"
_FONCTION = (
    "CREATE OR REPLACE FUNCTION ligne_figee() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUS.replace('%s', '%')}', TG_TABLE_NAME; END $$"
)
_POSTGRES = (
    "CREATE TRIGGER {table}_figee BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ligne_figee()"
)
_GESTES = {"changee": "UPDATE", "effacee": "DELETE"}
"""SQLite wants a trigger for each."""


def ordres(dialecte: str, table: str) -> tuple[str, ...]:
    """The statements that close `table` to all but new lines, for this database."""
    if dialecte == "postgresql":
        return _FONCTION, _POSTGRES.format(table=table)
    refus = _REFUS % table
    return tuple(_SQLITE.format(table=table, nom=nom, geste=geste, refus=refus) for nom, geste in _GESTES.items())


@contextmanager
def levees(session: Session) -> Iterator[None]:
    """Open them for a moment: for a demonstration that was never finished, and for who plays the forger in a test."""
    dialecte = session.get_bind().dialect.name
    for table in FIGEES:
        for nom in ("figee",) if dialecte == "postgresql" else _GESTES:
            session.execute(text(f"DROP TRIGGER {table.name}_{nom}" + (f" ON {table.name}" if dialecte == "postgresql" else "")))
    yield
    for table in FIGEES:
        for ordre in ordres(dialecte, table.name):
            session.execute(text(ordre))


for _table in FIGEES:
    for _dialecte in ("sqlite", "postgresql"):
        for _ordre in ordres(_dialecte, _table.name):
            _fermer: DDL = DDL(_ordre.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(_table, "after_create", _fermer.execute_if(dialect=_dialecte))
