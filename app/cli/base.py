"""The database's own commands."""

import click
from flask.cli import AppGroup

from app import migrations
from app.db import db

base = AppGroup("base", help="La base de données.")


@base.command("monter")
def monter() -> None:
    """Mettre les tables à jour ; sans effet si elles le sont."""
    migrations.upgrade(db.engine)
    click.echo(f"La base est à la version {migrations.head()}.")


@base.command("ecrire")
@click.argument("message")
def ecrire(message: str) -> None:
    """(Développement) Écrire la migration qui mène cette base aux tables du code."""
    migrations.write(db.engine, message)


base.add_command(monter, "upgrade")
