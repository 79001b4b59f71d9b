"""The proof of what has left: kept when it can be, and never a reason to send twice."""

import logging

from app.courrier.ports import Range
from app.wiring import Parts

logger = logging.getLogger(__name__)


def garder(parts: Parts, de: str, preuve: bytes) -> Range | None:
    """Keep the message that has left; when the vault does not take it, it has left all the same, and is not sent again."""
    try:
        return parts.coffre.put(preuve)
    except Exception:
        logger.exception("la preuve de %s n’a pas pu être gardée", de)
        return None
