"""People at their browsers: they log in, follow links, and send the seal of the page they are on with each form."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask
from werkzeug.test import TestResponse

from app.courrier import organisation
from app.db import db, transaction
from tests.support.people import PASSWORD

SEAL = re.compile(r'name="csrf-token" content="([^"]+)"')


class Visitor:
    """A browser without scripts, on pages of `app`; `page` is the last HTML seen."""

    def __init__(self, app: Flask) -> None:
        """Nobody in particular, until they log in."""
        self.client = app.test_client()
        self.page = ""

    def get(self, path: str, **more: object) -> TestResponse:
        """Open a page."""
        return self._seen(self.client.get(path, **more))  # type: ignore[arg-type]

    def post(self, path: str, data: Mapping[str, object] | None = None, **more: object) -> TestResponse:
        """Send a form of the last page, with its seal."""
        if not SEAL.search(self.page):
            self.get("/compte", follow_redirects=True)
        return self._seen(self.client.post(path, data={"csrf_token": self.seal, **(data or {})}, **more))  # type: ignore[arg-type]

    @property
    def seal(self) -> str:
        """The seal against forgeries of the page they are on."""
        found = SEAL.search(self.page)
        assert found, "no page with a seal was seen"
        return html.unescape(found[1])

    def log_in(self, identifiant: str, password: str = PASSWORD) -> TestResponse:
        """Through the door, as people do."""
        self.get("/connexion")
        answer = self.post("/connexion", {"identifiant": identifiant, "mot_de_passe": password})
        # A new session has a new seal.
        self.page = ""
        return answer

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and SEAL.search(response.text):
            self.page = response.text
        return response


def visitor(app: Flask, identifiant: str) -> Visitor:
    """This agent, already logged in."""
    with app.app_context(), transaction() as session:
        token = organisation.ouvrir_session(session, organisation.agent(session, identifiant), now=datetime.now(UTC))
    someone = Visitor(app)
    with someone.client.session_transaction() as cookie:
        cookie["jeton"] = token
    return someone


def close_sessions(app: Flask, identifiant: str) -> None:
    """What happens overnight: the server no longer knows this agent's sessions."""
    with app.app_context():
        with transaction() as session:
            organisation.fermer_sessions(session, organisation.agent(session, identifiant), now=datetime.now(UTC))
        db.session.remove()
