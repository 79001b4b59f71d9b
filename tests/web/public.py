"""An usager before the public pages, for the tests: they write, keep their receipt, follow; the workers do their part."""

import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import travaux
from app.courrier import demandes
from app.courrier.demandes import Regle
from app.courrier.tables import Demande, Depot
from app.db import db, transaction
from app.web.context import parts
from app.web.usager import adresse
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine, value

ONCE = pytest.mark.parametrize("office", ["sqlite"], indirect=True)
"""Where the database makes no difference."""

WORDS = {
    "genre": "personne", "nom": "Hélène Caradec", "courriel": "helene.caradec@example.org", "nature": "signalement",
    "objet": "Lampadaire éteint", "texte": "Bonjour,\nLe lampadaire <12> de la rue des Lilas est éteint.\n\nMerci.",
}


def write(someone: Visitor, *files: tuple[bytes, str], **more: object) -> TestResponse:
    """The form as a browser sends it, from its page."""
    page = someone.get("/ecrire")
    data = {**WORDS, "envoi": re.findall(r'name="envoi" value="([^"]+)"', page.text)[0], **more}
    joined = [(io.BytesIO(content), name) for content, name in files]
    return someone.post("/ecrire", {**data, "fichiers": joined}, content_type="multipart/form-data")


def receipt(someone: Visitor) -> tuple[str, str]:
    """The number and code that the page after it gives."""
    number, code = re.findall(r'<b class="gros">([^<]+)</b>', fine(someone.get("/ecrire/recu"), 200).text)
    return number, code


def work(app: Flask) -> None:
    """What the workers do: what came is read, receipts leave."""
    with app.app_context():
        for number in db.session().scalars(select(Depot.id).where(Depot.etat == "a_lire")).all():
            travaux.lire(parts(), number)
        for number in db.session().scalars(select(Demande.id).where(Demande.accuse == "a_envoyer")).all():
            travaux.accuser(parts(), number)
        db.session.remove()


def follow(someone: Visitor, number: str, code: str) -> TestResponse:
    """The page behind number and code."""
    someone.get("/suivre")
    return someone.post("/suivre", {"numero": number, "code": code})


def fill(app: Flask, regle: Regle, times: int) -> None:
    """Somebody at the address of the tests has tried this many times already."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(times):
            with transaction() as session:
                # In the next window too: it may begin while the test runs.
                for when in (datetime.now(UTC), datetime.now(UTC) + regle.duree):
                    demandes.tenter(session, regle, adresse(), now=when)


def register(app: Flask, number: str, *, canal: str = "formulaire") -> int:
    """Odile registers the demand as it is proposed to her; the courrier's id."""
    odile = visitor(app, "odile")
    with guichet.looking(app) as session:
        depot_id = session.scalars(select(Demande.depot_id).where(Demande.numero == number)).one()
    page = odile.get(f"/depots/{depot_id}")
    form = {name: value(page.text, name) for name in ("expediteur", "objet", "courriel")}
    form |= {name: chosen(page.text, name) for name in ("nature_id", "bureau_id")}
    sent = fine(odile.post(f"/depots/{depot_id}", {**form, "canal": canal, "suite": "voir"}), 302)
    return int(sent.location.rsplit("/", 1)[1])


def chosen(page: str, name: str) -> str:
    """What a list of a page has selected."""
    return re.findall(r'<option value="(\d*)" selected', re.findall(rf'<select id="{name}".*?</select>', page, re.S)[0])[0]
