"""The designer takes the courriers in progress to a new version: told first, then done, then taken back."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.tables import Courrier
from app.web import migrations
from app.web.context import parts
from engine import Definition, Instance
from tests.support.visitors import visitor
from tests.web.guichet import act, courrier, fine, looking, plain, register, shown, steps, write

PAGE = "/circuits/arrivee/versions/2/passage"


def redraw(app: Flask, *changes: bytes) -> None:
    """A second version of the circuit of arrivals, deployed: each text and what is written in its place."""

    def deploy(session: Session) -> None:
        source = session.scalars(select(Definition.source).where(Definition.kind == "bpmn", Definition.key == "arrivee")).one()
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert old in source
            source = source.replace(old, new)
        done = parts().engine.deploy(session, source, by="paul", now=datetime.now(UTC), key="arrivee")
        assert done.definition is not None, [finding.message for finding in done.findings]

    write(app, deploy)


def version(app: Flask, courrier_id: int) -> int:
    """The version that a courrier follows."""
    with looking(app) as session:
        query = select(Definition.version).join(Instance, Instance.definition_id == Definition.id)
        return session.scalars(query.join(Courrier, Courrier.instance_id == Instance.id).where(Courrier.id == courrier_id)).one()


def lines(app: Flask, courrier_id: int) -> list[str]:
    """What the journal holds of a courrier's versions."""
    with looking(app) as session:
        return [line.acte for line in journal.lire(session, f"courrier:{courrier_id}") if "version" in line.acte]


def test_what_would_happen_is_told_and_nothing_is_changed(office: Flask) -> None:
    one, other = register(office), register(office, objet="Autre")
    act(office, other, "marc", "qualifier", decision="traiter")
    redraw(office, b'name="Annoter"', b'name="Instruire"')
    paul = visitor(office, "paul")
    assert shown(fine(paul.get("/circuits"), 200), "2 suivent une version d’avant")
    assert shown(paul.get("/circuits/arrivee"), "Faire passer les courriers en cours à la version 2")
    page = fine(paul.get(PAGE), 200)
    assert shown(page, "« Qualifier »", "« Annoter » devient « Instruire »", "peuvent passer", "Faire passer 2 courriers")
    assert [version(office, number) for number in (one, other)] == [1, 1]


def test_the_courriers_pass_and_come_back_each_with_its_line_in_the_journal(office: Flask) -> None:
    one, other = register(office), register(office, objet="Autre")
    redraw(office, b'name="Qualifier"', b'name="Qualifier le courrier"')
    paul = visitor(office, "paul")
    paul.get(PAGE)
    assert shown(paul.post(PAGE, follow_redirects=True), "2 courriers suivent maintenant la version 2")
    assert [version(office, number) for number in (one, other)] == [2, 2]
    assert lines(office, one) == lines(office, other) == ["changer-version"]
    act(office, other, "marc", "qualifier", decision="traiter")
    back = re.search(r'action="(/circuits/arrivee/passages/\d+/retour)"', paul.get(PAGE).text)
    assert back
    assert shown(paul.post(back[1], follow_redirects=True), "1 courrier est revenu à sa version d’avant")
    assert [version(office, number) for number in (one, other)] == [1, 2]
    assert lines(office, one) == ["changer-version", "revenir-version"]
    assert shown(paul.post(back[1], follow_redirects=True), "Aucun courrier ne peut plus revenir")
    act(office, one, "marc", "qualifier", decision="traiter")
    assert steps(office, one) == ["annoter"]
    history = fine(visitor(office, "marc").get(f"/courriers/{one}"), 200)
    assert shown(history, "a fait passer le courrier à une autre version de son circuit (version 2)")


def test_a_step_that_is_gone_is_replaced_by_the_one_the_designer_names(office: Flask) -> None:
    number = register(office)
    act(office, number, "marc", "qualifier", decision="traiter")
    form, kept = b'formRef="annoter"', b'formRef="le formulaire"'
    redraw(office, form, kept, b'"annoter"', b'"instruire"', kept, form, b'name="Annoter"', b'name="Instruire"')
    paul = visitor(office, "paul")
    page = paul.get(PAGE)
    assert shown(page, "« Annoter » n’existe plus dans cette version", "restent sur leur version")
    assert "Faire passer 1" not in plain(page)
    choice = {"etape:annoter": "instruire"}
    assert shown(paul.get(PAGE, query_string=choice), "« Annoter » devient « Instruire »", "Faire passer 1 courrier")
    assert shown(paul.post(PAGE, choice, follow_redirects=True), "1 courrier suit maintenant la version 2")
    assert steps(office, number) == ["instruire"]
    assert courrier(office, number).circuit == "arrivee"


def test_many_pass_a_few_at_a_time(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "LOT", 1)
    numbers = [register(office), register(office, objet="Autre")]
    redraw(office, b'name="Annoter"', b'name="Instruire"')
    paul = visitor(office, "paul")
    assert shown(paul.get(PAGE), "1 à la fois ; 2 peuvent passer")
    assert shown(paul.post(PAGE, follow_redirects=True), "1 courrier suit maintenant la version 2", "1 peut encore y passer")
    paul.post(PAGE)
    assert [version(office, number) for number in numbers] == [2, 2]


def test_only_designers_see_it(office: Flask) -> None:
    redraw(office, b'name="Annoter"', b'name="Instruire"')
    fine(visitor(office, "claire").get(PAGE), 403)
    fine(visitor(office, "paul").get("/circuits/arrivee/versions/9/passage"), 404)
    fine(visitor(office, "claire").post("/circuits/arrivee/passages/1/retour"), 403)
    gone = visitor(office, "paul").post("/circuits/arrivee/passages/99/retour", follow_redirects=True)
    assert shown(gone, "Aucun courrier ne peut plus revenir")
