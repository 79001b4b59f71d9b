"""Agents' names for the pages, asked once a request."""

from flask import g
from flask_babel import gettext as _

from app.courrier import consultation
from app.db import db


def nom_agent(identifiant: str | None) -> str:
    """«Claire Montel» for `claire`; machines have names too."""
    if not identifiant:
        return ""
    if "noms" not in g:
        machines = {"horloge": _("L’horloge"), "systeme": _("Le système"), "usager": _("L’usager")}
        g.noms = {**consultation.noms(db.session()), **machines}
    return str(g.noms.get(identifiant, identifiant))
