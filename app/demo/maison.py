"""The demo town's house: bureaux, people, natures, templates, circuits, read from maison.toml and the shipped folders."""

import secrets
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.courrier import organisation
from app.courrier.tables import Nature

ICI = Path(__file__).parent


def lire(nom: str) -> dict[str, Any]:
    """One of the demo's TOML files."""
    return tomllib.loads((ICI / nom).read_text("utf-8"))


def installer(session: Session, *, domaine: str, now: datetime) -> None:
    """Write the house into an empty database; every password is drawn at random and told to nobody."""
    maison = lire("maison.toml")
    for bureau in maison["bureaux"]:
        organisation.creer_bureau(
            session, **bureau, courriel=f"{bureau['cle']}@{domaine}", telephone="02 61 91 00 00",
            adresse="1 place de la Mairie\n49999 Saint-Aubin-des-Prés", par="systeme", now=now,
        )  # fmt: skip
    for agent in maison["agents"]:
        _agent(session, agent, domaine, now)
    bureaux = organisation.arbre(session)
    for nature in maison["natures"]:
        valeurs = {"circuit": "arrivee", **nature}
        bureau_cle = valeurs.pop("bureau", None)
        session.add(Nature(**valeurs, bureau_id=bureaux[bureau_cle].id if bureau_cle else None))
    session.flush()


def _agent(session: Session, agent: dict[str, Any], domaine: str, now: datetime) -> None:
    nom = agent["id"]
    organisation.creer_agent(
        session, identifiant=nom, prenom=agent["prenom"], nom=agent["nom"], qualite=agent["qualite"],
        courriel=f"{nom}@{domaine}", mot_de_passe=secrets.token_urlsafe(24), par="systeme", now=now,
    )  # fmt: skip
    if bureau := agent.get("bureau"):
        organisation.placer(session, nom, bureau, agent.get("place", "agent"), par="systeme", now=now)
    for role in agent.get("roles", ()):
        organisation.donner_role(session, nom, role, par="systeme", now=now)


def visiteurs() -> list[tuple[str, str, str]]:
    """Those a visitor of the demo may become: identifiant, name, what they do."""
    return [(a["id"], f"{a['prenom']} {a['nom']}", a["demo"]) for a in lire("maison.toml")["agents"] if a.get("demo")]
