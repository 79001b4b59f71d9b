"""Whatever goes wrong, the page says what happened and what to do next, with every header, and never a stack trace."""

import errno
import logging
import re

import pytest
from flask import Flask
from psycopg.errors import DiskFull
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from app.courrier import errors as courrier
from app.web.errors import STATUS
from engine import errors as engine
from tests.support.visitors import Visitor, visitor

ALWAYS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy",
          "Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control")
ERRORS = {
    "introuvable": courrier.Introuvable(quoi="Ce courrier"),
    "interdit": courrier.Interdit(action="signer"),
    "pris": engine.TaskHeld(holder="Marc"),
    "refuse": courrier.SaisieRefusee({"objet": "Donnez un objet."}),
    "plein": OSError(errno.ENOSPC, "No space left on device"),
    "serveur plein": OperationalError("INSERT", None, DiskFull("could not extend file")),
    "panne": RuntimeError("le disque brûle, mot de passe 1234"),
}


@pytest.fixture
def faulty(town: Flask) -> Flask:
    """The application with a page for each way to fail."""
    def fail(sort: str) -> str:
        if sort == "base pleine":
            with create_engine("sqlite://").connect() as database:
                database.exec_driver_sql("PRAGMA max_page_count=1")
                database.exec_driver_sql("CREATE TABLE trop (grande)")
        raise ERRORS[sort]

    town.add_url_rule("/essai/<sort>", "essai", fail, methods=["GET", "POST"])
    return town


@pytest.mark.parametrize(("sort", "status", "words"), [
    ("introuvable", 404, "Ce courrier n’existe pas"),
    ("interdit", 403, "Vous n’avez pas le droit de signer"),
    ("pris", 409, "Cette tâche est tenue par Marc"),
    ("refuse", 422, "1 champ(s) à corriger"),
    ("plein", 507, "Le disque du serveur est plein"),
    ("base pleine", 507, "Le disque du serveur est plein"),
    ("serveur plein", 507, "Le disque du serveur est plein"),
    ("panne", 500, "Une erreur s’est produite"),
])
def test_a_refusal_is_a_page_with_words_and_a_way_on(faulty: Flask, sort: str, status: int, words: str) -> None:
    response = visitor(faulty, "claire").get(f"/essai/{sort}")
    assert response.status_code == status
    assert words in response.text
    assert 'href="/"' in response.text
    assert "Traceback" not in response.text
    assert "1234" not in response.text


def test_a_failure_is_logged_under_the_reference_that_the_page_shows(faulty: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = visitor(faulty, "claire").get("/essai/panne").text
    reference = re.search(r"administrateur\s: (\w{8})", page)
    assert reference
    assert reference[1] in caplog.text
    assert "le disque brûle" in caplog.text


def test_a_part_of_a_page_is_answered_by_a_part(faulty: Flask) -> None:
    part = visitor(faulty, "claire").get("/essai/pris", headers={"HX-Request": "true"})
    assert part.status_code == 409
    assert "<html" not in part.text
    assert "tenue par Marc" in part.text


def test_scripts_are_answered_in_json(faulty: Flask) -> None:
    answer = visitor(faulty, "claire").get("/essai/pris", headers={"Accept": "application/json"})
    assert answer.json["status"] == 409
    assert "tenue par Marc" in answer.json["phrase"]


def test_a_script_whose_session_ended_is_told_so(town: Flask) -> None:
    told = Visitor(town).get("/compte", headers={"HX-Request": "true"})
    assert told.status_code == 401
    assert "Votre session a expiré" in told.text


@pytest.mark.parametrize("path", ["/connexion", "/nulle-part", "/compte", "/static/favicon.svg", "/static/absent.css"])
def test_every_answer_has_every_header(town: Flask, path: str) -> None:
    for someone in (Visitor(town), visitor(town, "claire")):
        response = someone.get(path)
        assert [name for name in ALWAYS if name not in response.headers] == []
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_pages_are_not_kept_and_bundles_are(town: Flask) -> None:
    claire = visitor(town, "claire")
    assert claire.get("/compte").headers["Cache-Control"] == "no-store"
    assert "no-store" not in claire.get("/static/favicon.svg").headers["Cache-Control"]


def test_too_heavy_a_form_is_refused_in_words(town: Flask) -> None:
    town.config["MAX_CONTENT_LENGTH"] = 1000
    claire = visitor(town, "claire")
    claire.get("/compte")
    refused = claire.post("/compte", {"mot_de_passe": "x" * 2000})
    assert refused.status_code == 413
    assert "trop lourd" in refused.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(town: Flask) -> None:
    claire = Visitor(town)
    cookie = claire.log_in("claire").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_every_error_of_the_trade_and_the_engine_has_a_status() -> None:
    def kinds(base: type[Exception]) -> set[type[Exception]]:
        return {base} | {below for kind in base.__subclasses__() for below in kinds(kind)}

    for kind in kinds(courrier.CourrierError) | kinds(engine.EngineError):
        assert any(base in STATUS for base in kind.__mro__)
