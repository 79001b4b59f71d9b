"""Addresses given by the browser: only those of our own pages are followed, only numbers that a row can have are looked up."""

from urllib.parse import urlsplit

from werkzeug.routing import IntegerConverter, Map

PLUS_GRAND = 2**31 - 1
"""The greatest number of a row: a greater one is nobody's, and the databases refuse even to look."""


class Numero(IntegerConverter):
    """The number of a row in an address; one that no row can have is an address that does not exist."""

    def __init__(self, carte: Map) -> None:
        """From 0 to `PLUS_GRAND`."""
        super().__init__(carte, max=PLUS_GRAND)


def numero(mot: str) -> int:
    """The number of a row, as typed or posted; ValueError when it can be none."""
    if not mot.isdecimal() or len(mot) > len(str(PLUS_GRAND)) or int(mot) > PLUS_GRAND:
        raise ValueError(mot)
    return int(mot)


def local(address: str | None, otherwise: str = "/") -> str:
    """`address` when it is a path of this site, else `otherwise`."""
    text = (address or "").rstrip("?")
    parts = urlsplit(text)
    # Browsers read «/\» as «//», another site's address.
    fine = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return text if fine and text.isprintable() else otherwise


def back(referrer: str | None, otherwise: str) -> str:
    """The page of ours that the form was on; `otherwise` when the browser does not tell."""
    parts = urlsplit(referrer or "")
    return local(f"{parts.path}?{parts.query}", otherwise)
