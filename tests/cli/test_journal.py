"""The journal, verified by the program and by thirty lines that are not ours."""

import hashlib

from flask import Flask
from sqlalchemy import text

from app.courrier.tables import figees
from app.db import transaction


def test_the_chain_is_verified_and_exported(town: Flask) -> None:
    run = town.test_cli_runner().invoke
    assert "Le journal est intact" in run(args=["journal", "verify"]).output
    seal = "0" * 64
    for line in run(args=["journal", "export"]).output.splitlines():
        _number, before, after, words = line.split("\t")
        assert before == seal
        seal = hashlib.sha256((before + words).encode()).hexdigest()
        assert after == seal
    assert seal != "0" * 64


def test_a_changed_line_is_found(town: Flask) -> None:
    with town.app_context(), transaction() as session, figees.levees(session):
        session.execute(text("UPDATE journal SET acteur = 'personne' WHERE numero = 3"))
    done = town.test_cli_runner().invoke(args=["journal", "verify"])
    assert done.exit_code == 1
    assert "ligne 3" in done.output
