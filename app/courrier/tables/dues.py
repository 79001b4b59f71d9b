"""Due rows: an outside effect each, claimed with a lease by one worker, tried again later and later, then given up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, Text, or_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import Phrase

ESSAIS_MAX = 8
"""Tries after which a row is given up, a worker that died while it held it counting as one."""

IMPREVU = str(Phrase("Une faute imprévue a arrêté cet envoi ; prévenez votre administrateur."))
INACHEVE = str(Phrase(
    "Cet envoi ne s’est jamais achevé, mais il est peut-être parti ; vérifiez, et prévenez votre administrateur."))
SANS_PLACE = str(Phrase(
    "Le disque du serveur est plein : un nouvel essai sera fait dès qu’il aura de la place ; prévenez votre administrateur."))
_SANS_PLACE_DELAI = timedelta(minutes=5)
_PREMIER_DELAI, _DELAI_MAX = timedelta(minutes=1), timedelta(hours=6)


class Due:
    """The columns of a table whose rows may be due: the tries, a lease or the date of the next try, what went wrong."""

    if TYPE_CHECKING:
        id: Mapped[int]

    essais: Mapped[int] = mapped_column(default=0)
    reprise_le: Mapped[datetime | None]
    erreur: Mapped[str] = mapped_column(Text, default="")


Ligne = TypeVar("Ligne", bound=Due)


def libre(table: type[Due], now: datetime) -> ColumnElement[bool]:
    """Rows that no worker holds, nor that wait for a later try."""
    return or_(table.reprise_le.is_(None), table.reprise_le <= now)


def reserver(
    session: Session, table: type[Ligne], cle: int, due: ColumnElement[bool], *, now: datetime, bail: timedelta,
    abandonner: Callable[[Ligne], None],
) -> Ligne | None:  # fmt: skip
    """Claim a row until `now + bail` and count the try; None when another holds it, or when it is no longer `due`.

    One whose workers all died without a word is given to `abandonner`: it may be what kills them.
    """
    essais = session.execute(
        update(table).where(table.id == cle, due, libre(table, now))
        .values(reprise_le=now + bail, essais=table.essais + 1).returning(table.essais),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if essais is None:
        return None
    ligne = session.get_one(table, cle, populate_existing=True)
    if essais <= ESSAIS_MAX:
        return ligne
    abandonner(ligne)
    return None


def reporter(
    ligne: Ligne, motif: str, *, now: datetime, abandonner: Callable[[Ligne], None], definitif: bool = False
) -> None:
    """Note why a row could not be done: tried again after 1 min, 4 min, 16 min… 6 h at most, then given to `abandonner`."""
    ligne.erreur = motif
    if definitif or ligne.essais >= ESSAIS_MAX:
        abandonner(ligne)
    else:
        ligne.reprise_le = now + min(_PREMIER_DELAI * 4 ** max(ligne.essais - 1, 0), _DELAI_MAX)


def remettre(session: Session, table: type[Due], cle: int, *, now: datetime) -> None:
    """A full disk stopped whoever held the row: it waits until there is room, and the try is not counted."""
    session.execute(
        update(table).where(table.id == cle, table.reprise_le.is_not(None), table.essais > 0)
        .values(reprise_le=now + _SANS_PLACE_DELAI, essais=table.essais - 1, erreur=SANS_PLACE),
        execution_options={"synchronize_session": False},
    )
