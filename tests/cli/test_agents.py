"""Accounts from a terminal."""

from flask import Flask

from app.courrier import habilitations, journal, organisation
from app.db import db

PASSWORD = "un chêne au bord de la Loire"


def _run(app: Flask, *words: str, typed: str = "") -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words), input=typed)
    return done.exit_code, done.output


def test_camille_is_added_with_her_place_and_role(town: Flask) -> None:
    code, said = _run(town, "agents", "ajouter", "camille", "--prenom", "Camille", "--nom", "Roy", "--bureau", "voirie:chef",
                      "--role", "manager", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 0, said
    with town.app_context():
        session = db.session()
        moi = habilitations.moi(session, organisation.agent(session, "camille"))
        assert {"voirie", "voirie.chef", "manager"} <= moi.groupes
        assert {line.acte for line in journal.lire(session, "agent:camille")} >= {"creer-agent", "placer", "donner-role"}
    assert "camille" in _run(town, "users", "list")[1]


def test_a_refused_account_is_not_half_made(town: Flask) -> None:
    code, said = _run(town, "agents", "ajouter", "camille", "--prenom", "Camille", "--nom", "Roy", "--role", "roi",
                      typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 1
    assert "Le rôle est l’un de" in said
    assert "camille" not in _run(town, "agents", "liste")[1]


def test_a_weak_password_is_refused_in_words(town: Flask) -> None:
    code, said = _run(town, "agents", "mot-de-passe", "claire", typed="court\ncourt\n")
    assert code == 1
    assert "au moins 12 signes" in said


def test_a_role_is_given_and_taken_away(town: Flask) -> None:
    assert _run(town, "agents", "role", "claire", "concepteur")[0] == 0
    assert "concepteur" in next(line for line in _run(town, "agents", "liste")[1].splitlines() if line.startswith("claire"))
    assert _run(town, "agents", "role", "claire", "concepteur", "--retirer")[0] == 0
    assert "concepteur" not in next(line for line in _run(town, "agents", "liste")[1].splitlines() if line.startswith("claire"))


def test_who_moves_and_who_leaves_is_told_to_the_program(town: Flask) -> None:
    assert _run(town, "agents", "bureau", "claire", "voirie", "--chef")[0] == 0
    assert _run(town, "agents", "bureau", "claire", "urbanisme", "--retirer")[0] == 0
    with town.app_context():
        session = db.session()
        groups = organisation.groupes(session, organisation.agent(session, "claire"))
        assert "voirie.chef" in groups
        assert "urbanisme" not in groups
    assert "ne peut plus se connecter" in _run(town, "agents", "depart", "claire")[1]
    assert "claire" not in _run(town, "agents", "liste")[1]
    for words in (("depart", "personne"), ("bureau", "paul", "nulle-part"), ("role", "personne", "elu")):
        code, said = _run(town, "agents", *words)
        assert code == 1
        assert "n’existe pas" in said
