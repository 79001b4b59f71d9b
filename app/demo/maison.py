"""The demo town's house: bureaux, people, natures, read from maison.toml."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import installation

ICI = Path(__file__).parent
ADRESSE = {"adresse": "1 place de la Mairie\n49999 Saint-Aubin-des-Prés", "telephone": "02 61 91 00 00"}


def lire(nom: str) -> dict[str, Any]:
    """One of the demo's TOML files."""
    return tomllib.loads((ICI / nom).read_text("utf-8"))


def installer(session: Session, *, domaine: str, now: datetime) -> None:
    """Write the house into an empty database, with addresses of its own."""
    maison = lire("maison.toml")
    complete = {
        "bureaux": [{**bureau, **ADRESSE, "courriel": f"{bureau['cle']}@{domaine}"} for bureau in maison["bureaux"]],
        "agents": [_sans_demo({**agent, "courriel": f"{agent['id']}@{domaine}"}) for agent in maison["agents"]],
        "natures": maison["natures"],
    }
    installation.installer(session, complete, par="systeme", now=now)


def _sans_demo(agent: dict[str, Any]) -> dict[str, Any]:
    return {cle: valeur for cle, valeur in agent.items() if cle != "demo"}


def visiteurs() -> list[tuple[str, str, str]]:
    """Those a visitor of the demo may become: identifiant, name, what they do."""
    return [(a["id"], f"{a['prenom']} {a['nom']}", a["demo"]) for a in lire("maison.toml")["agents"] if a.get("demo")]
