"""What a page works with: the parts, the jobs, who asks, the time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app, g

from app.config import Config
from app.courrier import corbeille
from app.courrier.habilitations import Moi
from app.courrier.tables import Agent
from app.db import db
from app.jobs import Jobs
from app.wiring import Parts


def parts() -> Parts:
    """The concrete parts of this application."""
    return cast(Parts, current_app.extensions["vaguemestre"])


def config_of(app: Flask) -> Config:
    """The settings this application was made with."""
    return cast(Parts, app.extensions["vaguemestre"]).config


def jobs() -> Jobs:
    """The slow work that may be ordered, once the transaction is committed."""
    return cast(Jobs, current_app.extensions["travaux"])


def now() -> datetime:
    """The moment of this request, in UTC: one and the same from its beginning to its end."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast(datetime, g.now)


def agent() -> Agent:
    """The agent who asks; pages that are open to all never call it."""
    return cast(Agent, g.agent)


def moi() -> Moi:
    """Who asks, with their groups and roles."""
    return cast(Moi, g.moi)


def compteurs() -> Mapping[str, int]:
    """How many tasks await the agent who asks, counted once a page."""
    if "compteurs" not in g:
        g.compteurs = corbeille.compteurs(db.session(), moi(), now=now())
    return cast(Mapping[str, int], g.compteurs)
