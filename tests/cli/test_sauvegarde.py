"""A backup holds what cannot be made again, and says so file by file."""

import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path

from flask import Flask

from app.courrier import depot
from app.db import transaction

OPENED = {
    ".db": lambda copy: str(sqlite3.connect(copy).execute("SELECT name FROM sqlite_master").fetchall()),
    ".dump": lambda copy: subprocess.run(["pg_restore", "--list", copy], capture_output=True, text=True, check=True).stdout,
}
LETTER = b"%PDF-1.4 une lettre"


def _deposit(app: Flask, now: datetime) -> str:
    coffre = app.extensions["vaguemestre"].coffre
    kept = coffre.put(LETTER)
    with app.app_context(), transaction() as session:
        depot.deposer(session, coffre_range=kept, nom="lettre.pdf", mime="application/pdf", canal="papier", par="odile", now=now)
    return str(kept.sha256)


def test_the_copy_is_whole_and_its_digests_are_right(town: Flask, tmp_path: Path, now: datetime) -> None:
    digest = _deposit(town, now)
    folder = tmp_path / "copie"
    done = town.test_cli_runner().invoke(args=["sauvegarde", str(folder)])
    assert done.exit_code == 0, done.output
    assert (folder / "documents" / digest).read_bytes() == LETTER
    checked = subprocess.run(["sha256sum", "-c", "MANIFESTE.sha256"], cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert f"documents/{digest}" in checked.stdout
    assert "base." in checked.stdout


def test_a_folder_in_use_is_left_alone(town: Flask, tmp_path: Path) -> None:
    (tmp_path / "autre.txt").write_text("à garder")
    done = town.test_cli_runner().invoke(args=["backup", str(tmp_path)])
    assert done.exit_code == 1
    assert "n’est pas vide" in done.output


def test_the_copy_opens_without_our_program(town: Flask, tmp_path: Path, now: datetime) -> None:
    _deposit(town, now)
    folder = tmp_path / "copie"
    town.test_cli_runner().invoke(args=["sauvegarde", str(folder)])
    (copy,) = folder.glob("base.*")
    assert "depot" in OPENED[copy.suffix](copy)
