"""A new town hall from one file."""

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.courrier import consultation, organisation, reponse
from app.db import db
from engine import Definition
from tests.house.sources import ROOT

SAMPLE = ROOT / "docs/maison.toml"


def _install(app: Flask, path: Path) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["maison", "installer", str(path)])
    return done.exit_code, done.output


def test_the_sample_makes_a_town_hall_that_can_register_and_is_not_made_twice(app: Flask) -> None:
    code, said = _install(app, SAMPLE)
    assert code == 0, said
    assert "flask agents mot-de-passe a.durand" in said
    with app.app_context():
        session = db.session()
        assert {nature.cle for nature in consultation.natures(session, "arrivee")} == {"demande", "urbanisme", "information"}
        assert [chef.identifiant for chef in organisation.chefs(session, "urbanisme")] == ["d.leroux"]
        assert reponse.modeles(session, "reponse")
        assert {fiche.key for fiche in _deployed()} == {"arrivee", "information", "depart", "interne"}
        session.rollback()
    code, said = _install(app, SAMPLE)
    assert code == 0
    assert "mot-de-passe" not in said
    with app.app_context():
        assert {fiche.version for fiche in _deployed()} == {1}


def _deployed() -> list[Definition]:
    return list(db.session().scalars(select(Definition).where(Definition.kind == "bpmn")))


def test_every_fault_of_a_file_is_named_and_nothing_is_written(app: Flask, tmp_path: Path) -> None:
    wrong = tmp_path / "maison.toml"
    wrong.write_text(
        '[[bureaux]]\nnom = "Sans clé"\n[[agents]]\nid = "x"\nage = 3\n[[natures]]\ncle = "n"\nnom = "N"\nbureau = "rien"\n'
    )
    code, said = _install(app, wrong)
    assert code == 1
    assert all(words in said for words in ("bureaux n° 1", "Il manque : cle", "age", "« rien » n’est pas dans le fichier"))
    with app.app_context():
        assert not organisation.arbre(db.session())


def test_a_bureau_whose_receipts_would_be_refused_is_named(app: Flask, tmp_path: Path) -> None:
    mute = tmp_path / "maison.toml"
    mute.write_text(SAMPLE.read_text("utf-8").replace('telephone = "01 23 45 67 80"\n', ""), "utf-8")
    code, said = _install(app, mute)
    assert code == 1
    assert "bureau direction : Ses accusés de réception seraient refusés, il leur manque : telephone." in said
