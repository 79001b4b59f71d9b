"""The full-text index, rebuilt from the database."""

import click
from flask.cli import AppGroup

from app import travaux
from app.web.context import parts

index = AppGroup("index", help="L’index de recherche.")


@index.command("refaire")
def refaire() -> None:
    """Refaire l’index de recherche à partir de la base."""
    click.echo(f"{travaux.refaire_index(parts())} courriers dans l’index.")
