"""The program as people run it: one process that serves and stops cleanly, or gunicorn, clock and workers apart."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.sources import ROOT

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
GUNICORN = (sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4", "--bind", "127.0.0.1:0", "wsgi:app")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def _environ(url: str, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VAGUEMESTRE_")}
    return kept | {
        "DATABASE_URL": url, "VAGUEMESTRE_INSTANCE": str(folder / "instance"), "PYTHONUNBUFFERED": "1",
        "VAGUEMESTRE_ORGANISME": "Mairie d’essai", "VAGUEMESTRE_ADRESSE_EXPEDITEUR": "mairie@essai.example",
        "SMTP_URL": (folder / "outbox").as_uri(),
    }


@pytest.fixture
def new(empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a new installation, on a database without any table."""
    return _environ(empty_database_url, tmp_path)


@pytest.fixture
def settled(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation whose database has its tables."""
    return _environ(database_url, tmp_path)


@contextmanager
def _running(*command: str, environ: dict[str, str], until: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process, and what it said up to the words awaited."""
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout
    said = ""
    while not re.search(until, said):
        line = process.stdout.readline()
        assert line, said
        said += line
    try:
        yield process, said
    finally:
        process.kill()
        process.communicate()


def _page(said: str) -> str:
    address = ADDRESS.search(said)
    assert address
    with urllib.request.urlopen(address[0] + "/connexion") as page:
        return str(page.read().decode())


def _stopped(process: "subprocess.Popen[str]", told: signal.Signals) -> None:
    process.send_signal(told)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_one_process_serves_a_new_installation_then_stops_when_told(new: dict[str, str], told: signal.Signals) -> None:
    with _running(*FLASK, "servir", "--port", "0", environ=new, until="vous attend sur") as (process, said):
        assert "Mairie d’essai" in _page(said)
        _stopped(process, told)


@pytest.mark.parametrize(("command", "words"), [("horloge", "L’horloge tourne"), ("worker", "Les ouvriers attendent")])
def test_clock_and_workers_run_apart(settled: dict[str, str], command: str, words: str) -> None:
    with _running(*FLASK, command, environ=settled, until=words) as (process, _):
        _stopped(process, signal.SIGTERM)


def test_gunicorn_serves_the_pages(settled: dict[str, str]) -> None:
    with _running(*GUNICORN, environ=settled, until="Booting worker") as (process, said):
        assert "Mairie d’essai" in _page(said)
        _stopped(process, signal.SIGTERM)


def test_a_wrong_setting_stops_the_start_in_words(new: dict[str, str]) -> None:
    wrong = new | {"VAGUEMESTRE_WORKERS": "beaucoup", "DATABASE_URL": "mysql://x"}
    done = subprocess.run([sys.executable, "-c", "import wsgi"], cwd=ROOT, env=wrong, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "VAGUEMESTRE_WORKERS" in done.stderr
    assert "DATABASE_URL" in done.stderr
