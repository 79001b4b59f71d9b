"""Files that are made while they are sent: a table of any length holds one part of itself at a time."""

from collections.abc import Callable, Iterator

from flask import Response, stream_with_context

from app.db import Session, db


def emporter(ecrire: Callable[[Session], Iterator[bytes]], mime: str, nom: str) -> Response:
    """Send what `ecrire` makes of the database, as a file of this name."""
    def parts() -> Iterator[bytes]:
        # The session of the view is closed when the view ends; the one asked for here ends with the last part.
        yield from ecrire(db.session())

    entetes = {"Content-Type": mime, "Content-Disposition": f'attachment; filename="{nom}"'}
    return Response(stream_with_context(parts()), headers=entetes)
