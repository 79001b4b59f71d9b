"""Addresses given by the browser: only those of our own pages are followed."""

from urllib.parse import urlsplit


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
