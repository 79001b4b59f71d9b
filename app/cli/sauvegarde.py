"""A backup, taken while everyone works."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app import sauvegarde as backup
from app.courrier.errors import SauvegardeImpossible
from app.db import db
from app.web.context import parts


@click.command("sauvegarde")
@click.argument("dossier", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def sauvegarde(dossier: Path) -> None:
    """Copier la base, les originaux et les clés dans DOSSIER, avec l’empreinte de chaque fichier."""
    try:
        files = backup.save(db.session(), parts(), dossier)
    except (SauvegardeImpossible, OSError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{files} fichiers copiés ; à vérifier par : cd {dossier} && sha256sum -c {backup.MANIFEST}")
