"""The commands: French names first, the English ones beside them."""

from flask import Flask

from app.cli import agents, base, boites, circuits, demo, index, journal, maison, registre, reprise, sauvegarde, service


def install(app: Flask) -> None:
    """Give `flask` its commands."""
    for command, *others in (
        (service.servir, "serve"),
        (service.horloge, "clock"),
        (service.ouvrier, "worker"),
        (base.base, "db"),
        (maison.maison,),
        (circuits.circuits,),
        (agents.agents, "users"),
        (boites.boites, "boxes"),
        (index.index,),
        (journal.journal,),
        (registre.registre,),
        (reprise.reprise,),
        (sauvegarde.sauvegarde, "backup"),
        (demo.demo,),
    ):
        app.cli.add_command(command)
        for name in others:
            app.cli.add_command(command, name)
    app.cli.add_command(index.refaire, "reindex")
