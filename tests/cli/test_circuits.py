"""Circuits edited as files: every fault told, all deployed or none."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.courrier import journal
from app.db import db
from engine import Definition
from tests.house.sources import ROOT

SHIPPED = [str(path) for folder in ("forms", "processes") for path in sorted((ROOT / folder).iterdir())]


def _run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def test_what_is_shipped_is_deployed_together_and_once(town: Flask) -> None:
    code, said = _run(town, "circuits", "deploy", *SHIPPED)
    assert code == 0, said
    assert said.count("déployé, version 1") == len(SHIPPED)
    assert _run(town, "circuits", "deploy", *SHIPPED)[1].count("inchangé, version 1") == len(SHIPPED)
    with town.app_context():
        assert len(journal.lire(db.session(), "circuit:arrivee")) == 1


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A circuit that would read a file of the server through an entity."""
    text = (ROOT / "processes/interne.bpmn").read_text("utf-8").replace("?>", '?><!DOCTYPE x SYSTEM "file:///etc/passwd">', 1)
    path = tmp_path / "interne.bpmn"
    path.write_text(text, "utf-8")
    return path


def test_a_fault_in_one_file_and_none_is_deployed(town: Flask, faulty: Path) -> None:
    code, said = _run(town, "circuits", "deploy", *(name for name in SHIPPED if not name.endswith(".bpmn")), str(faulty))
    assert code == 1
    assert "rien n’a été déployé" in said
    assert "erreur" in said
    with town.app_context():
        assert list(db.session().scalars(select(Definition))) == []


def test_checking_tells_and_changes_nothing(town: Flask, faulty: Path) -> None:
    code, said = _run(town, "circuits", "check", str(faulty))
    assert code == 1
    assert "À corriger" in said
    with town.app_context():
        assert list(db.session().scalars(select(Definition))) == []


def test_files_given_together_know_each_other(town: Flask) -> None:
    code, said = _run(town, "circuits", "check", *SHIPPED)
    assert code == 0, said
    with town.app_context():
        assert list(db.session().scalars(select(Definition))) == []


def test_another_kind_of_file_is_refused(town: Flask, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("rien")
    assert "notes.txt" in _run(town, "circuits", "check", str(other))[1]
