"""The demonstration town hall, made in an empty database: its house, its circuits, its letters, its past weeks."""

from collections.abc import Callable
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.demo.etat import BaseOccupee
from app.web.context import parts
from app.wiring import Parts


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Préparer la mairie de démonstration, si la base est vide."""
    try:
        prepare(parts(), click.echo)
    except BaseOccupee as refusal:
        raise click.ClickException(str(refusal)) from refusal


def prepare(parts: Parts, say: Callable[[str], None]) -> None:
    """Write it all, as the program itself would have; `say` is told what is being done."""
    from app.demo.installation import installer  # its letters are typeset: heavy, and seldom needed

    say("Préparation de la mairie de démonstration…")
    installer(parts, now=datetime.now(UTC), avance=say)
    say("La mairie de démonstration est prête.")
