"""The journal, verified and exported."""

import click
from flask.cli import AppGroup

from app.courrier import journal as chain
from app.courrier.errors import JournalRompu
from app.db import db

journal = AppGroup("journal", help="Le journal scellé.")


@journal.command("verify")
def verify() -> None:
    """Relire toute la chaîne ; sort en erreur à la première ligne fausse."""
    try:
        lines = chain.verifier(db.session())
    except JournalRompu as broken:
        raise click.ClickException(str(broken)) from broken
    click.echo(f"Le journal est intact : {lines} lignes.")


@journal.command("export")
def export() -> None:
    """Écrire la chaîne, une ligne par acte : numéro, sceau précédent, sceau, texte, séparés par des tabulations."""
    for line in chain.exporter(db.session()):
        click.echo(line)


journal.add_command(verify, "verifier")
journal.add_command(export, "exporter")
