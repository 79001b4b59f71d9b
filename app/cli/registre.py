"""The registers from a terminal: their closings read again, the bodies that have registers of their own."""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from app.courrier import registre as registers
from app.courrier import tenue
from app.courrier.errors import SaisieRefusee
from app.db import db, transaction
from app.web.context import parts

registre = AppGroup("registre", help="Les registres et leurs arrêtés.")


@registre.command("verify")
@click.option("--registre", "cle", default="", help="Un seul registre : A, D, I, ou CCASA pour celui d’un organisme.")
def verify(cle: str) -> None:
    """Recalculer chaque arrêté ; sort en erreur si l’un d’eux n’est plus conforme."""
    bilan = tenue.verifier(db.session(), parts().coffre, cle)
    for ecart in bilan.ecarts:
        click.echo(f"{ecart.registre}, arrêté du {ecart.jour:%d/%m/%Y} : {ecart.motif}.")
    if bilan.ecarts:
        raise click.ClickException(f"{len(bilan.ecarts)} écart(s) sur {bilan.arretes} arrêté(s).")
    click.echo(f"Conforme : {bilan.arretes} arrêté(s), {bilan.inscriptions} inscription(s) relus.")


@registre.command("organismes")
def organismes() -> None:
    """Les organismes qui ont leurs propres registres, avec leur sigle."""
    for organisme in registers.organismes(db.session()):
        click.echo(f"{organisme.cle:<5} {organisme.nom}{' (fermé)' if organisme.ferme_le else ''}")


@registre.command("ouvrir")
@click.argument("sigle")
@click.argument("nom")
def ouvrir(sigle: str, nom: str) -> None:
    """Ouvrir les registres d’un organisme : SIGLE commence ses numéros (CCAS-A-2026-00001)."""
    try:
        with transaction() as session:
            registers.ouvrir_organisme(session, sigle, nom, par="systeme", now=datetime.now(UTC))
    except SaisieRefusee as refus:
        raise click.ClickException(" ".join(refus.erreurs.values())) from refus
    click.echo(f"Les registres de « {nom} » sont ouverts ; leurs numéros commencent par {sigle}.")


registre.add_command(verify, "verifier")
