"""Agents' names for the pages, asked once a request."""

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from app.courrier.tables import Agent
from app.db import db


def nom_agent(identifiant: str | None) -> str:
    """«Claire Montel» for `claire`; machines have names too."""
    if not identifiant:
        return ""
    if "noms" not in g:
        g.noms = {
            nom: f"{prenom} {famille}"
            for nom, prenom, famille in db.session().execute(select(Agent.identifiant, Agent.prenom, Agent.nom))
        }
        g.noms |= {"horloge": _("L’horloge"), "systeme": _("Le système")}
    return str(g.noms.get(identifiant, identifiant))
