"""The door: who may come in, in which language, and what happens to those whose session ended while they typed."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import update

from app.courrier import organisation
from app.courrier.organisation import porte
from app.courrier.tables import Agent
from app.db import db, transaction
from tests.courrier.atelier import atelier
from tests.support.people import PASSWORD
from tests.support.visitors import Visitor, close_sessions, visitor

NEW = "un chêne au bord de la Loire"


def test_claire_logs_in_and_out(town: Flask) -> None:
    claire = Visitor(town)
    assert claire.get("/compte").location == "/connexion?suite=/compte"
    claire.get("/connexion?suite=/compte")
    arrived = claire.post("/connexion", {"identifiant": " Claire ", "mot_de_passe": PASSWORD, "suite": "/compte"})
    assert arrived.location == "/compte"
    assert "Claire Montel" in claire.get("/compte").text
    claire.post("/deconnexion")
    assert claire.get("/compte").status_code == 302


def test_others_write_while_a_password_is_checked(town: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    check, meanwhile = porte._est, []

    def slow(kept: str, typed: str) -> bool:
        with atelier(town.config["SQLALCHEMY_DATABASE_URI"]) as other:
            other.execute(update(Agent).where(Agent.identifiant == "marc").values(langue="en"))
            other.commit()
            meanwhile.append(typed)
        return check(kept, typed)

    monkeypatch.setattr(porte, "_est", slow)
    assert Visitor(town).log_in("claire").status_code == 302
    assert meanwhile == [PASSWORD]


def test_a_stolen_cookie_is_worth_nothing_after_logging_out(town: Flask) -> None:
    claire = Visitor(town)
    claire.log_in("claire")
    cookie = claire.client.get_cookie("vaguemestre")
    assert cookie
    claire.post("/deconnexion")
    thief = town.test_client()
    thief.set_cookie("vaguemestre", cookie.value)
    assert thief.get("/compte").status_code == 302


def test_a_wrong_password_says_no_more_than_an_unknown_name(town: Flask) -> None:
    someone = Visitor(town)
    answers = [someone.log_in(name, "pas le bon mot").text for name in ("claire", "personne")]
    assert "ne vont pas ensemble" in answers[0]
    assert re.sub(r'value="[^"]*"|content="[^"]*"', "", answers[0]) == re.sub(r'value="[^"]*"|content="[^"]*"', "", answers[1])


def test_after_five_failures_even_the_right_password_waits(town: Flask) -> None:
    someone = Visitor(town)
    for _ in range(5):
        assert someone.log_in("claire", "pas le bon mot").status_code == 401
    assert someone.log_in("claire").status_code == 401


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:1"])
def test_nobody_is_sent_to_another_site(town: Flask, elsewhere: str) -> None:
    claire = Visitor(town)
    claire.get("/connexion")
    assert claire.post("/connexion", {"identifiant": "claire", "mot_de_passe": PASSWORD, "suite": elsewhere}).location == "/"


def test_what_was_typed_when_the_session_ended_is_sent_again_after_logging_in(town: Flask) -> None:
    claire = visitor(town, "claire")
    claire.get("/compte")
    close_sessions(town, "claire")
    asked = claire.post("/taches/7/prise", {"texte": "Appeler M. «Roux» <demain>"})
    assert asked.status_code == 401
    assert "votre saisie est gardée" in asked.text
    kept = re.search(r'name="saisie" value="([^"]+)"', asked.text)
    assert kept
    resumed = claire.post("/connexion", {"identifiant": "claire", "mot_de_passe": PASSWORD, "suite": "/taches/7/prise",
                                         "saisie": unescape(kept[1])})
    assert 'action="/taches/7/prise"' in resumed.text
    assert "Appeler M. «Roux» &lt;demain&gt;" in resumed.text
    assert PASSWORD not in resumed.text


def test_a_form_without_its_seal_changes_nothing(town: Flask) -> None:
    claire = visitor(town, "claire")
    refused = claire.client.post("/langue", data={"lang": "en"})
    assert refused.status_code == 400
    assert "n’est plus valable" in refused.text
    own = claire.client.post("/langue", data={"lang": "en"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 400
    assert "Renvoyer ma saisie" in own.text
    with town.app_context():
        assert organisation.agent(db.session(), "claire").langue == "fr"


def test_a_form_from_another_site_is_not_offered_again(town: Flask) -> None:
    claire = visitor(town, "claire")
    for origin in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"}, {}):
        assert "Renvoyer ma saisie" not in claire.client.post("/langue", data={"lang": "en"}, headers=origin).text


def test_claire_reads_in_english_from_then_on(town: Flask) -> None:
    claire = visitor(town, "claire")
    claire.get("/compte")
    claire.post("/langue", {"lang": "en", "suite": "/compte"})
    assert '<html lang="en">' in visitor(town, "claire").get("/compte").text


def test_claire_changes_her_password_and_keeps_this_session_only(town: Flask) -> None:
    other, claire = visitor(town, "claire"), visitor(town, "claire")
    claire.get("/compte")
    assert claire.post("/compte", {"mot_de_passe": "faux", "mot_de_passe_nouveau": NEW}).status_code == 422
    assert "au moins 12 signes" in claire.post("/compte", {"mot_de_passe": PASSWORD, "mot_de_passe_nouveau": "court"}).text
    assert claire.post("/compte", {"mot_de_passe": PASSWORD, "mot_de_passe_nouveau": NEW}).location == "/compte"
    assert claire.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 302
    assert Visitor(town).log_in("claire", NEW).status_code == 302


def test_one_who_left_is_out_at_once(town: Flask) -> None:
    claire = visitor(town, "claire")
    with town.app_context(), transaction() as session:
        organisation.partir(session, "claire", par="ines", now=datetime.now(UTC))
    assert claire.get("/compte").status_code == 302


def test_outside_the_demonstration_nobody_becomes_another(town: Flask) -> None:
    claire = visitor(town, "claire")
    claire.get("/compte")
    assert claire.post("/devenir", {"identifiant": "helene"}).status_code == 404
    assert 'class="demo"' not in claire.page


def test_in_the_demonstration_a_visitor_becomes_anyone(town: Flask) -> None:
    parts = town.extensions["vaguemestre"]
    town.extensions["vaguemestre"] = replace(parts, config=replace(parts.config, demo=True))
    someone = Visitor(town)
    assert 'class="demo"' in someone.get("/connexion").text
    assert someone.post("/devenir", {"identifiant": "helene"}).location == "/"
    assert "Hélène Garnier" in someone.get("/compte").text
