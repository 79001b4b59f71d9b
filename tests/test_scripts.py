"""Without a network the set-up ends with one sentence in French, and keeps what the tool said."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "scripts", tmp_path / "scripts"))


def run(*command: str | Path) -> str:
    """What is read on the terminal of a command that fails."""
    alone = {"npm_config_registry": NOWHERE, "npm_config_fetch_retries": "0", "PIP_NO_INPUT": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **alone}, check=False)
    assert done.returncode == 1
    return done.stdout + done.stderr


def test_python_packages_that_cannot_be_fetched_are_told_in_a_sentence(scripts: Path) -> None:
    pip = (sys.executable, "-m", "pip", "install", "--retries", "0", "--index-url", NOWHERE, "--no-deps", "un-paquet-absent")
    [said] = run(scripts / "recuperer", "pip", "Les paquets Python", *pip).splitlines()
    kept = scripts.parent / "instance/pip.log"
    assert said.startswith("Les paquets Python n’ont pas pu être installés")
    assert said.endswith(f"dans {kept}.")
    assert "un-paquet-absent" in kept.read_text("utf-8")


def test_pages_that_cannot_be_built_for_want_of_a_network_say_so(scripts: Path, tmp_path: Path) -> None:
    wanted, package = {"absent": "1.0.0"}, {"version": "1.0.0", "integrity": "sha512-" + "A" * 86 + "=="}
    (tmp_path / "package.json").write_text(json.dumps({"name": "pages", "version": "1.0.0", "dependencies": wanted}))
    (tmp_path / "package-lock.json").write_text(json.dumps({
        "name": "pages", "version": "1.0.0", "lockfileVersion": 3,
        "packages": {"": {"name": "pages", "version": "1.0.0", "dependencies": wanted}, "node_modules/absent": package},
    }))
    [said] = run(scripts / "frontal", tmp_path, sys.executable).splitlines()
    assert said.startswith("Les paquets des pages (npm) n’ont pas pu être installés")
    assert "ECONNREFUSED" in (tmp_path / "instance/npm.log").read_text("utf-8")
