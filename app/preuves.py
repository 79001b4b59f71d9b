"""What leaves by e-mail: handed to the mailer, then its proof kept when it can be, and never a reason to send twice."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from app import disque
from app.courrier.errors import EnvoiImpossible, Introuvable
from app.courrier.ports import Message, Range
from app.courrier.tables import dues
from app.db import Session
from app.wiring import Parts

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class Echec(Protocol):
    """Notes why a row of this number did not leave, in words, and whether it is useless to try again."""

    def __call__(self, session: Session, cle: int, motif: str, /, *, definitif: bool, now: datetime) -> None: ...


def partir(
    parts: Parts, quoi: str, cle: int, message: Callable[[], Message], *, table: type[dues.Due], echoue: Echec, imprevu: str,
    clock: Clock,
) -> bytes | None:  # fmt: skip
    """Make a due message, a row of `table`, and send it: the message as sent; None when it did not leave, which is noted."""
    try:
        return parts.facteur.send(message())
    except Exception as faute:
        motif, definitif = _motif(faute, imprevu)
        if motif == imprevu:
            logger.exception("%s %s n’a pas pu partir", quoi, cle)
        quand = clock()
        disque.manquee(
            faute, table, cle, lambda session: echoue(session, cle, motif, definitif=definitif, now=quand), now=quand,
        )  # fmt: skip
    return None


def _motif(faute: Exception, imprevu: str) -> tuple[str, bool]:
    """Why in words, and whether it is useless to try again."""
    if isinstance(faute, EnvoiImpossible):
        return str(faute), faute.definitif
    return (str(faute), True) if isinstance(faute, Introuvable) else (imprevu, False)


def garder(parts: Parts, de: str, preuve: bytes) -> Range | None:
    """Keep the message that has left; when the vault does not take it, it has left all the same, and is not sent again."""
    try:
        return parts.coffre.put(preuve)
    except Exception:
        logger.exception("la preuve de %s n’a pas pu être gardée", de)
        return None
