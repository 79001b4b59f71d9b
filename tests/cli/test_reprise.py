"""A folder of old letters is taken in once, whatever stops it, and waits behind the mail of the day."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.cli import reprise as command
from app.courrier import depot
from app.courrier.tables import Depot
from app.db import db


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "anciens"
    (folder / "2019").mkdir(parents=True)
    for number in range(5):
        (folder / "2019" / f"lettre{number}.txt").write_bytes(b"MZ un programme, %d" % number)
    (folder / "copie.txt").write_bytes(b"MZ un programme, 0")
    (folder / ".cache").write_bytes(b"x")
    (folder / "lien").symlink_to("/etc/passwd")
    os.utime(folder / "2019/lettre3.txt", (1.5e9, 1.5e9))
    return folder


def test_old_letters_are_taken_in_once_even_when_it_stops_halfway(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, runner = _folder(tmp_path), town.test_cli_runner()
    monkeypatch.setattr(command, "FILES_A_COMMIT", 2)
    deposit, done = command._deposit, list[Path]()

    def stops(path: Path) -> bool:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(path)
        return deposit(path)

    monkeypatch.setattr(command, "_deposit", stops)
    assert runner.invoke(args=["reprise", str(folder)]).exit_code != 0
    monkeypatch.setattr(command, "_deposit", deposit)
    again = runner.invoke(args=["reprise", str(folder)])
    assert "3 fichiers déposés, 3 qui l’étaient déjà ; 5 en attente de lecture." in again.output
    assert "0 fichiers déposés, 6 qui l’étaient déjà" in runner.invoke(args=["reprise", str(folder)]).output
    with town.app_context():
        old = db.session().scalars(select(Depot)).all()
        assert len(old) == 5
        assert all(letter.differe for letter in old)
        dated = next(letter for letter in old if letter.origine == "lettre3.txt")
        assert dated.recu_le == datetime.fromtimestamp(1.5e9, UTC)
        assert depot.a_lire(db.session(), now=datetime.now(UTC))[0] == dated.id


def test_what_is_too_heavy_is_named(town: Flask, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    with (folder / "film.avi").open("wb") as target:
        target.truncate(town.extensions["vaguemestre"].config.max_upload + 1)
    said = town.test_cli_runner().invoke(args=["reprise", str(folder)])
    assert "film.avi" in said.output
    assert "5 fichiers déposés, 1 qui l’étaient déjà" in said.output
