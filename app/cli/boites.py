"""Mailboxes and watched folders from a terminal: listed, and collected once by hand."""

import click
from flask.cli import AppGroup

from app import releve
from app.courrier import collecte
from app.courrier.errors import Introuvable
from app.db import db
from app.web.context import parts

boites = AppGroup("boites", help="Les boîtes de courriel et les dossiers surveillés.")


@boites.command("liste")
def liste() -> None:
    """Les boîtes, leur état, leur dernière relève."""
    for boite in collecte.liste(db.session()):
        quand = f"{boite.relevee_le:%d/%m/%Y %H:%M} UTC" if boite.relevee_le else "jamais relevée"
        click.echo(f"{boite.nom:<30} {boite.etat:<7} {quand}, {boite.pris} dépôt(s) {boite.erreur}".rstrip())


@boites.command("relever")
@click.argument("nom")
def relever(nom: str) -> None:
    """Relever une boîte maintenant, même en pause."""
    try:
        boite = collecte.nommee(db.session(), nom)
    except Introuvable as absente:
        raise click.ClickException(str(absente)) from absente
    bilan = releve.relever(parts(), boite.id)
    if bilan is None:
        raise click.ClickException(f"« {nom} » est déjà en cours de relève ; recommencez dans quelques minutes.")
    if bilan.erreur:
        raise click.ClickException(f"« {nom} » n’a pas pu être relevée : {bilan.erreur}.")
    click.echo(f"« {nom} » : {bilan.pris} dépôt(s) nouveau(x), {bilan.connus} déjà pris.")
    for refus in bilan.refuses:
        click.echo(f"Laissé de côté : {refus}")


for english, command in (("list", liste), ("collect", relever)):
    boites.add_command(command, english)
