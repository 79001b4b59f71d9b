"""Insert rows that another transaction may insert at the same moment; each statement is made once."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.tables import Base

Insertion = postgresql.Insert | sqlite.Insert


def inserer_absents(session: Session, table: type[Base], lignes: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose key is not there yet; the others stay as they are, without error."""
    if not lignes:
        return
    session.connection().execute(_absents(_dialecte(session), table), [dict(ligne) for ligne in lignes])


def inserer_si_absent(session: Session, table: type[Base], **ligne: object) -> bool:
    """Insert a row; False when its key is there already, be it by another transaction, which is waited for."""
    cle = next(iter(table.__table__.primary_key))
    return session.execute(_absents(_dialecte(session), table).returning(cle), ligne).first() is not None


def ajouter_un(session: Session, table: type[Base], cle: Mapping[str, object], compteur: str) -> int:
    """Add one to the counter of the row with this key, made when it is not there; what it is now.

    Whoever counts at the same moment waits until this transaction ends.
    """
    plus_un = _insertion(_dialecte(session), table).values({**cle, compteur: 1}).on_conflict_do_update(
        index_elements=list(cle), set_={compteur: getattr(table, compteur) + 1}
    )
    return int(session.execute(plus_un.returning(getattr(table, compteur))).scalar_one())


def copier_absents(
    session: Session, table: type[Base], colonnes: tuple[str, ...], lignes: Select[*tuple[Any, ...]],
    valeurs: Mapping[str, object],
) -> None:  # fmt: skip
    """The same with rows that the database finds itself; they must have a condition, which SQLite asks before a conflict."""
    session.connection().execute(_copie(_dialecte(session), table, colonnes, lignes), dict(valeurs))


@cache
def _absents(dialecte: str, table: type[Base]) -> Insertion:
    return _insertion(dialecte, table).on_conflict_do_nothing()


@cache
def _copie(dialecte: str, table: type[Base], colonnes: tuple[str, ...], lignes: Select[*tuple[Any, ...]]) -> Insertion:
    return _insertion(dialecte, table).from_select(list(colonnes), lignes).on_conflict_do_nothing()


def _insertion(dialecte: str, table: type[Base]) -> Insertion:
    return postgresql.insert(table) if dialecte == "postgresql" else sqlite.insert(table)


def _dialecte(session: Session) -> str:
    return session.get_bind().dialect.name
