"""A mail server for the tests of this folder, and a town hall that collects from it."""

import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from imapclient import IMAPClient

from tests.conftest import _application, _config
from tests.support import dovecot
from tests.support.dovecot import Dovecot


@pytest.fixture(scope="session")
def imap() -> Iterator[Dovecot]:
    """The server of this run: a mailbox of its own for each user that a test names."""
    with dovecot.running() as server:
        yield server


@pytest.fixture
def mairie(sqlite_town: Path, tmp_path: Path) -> Iterator[Flask]:
    """The town hall, on SQLite."""
    shutil.copy(sqlite_town, tmp_path / "ville.db")
    yield from _application(_config(f"sqlite:///{tmp_path / 'ville.db'}", tmp_path / "instance"))


@contextmanager
def session(server: Dovecot, user: str) -> Iterator[IMAPClient]:
    """The mailbox as its owner opens it, on INBOX."""
    context = ssl.create_default_context(cafile=str(server.folder / "cert.pem"))
    with IMAPClient("localhost", server.port, ssl_context=context) as client:
        client.plain_login(user, dovecot.PASSWORD)
        client.select_folder("INBOX")
        yield client
