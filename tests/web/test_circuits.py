"""The designers' pages: a list, a modeller, saves that overwrite nobody, checks, versions that running courriers keep."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.courrier import organisation
from app.courrier.tables import Brouillon
from engine import Definition, Instance
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import act, fine, plain, register, shown

DRAWN = (Path(__file__).parents[2] / "processes/arrivee.bpmn").read_text("utf-8")
RENAMED = DRAWN.replace('name="Annoter"', 'name="Annoter et étudier"')


@pytest.fixture
def paul(office: Flask) -> Visitor:
    """The designer."""
    paul = visitor(office, "paul")
    paul.get("/circuits")
    return paul


def send(someone: Visitor, verb: str, xml: str, revision: int, cle: str = "arrivee") -> tuple[int, Any]:
    """As the modeller does: the status, what it is told."""
    headers = {"X-CSRFToken": someone.seal, "Accept": "application/json"}
    answer = someone.client.post(f"/circuits/{cle}/{verb}", json={"xml": xml, "revision": revision}, headers=headers)
    return answer.status_code, answer.json


def test_the_list_says_what_is_deployed_drawn_and_under_way(office: Flask, paul: Visitor) -> None:
    register(office)
    page = paul.get("/circuits")
    assert shown(page, "Courrier arrivé", "Courrier pour information", "Courrier au départ", "Courrier interne", "Le système")
    downloaded = paul.get("/circuits/arrivee/versions/1.bpmn")
    assert downloaded.data.decode() == DRAWN
    assert downloaded.headers["Content-Disposition"] == 'attachment; filename="arrivee-v1.bpmn"'
    opened = paul.get("/circuits/arrivee")
    assert shown(opened, "Version 1 déployée", "1 courrier en cours")
    assert 'data-revision="-1"' in opened.text
    paul.post("/langue", {"lang": "en"})
    assert "Version 1 déployée" not in plain(paul.get("/circuits/arrivee"))


def test_a_circuit_begins_on_a_blank_sheet_or_from_a_file(office: Flask, paul: Visitor) -> None:
    begun = fine(paul.post("/circuits", {"nom": "Demande d’été & <fête>"}), 302)
    assert begun.location == "/circuits/demande-d-ete-fete"
    assert b'name="Demande d\xe2\x80\x99\xc3\xa9t\xc3\xa9 et f\xc3\xaate>"' in paul.get(f"{begun.location}/diagramme").data
    assert shown(paul.get("/circuits"), "Demande d’été & <fête>", "jamais", "modifié", "Paul Rigaud")
    from_file = {"nom": "", "fichier": (io.BytesIO(DRAWN.encode()), "Mon circuit.bpmn")}
    begun = fine(paul.post("/circuits", from_file, content_type="multipart/form-data"), 302)
    assert begun.location == "/circuits/mon-circuit"
    assert paul.get("/circuits/mon-circuit/diagramme").data.decode() == DRAWN
    wrong = {
        "": "commence par une lettre", "3e étage": "commence par une lettre", "a" * 300: "200 signes au plus",
        "Arrivée": "porte déjà la clé « arrivee »", "mon circuit": "porte déjà",
    }  # fmt: skip
    for nom, words in wrong.items():
        assert shown(fine(paul.post("/circuits", {"nom": nom}), 422), words)
    heavy = {"nom": "Lourd", "fichier": (io.BytesIO(b"<" + b"x" * 2_000_000), "lourd.bpmn")}
    assert shown(fine(paul.post("/circuits", heavy, content_type="multipart/form-data"), 413), "trop lourd")


def test_a_save_overwrites_nobody(office: Flask, paul: Visitor) -> None:
    ines = designer(office)
    status, told = send(paul, "brouillon", RENAMED, -1)
    assert (status, told["revision"]) == (200, 1)
    assert told["message"] == "Le circuit est enregistré\N{NO-BREAK SPACE}; il n’est pas encore déployé."
    assert told["findings"] == send(paul, "verification", RENAMED, 0)[1]["findings"]
    status, told = send(ines, "brouillon", DRAWN, -1)
    assert status == 409
    assert "a été changé par Paul Rigaud" in told["phrase"]
    assert send(ines, "deploiement", DRAWN, -1)[0] == 409
    assert paul.get("/circuits/arrivee/diagramme").data.decode() == RENAMED
    assert 'data-revision="1"' in ines.get("/circuits/arrivee").text
    assert send(ines, "brouillon", DRAWN, 1)[1]["revision"] == 2
    assert send(paul, "brouillon", RENAMED, 1)[0] == 409
    with guichet.looking(office) as session:
        assert session.get_one(Brouillon, "arrivee").modifie_par == "ines"


def designer(app: Flask) -> Visitor:
    """Inès draws too."""
    now = datetime.now(UTC)
    guichet.write(app, lambda session: organisation.donner_role(session, "ines", "concepteur", par="systeme", now=now))
    ines = visitor(app, "ines")
    ines.get("/circuits")
    return ines


def test_who_opened_the_old_version_does_not_undo_the_new_one(office: Flask, paul: Visitor) -> None:
    ines = designer(office)
    status, told = send(paul, "deploiement", RENAMED, -1)
    assert (status, told["version"], told["revision"]) == (200, 2, -2)
    status, told = send(ines, "brouillon", DRAWN, -1)
    assert status == 409
    assert "Paul Rigaud" in told["phrase"]
    assert send(paul, "brouillon", RENAMED, told.get("revision", -2))[0] == 200


def test_a_check_changes_nothing_and_a_refused_deployment_leaves_the_draft(office: Flask, paul: Visitor) -> None:
    wrong = DRAWN.replace('formRef="annoter"', 'formRef="anoter"')
    status, told = send(paul, "verification", wrong, 0)
    assert status == 200
    assert [finding["element"] for finding in told["findings"] if finding["level"] == "erreur"] == ["annoter"]
    assert told["findings"][0]["level"] == "erreur", "faults come first"
    assert send(paul, "brouillon", wrong, -1)[1]["revision"] == 1
    assert send(paul, "deploiement", wrong, 1)[0] == 422
    assert send(paul, "deploiement", wrong, 1)[0] == 422
    assert send(paul, "deploiement", RENAMED, 1)[1]["version"] == 2
    with guichet.looking(office) as session:
        assert session.get(Brouillon, "arrivee") is None


def test_courriers_under_way_keep_their_version(office: Flask, paul: Visitor) -> None:
    before = register(office, objet="D’avant")
    status, told = send(paul, "deploiement", RENAMED, -1)
    assert (status, told["message"]) == (200, "La version 2 est déployée.")
    assert shown(paul.get("/circuits"), "La version 2 est déployée. Les courriers en cours gardent la leur.")
    assert send(paul, "deploiement", RENAMED, -2)[1]["message"] == "Cette version est déjà déployée."
    after = register(office, objet="D’après")
    for number in (before, after):
        act(office, number, "marc", "qualifier", decision="traiter")
    claire = visitor(office, "claire")
    names = {number: claire.get(f"/taches/{guichet.task(office, number, 'annoter')}").text for number in (before, after)}
    assert "<h2>Annoter</h2>" in names[before]
    assert "<h2>Annoter et étudier</h2>" in names[after]
    assert "Annoter et étudier" not in claire.get(f"/courriers/{before}/circuit.bpmn").text
    with guichet.looking(office) as session:
        versions = session.execute(select(Instance.subject, Definition.version).join(Definition)).all()
    assert dict(versions) == {f"courrier:{before}": 1, f"courrier:{after}": 2}


def test_a_new_circuit_is_drawn_deployed_and_chosen(office: Flask, paul: Visitor) -> None:
    paul.post("/circuits", {"nom": "Logement"})
    paul.get("/circuits")
    own = DRAWN.replace('process id="arrivee"', 'process id="logement"').replace('processRef="arrivee"', 'processRef="logement"')
    status, told = send(paul, "deploiement", own, 1, cle="logement")
    assert (status, told["version"]) == (200, 1)
    assert guichet.steps(office, register(office, circuit="logement")) == ["qualifier"]
