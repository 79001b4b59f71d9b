"""What templates call to say dates, people, kinds in the reader's words."""

from datetime import date, datetime

from flask import Flask, g
from flask_babel import format_date, format_datetime
from flask_babel import lazy_gettext as _l

from app.courrier import delais
from app.web import mots
from app.web.gens import nom_agent

CANAUX = {
    "papier": _l("papier"), "courriel": _l("courriel"), "formulaire": _l("formulaire"), "guichet": _l("guichet"),
    "telephone": _l("téléphone"), "api": _l("échange automatique"), "postal": _l("lettre simple"),
    "recommande": _l("lettre recommandée"), "remise": _l("remise en mains propres"),
}  # fmt: skip
GENRES = {
    "original": _l("original reçu"), "annexe": _l("pièce jointe"), "projet": _l("projet de réponse"),
    "reponse": _l("lettre signée"), "preuve": _l("preuve d’envoi"), "accuse": _l("accusé de réception"),
}  # fmt: skip
ISSUES = {
    "done": _l("fait"), "taken-away": _l("retirée par un délai"), "skipped": _l("passée"), "sent-back": _l("renvoyée"),
    "cancelled": _l("annulée"),
}  # fmt: skip


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.add_template_filter(jour, "jour")
    app.add_template_filter(heure, "heure")
    app.add_template_filter(mots.moment, "moment")
    app.add_template_filter(mots.acte, "acte")
    app.add_template_filter(lambda cle: CANAUX.get(cle, cle), "canal")
    app.add_template_filter(lambda cle: GENRES.get(cle, cle), "genre")
    app.add_template_filter(lambda cle: ISSUES.get(cle, cle), "issue")
    app.add_template_filter(lambda champ: [(option.value, option.label) for option in champ.options], "paires")
    app.add_template_filter(lambda form: [(option.value, option.label) for option in form.choices], "choix_paires")
    app.add_template_global(nom_agent)
    app.add_template_global(lambda: g.moi.identifiant if g.get("moi") else "", "moi_identifiant")


def jour(quand: datetime | date) -> str:
    """«16 nov. 2026»."""
    return str(format_date(delais.jour(quand) if isinstance(quand, datetime) else quand, "d MMM yyyy"))


def heure(quand: datetime) -> str:
    """«10:42»."""
    return str(format_datetime(quand, "HH:mm"))
