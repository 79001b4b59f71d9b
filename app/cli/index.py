"""The full-text index, rebuilt from the database."""

import click
from flask.cli import with_appcontext

from app import travaux
from app.web.context import parts


@click.command("reindexer")
@with_appcontext
def refaire() -> None:
    """Refaire l’index de recherche à partir de la base."""
    click.echo(f"{travaux.refaire_index(parts())} courriers dans l’index.")
