"""Vaguemestre: a public body's mail, on circuits drawn in BPMN."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Config


def create_app(config: "Config") -> "Flask":
    """The whole application; it opens no connection and starts no thread before it is asked to."""
    # Imported here: the child processes that read files live in this package and must stay light.
    from flask import Flask

    from app import cli, db, web
    from app.jobs import Jobs
    from app.wiring import wire

    app = Flask(__name__, static_folder="web/static", template_folder="web/templates", instance_path=str(config.instance))
    app.config.from_mapping(config.flask())
    db.install(app, jours_feries=config.holidays)
    parts = wire(config)
    app.extensions["vaguemestre"] = parts
    app.extensions["travaux"] = Jobs(parts, app.app_context)
    web.install(app)
    cli.install(app)
    return app
