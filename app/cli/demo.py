"""The demonstration town hall, made in an empty database: its house, its circuits, its letters, its past weeks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
from flask.cli import with_appcontext

from app.cli.circuits import deploy_files
from app.config import ROOT
from app.courrier import organisation, reponse
from app.db import db, transaction
from app.demo import maison
from app.web.context import parts
from app.wiring import Parts

PAST = timedelta(weeks=10)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Préparer la mairie de démonstration, si la base est vide."""
    if organisation.tous(db.session()):
        raise click.ClickException("Cette base n’est pas vide ; la démonstration n’y touche pas.")
    prepare(parts(), click.echo)


def prepare(parts: Parts, say: Callable[[str], None]) -> None:
    """Write it all, as the program itself would have; `say` is told what is being done."""
    from app.demo.histoire import Histoire  # its letters are typeset: heavy, and seldom needed

    now = datetime.now(UTC)
    say("Préparation de la mairie de démonstration…")
    with transaction() as session:
        maison.installer(session, domaine=parts.config.expediteur.rpartition("@")[2], now=now - PAST)
        reponse.semer(session)
    deploy_files(parts, shipped := sorted([*(ROOT / "forms").glob("*.form"), *(ROOT / "processes").glob("*.*mn")]), by="paul",
                 now=now - PAST)
    say(f"{len(shipped)} circuits, tables et formulaires déployés ; des courriers de dix semaines arrivent…")
    Histoire(parts, now=now).raconter(say)
