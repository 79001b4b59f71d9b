"""Who is at the door of each page: their session, their rights, their language, what every page shows of them."""

from dataclasses import dataclass
from typing import cast

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.courrier import habilitations, organisation
from app.courrier.tables import Agent
from app.db import db, transaction
from app.demo import maison
from app.web import errors, menu, resume
from app.web.context import now, parts

LANGUAGES = ("fr", "en")
OPEN = {None, "static", "auth.entrer", "auth.ouvrir", "auth.langue", "auth.devenir"}
OPEN_PAGES = {"usager", "api"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """An agent as the pages name them."""

    identifiant: str
    prenom: str
    nom: str
    titre: str
    initiales: str
    roles: frozenset[str]


def gate() -> ResponseReturnValue | None:
    """Let in whoever has an open session; the others are asked to log in, and keep what they typed."""
    recognise()
    if g.moi or request.endpoint in OPEN or request.blueprint in OPEN_PAGES:
        return None
    if request.headers.get("HX-Request") or errors.wants_json():
        return errors.http_status(401)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("auth.entrer", suite=request.full_path.rstrip("?")))
    return resume.offer(401)


def recognise() -> None:
    """Find the agent of this request's session."""
    g.agent, g.moi = None, None
    token = session.get("jeton")
    if not token or request.endpoint == "static":
        return
    agent = organisation.session_ouverte(db.session(), token, now=now())
    if agent is None:
        return
    g.agent, g.moi = agent, habilitations.moi(db.session(), agent)
    if organisation.session_a_prolonger(db.session(), token, now=now()):
        with transaction() as writing:
            organisation.prolonger_session(writing, token, now=now())


def language() -> str:
    """The agent's own language, else the one chosen at the door, else French."""
    chosen = cast(Agent | None, g.get("agent"))
    wanted = session.get("lang") or (chosen.langue if chosen and not g.get("bare") else "")
    return wanted if wanted in LANGUAGES else "fr"


def common() -> dict[str, object]:
    """What every page shows round its own matter."""
    config = parts().config
    shown: dict[str, object] = {"lang": language(), "moi": None, "organisme": config.organisme.nom, "demo_agents": []}
    if g.get("bare") or request.headers.get("HX-Request"):
        return shown
    if request.blueprint in OPEN_PAGES:
        return shown
    if config.demo:
        shown["demo_agents"] = [{"identifiant": who, "prenom": name, "titre": does} for who, name, does in maison.visiteurs()]
    if g.get("moi"):
        shown["moi"] = person(g.agent, g.moi.roles)
        shown["compteurs"], shown["ouvertes"] = menu.nombres(), menu.ouvertes()
    return shown


def person(agent: Agent, roles: frozenset[str] = frozenset()) -> Person:
    """An agent as the pages name them."""
    return Person(identifiant=agent.identifiant, prenom=agent.prenom, nom=agent.nom, titre=agent.qualite,
                  initiales=(agent.prenom[:1] + agent.nom[:1]).upper(), roles=roles)
