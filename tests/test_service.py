"""`flask servir` as people run it: one process, pages at once, a clean stop; then gunicorn's entrance."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT


@pytest.fixture
def environ(empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a new installation, on a database without any table."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VAGUEMESTRE_")}
    return kept | {
        "DATABASE_URL": empty_database_url, "VAGUEMESTRE_INSTANCE": str(tmp_path / "instance"), "PYTHONUNBUFFERED": "1",
        "VAGUEMESTRE_ORGANISME": "Mairie d’essai", "VAGUEMESTRE_ADRESSE_EXPEDITEUR": "mairie@essai.example",
    }


@pytest.fixture
def served(environ: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process and the address it says."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "servir", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout
    said = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said + process.stdout.read()
    yield process, found[0]
    process.kill()
    process.communicate()


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_then_stops_when_told(served: tuple["subprocess.Popen[str]", str], told: signal.Signals) -> None:
    process, address = served
    with urllib.request.urlopen(address + "/connexion") as page:
        assert "Mairie d’essai" in page.read().decode()
    process.send_signal(told)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said


def test_a_wrong_setting_stops_the_start_in_words(environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", "import wsgi"]
    done = subprocess.run(command, cwd=ROOT, env=environ | {"VAGUEMESTRE_WORKERS": "beaucoup", "DATABASE_URL": "mysql://x"},
                          capture_output=True, text=True, check=False)
    assert done.returncode
    assert "VAGUEMESTRE_WORKERS" in done.stderr
    assert "DATABASE_URL" in done.stderr
