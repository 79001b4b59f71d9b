"""A Chromium for this folder; a town hall with nothing in it yet for each module, and one with a past, to be looked at."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app import create_app
from app.config import DEMO, Config
from app.courrier import organisation
from app.db import db, transaction
from app.demo.installation import installer
from app.web.context import parts
from tests.browser.mairie import Mairie, served
from tests.support import certificats
from tests.support.chromium import launched
from tests.support.circuits import deploy_shipped
from tests.support.people import PASSWORD

PATIENCE = 30_000
"""Milliseconds before a test says that what it expects never came: a busy machine is no fault."""

A_FEW = 20
"""Courriers of the demo: enough for one in each state."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser."""
    expect.set_options(timeout=PATIENCE)
    with launched() as browser:
        yield browser


def _config(folder: Path, *, demo: bool = False) -> Config:
    return Config(
        instance=folder, database_url=f"sqlite:///{folder / 'mairie.db'}", documents_url=(folder / "documents").as_uri(),
        secret_key="s" * 64, smtp_url=(folder / "outbox").as_uri(), index_path=folder / "index", organisme=DEMO,
        expediteur=DEMO.courriel, demo=demo, certificats=None if demo else certificats.dossier(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def mairie(chromium: Browser, sqlite_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mairie]:
    """The people of Saint-Aubin-des-Prés at their first day: circuits deployed, no letter yet."""
    folder = tmp_path_factory.mktemp("mairie")
    shutil.copy(sqlite_town, folder / "mairie.db")
    with served(_config(folder), chromium) as open_:
        with open_.app.app_context():
            deploy_shipped(parts())
        yield open_


@pytest.fixture(scope="package")
def passee(chromium: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mairie]:
    """The town hall after some weeks, with courriers in every state and the bar of the demonstration."""
    folder = tmp_path_factory.mktemp("passee")
    shutil.copy(sqlite_template, folder / "mairie.db")
    config = _config(folder, demo=True)
    # In a thread of its own: signing wants an event loop, and Playwright's runs in this one.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(_live, config).result()
    with served(config, chromium) as open_:
        yield open_


def _live(config: Config) -> None:
    """Some weeks of the town hall, then everyone's password as the tests know it."""
    app = create_app(config)
    with app.app_context():
        installer(parts(), now=datetime.now(UTC), avance=lambda _week: None, nombre=A_FEW)
        digest = organisation.hacher(PASSWORD)
        with transaction() as session:
            for agent in organisation.tous(session):
                agent.mot_de_passe = digest
        db.session.remove()
        db.engine.dispose()
