"""Insert rows that another transaction may insert at the same moment."""

from collections.abc import Mapping, Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.tables import Base


def inserer_absents(session: Session, table: type[Base], lignes: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose key is not there yet; the others stay as they are, without error."""
    if not lignes:
        return
    dialecte = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialecte.insert(table).on_conflict_do_nothing(), [dict(ligne) for ligne in lignes])
