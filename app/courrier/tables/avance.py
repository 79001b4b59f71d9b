"""Small tables read beside something else, in its statement: exact for the transaction that locked what it read with them."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_CLE = "lu d’avance"


class Rangs(FunctionElement[list[Any]]):
    """All the rows of a question as one value, a list of lists; dates as text. None for no rows on PostgreSQL."""

    name = "rangs"
    type = JSON()
    inherit_cache = True


@compiles(Rangs, "sqlite")
def _sqlite(rangs: Rangs, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(rangs.clauses, **options)}))"


@compiles(Rangs, "postgresql")
def _postgresql(rangs: Rangs, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(rangs.clauses, **options)}))"


def retenir(session: Session, **lus: object) -> None:
    """Keep what was read for the rest of this transaction."""
    transaction, avant = session.info.get(_CLE, (None, {}))
    gardes = avant if transaction is session.get_transaction() else {}
    session.info[_CLE] = (session.get_transaction(), {**gardes, **lus})


def retenu(session: Session, nom: str) -> Any:
    """What this transaction has kept under that name; None when it has not."""
    transaction, gardes = session.info.get(_CLE, (None, {}))
    return gardes.get(nom) if transaction is not None and transaction is session.get_transaction() else None
