"""A town hall that is really served, and people in front of it with a browser each."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from app.config import Config
from app.courrier import journey
from app.courrier.tables import Courrier, Depot
from app.db import db
from engine import Task
from tests.support.people import PASSWORD
from tests.support.service import working

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
SLOW = 60_000
"""Milliseconds that a page may take when it waits for a worker."""


@dataclass(frozen=True, kw_only=True)
class Mairie:
    """An application served on a port of its own, with its clock and its workers, and the browser of its people."""

    app: Flask
    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    cookies: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def person(
        self, who: str = "", *, width: int = 1440, dark: bool = False, refused: bool = False, **more: object
    ) -> Iterator[Page]:
        """Somebody at a browser of their own, logged in through the door; `refused`: pages may answer with an error.

        A script's fault, a refusal of the content policy or a request to another host fails the test at the end.
        """
        self.complaints.clear()
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 900}, locale="fr-FR", timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light", **more,  # type: ignore[arg-type]
        )  # fmt: skip
        page = context.new_page()
        self._listen(page, refused=refused)
        context.on("page", lambda opened: self._listen(opened, refused=refused))
        if who:
            self.log_in(page, who)
        page.set_default_timeout(20_000)
        yield page
        context.close()
        said = list(self.complaints)
        self.complaints.clear()
        assert not said, "\n".join(said)  # told here: pytest does not look into this module

    def _listen(self, page: Page, *, refused: bool) -> None:
        def console(text: str) -> None:
            if not (refused and text.startswith("Failed to load resource")):
                self.complaints.append(f"{page.url} : {text}")

        page.on("console", lambda said: console(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url} : {error}"))
        page.on("request", lambda request: self._watch(request.url))

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:", "about:", "chrome-extension:")):
            self.complaints.append(f"demandé à un autre hôte : {url}")

    @contextmanager
    def visitor(self, who: str, **more: Any) -> Iterator[Page]:
        """The same, let in by the cookie of their first visit: for those who look at many pages."""
        if who and who not in self.cookies:
            with self.person(who) as page:
                self.cookies[who] = page.context.storage_state()
        with self.person(storage_state=self.cookies.get(who), **more) as page:
            yield page

    def log_in(self, page: Page, who: str) -> None:
        """Through the door, by typing."""
        page.goto("/connexion")
        page.get_by_label("Identifiant").fill(who)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        expect(page.locator(".moi-bouton")).to_be_visible()

    def task(self, act: str) -> tuple[int, str]:
        """An open task of this act, and somebody who may do it."""
        with self.app.app_context():
            found = db.session().scalars(
                select(Task).where(Task.act == act, Task.closed_at.is_(None)).order_by(Task.holder.is_(None), Task.id)
            ).first()
            assert found, f"no open task {act}"
            return found.id, found.holder or journey.collegues_de(db.session(), found)[0].identifiant

    def courrier(self, **asked: object) -> int:
        """A courrier whose columns have these values."""
        with self.app.app_context():
            found = db.session().scalar(select(Courrier.id).filter_by(**asked).order_by(Courrier.id).limit(1))
        assert found, f"no courrier {asked}"
        return found

    def depot(self, state: str) -> int:
        """A depot in this state."""
        with self.app.app_context():
            found = db.session().scalar(select(Depot.id).where(Depot.etat == state).order_by(Depot.id).limit(1))
        assert found, f"no depot {state}"
        return found


@contextmanager
def served(config: Config, browser: Browser) -> Iterator[Mairie]:
    """Serve this organisation until the block ends."""
    app = create_app(config)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    pages = threading.Thread(target=server.serve_forever, name="pages", daemon=True)
    pages.start()
    with working(app):
        yield Mairie(app=app, address=f"http://127.0.0.1:{server.server_port}", browser=browser)
        server.shutdown()
        pages.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()
