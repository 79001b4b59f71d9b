"""The demonstration town hall, made in an empty database."""

from collections.abc import Callable
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.demo import installation
from app.web.context import parts
from app.wiring import Parts


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Préparer la mairie de démonstration, si la base est vide."""
    try:
        prepare(parts(), click.echo)
    except installation.BaseOccupee as refusal:
        raise click.ClickException(str(refusal)) from refusal


def prepare(parts: Parts, say: Callable[[str], None]) -> None:
    """Write its house and its past weeks; `say` is told what is being done."""
    say("Préparation de la mairie de démonstration : quelques minutes, la première fois seulement…")
    installation.installer(parts, now=datetime.now(UTC), avance=say)
