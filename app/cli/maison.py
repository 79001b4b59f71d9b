"""A new town hall, from one file."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app import installation
from app.courrier.errors import SaisieRefusee
from app.db import transaction
from app.web.context import parts

maison = AppGroup("maison", help="Bureaux, agents et natures, depuis un fichier.")


@maison.command("installer")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def installer(fichier: Path) -> None:
    """Écrire ce que dit le fichier et qui n’y est pas encore, puis déployer les circuits livrés ; se relance sans risque."""
    try:
        decrite = tomllib.loads(fichier.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as faute:
        raise click.ClickException(f"{fichier.name} ne se lit pas : {faute}") from faute
    try:
        with transaction() as session:
            venus = installation.installer(session, decrite, par="systeme", now=datetime.now(UTC))
            installation.deployer(session, parts(), par="systeme", now=datetime.now(UTC))
    except SaisieRefusee as refus:
        fautes = "\n".join(f"  {ou} : {quoi}" for ou, quoi in refus.erreurs.items())
        raise click.ClickException(f"Rien n’a été écrit ; à corriger dans {fichier.name} :\n{fautes}") from refus
    click.echo("La maison est en place, les circuits sont déployés.")
    for nom in venus:
        click.echo(f"  {nom} : donnez-lui un mot de passe par « flask agents mot-de-passe {nom} ».")
