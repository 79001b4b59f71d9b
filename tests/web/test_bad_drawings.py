"""A diagram that cannot run is refused with all its faults in French, whatever it holds; nothing of it is deployed."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine import Definition
from tests.support.visitors import Visitor, visitor
from tests.web import guichet

PROCESSES = Path(__file__).parents[2] / "processes"
DRAWN = (PROCESSES / "arrivee.bpmn").read_bytes()
SERVICE = re.compile(rb'<bpmn:serviceTask id="affecter".*?</bpmn:serviceTask>', re.S)
SCRIPT = (
    b'<bpmn:scriptTask id="affecter" name="Changer de bureau" scriptFormat="python">'
    b"<bpmn:incoming>vers_affecter_de_suite</bpmn:incoming><bpmn:outgoing>vers_qualifier_de_affecter</bpmn:outgoing>"
    b"<bpmn:script>import os</bpmn:script></bpmn:scriptTask>"
)
WRONG = {
    "doctype": (DRAWN.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1), "DOCTYPE"),
    "script": (SERVICE.sub(SCRIPT, DRAWN), "Les tâches de script ne sont pas admises"),
    "condition": (DRAWN.replace(b'decision = "traiter"', b'ouvrir("/etc/passwd")'), "La fonction «ouvrir» n’existe pas"),
    "formulaire": (DRAWN.replace(b'formRef="annoter"', b'formRef="anoter"'), "Le formulaire «anoter» n’existe pas"),
    "service": (DRAWN.replace(b"courrier.affecter", b"courrier.envoler"), "courrier.envoler"),
    "coupe": (DRAWN[: len(DRAWN) // 2], "ce n'est pas du XML valable"),
    "vide": (b"", "le fichier est vide"),
    "autre": ("😀 rien de cela".encode(), "ce n'est pas du XML valable"),
}


def deploy(paul: Visitor, source: bytes) -> TestResponse:
    """As the modeller does, from the version that is deployed."""
    headers = {"X-CSRFToken": paul.seal, "Accept": "application/json"}
    return paul.client.post("/circuits/arrivee/deploiement", json={"xml": source.decode(), "revision": -1}, headers=headers)


def faults(answer: TestResponse) -> list[str]:
    """The faults that the designer is told, not what was completed."""
    return [finding["message"] for finding in answer.json["findings"] if finding["level"] == "erreur"]


@pytest.mark.parametrize("what", WRONG)
def test_a_diagram_with_a_fault_is_not_deployed(shared_office: Flask, what: str) -> None:
    source, words = WRONG[what]
    paul = visitor(shared_office, "paul")
    paul.get("/circuits")
    refused = deploy(paul, source)
    assert refused.status_code == 422
    assert [message for message in faults(refused) if words in message]
    assert "corrigez les fautes signalées" in refused.json["message"]
    with guichet.looking(shared_office) as session:
        assert session.scalar(select(func.max(Definition.version)).where(Definition.key == "arrivee")) == 1


def test_all_the_faults_of_a_diagram_are_told_at_once(shared_office: Flask) -> None:
    changes = {b'decision = "traiter"': b'ouvrir("x")', b'formRef="annoter"': b'formRef="x"'}
    source = SERVICE.sub(SCRIPT, DRAWN)
    for right, wrong in changes.items():
        source = source.replace(right, wrong)
    paul = visitor(shared_office, "paul")
    paul.get("/circuits")
    refused = deploy(paul, source)
    told = faults(refused)
    for words in ("script", "fonction «ouvrir»", "formulaire «x»"):
        assert [message for message in told if words in message], words
    elements = {finding["element"] for finding in refused.json["findings"] if finding["level"] == "erreur"}
    assert elements == {"affecter", "annoter", "vers_annoter_de_suite"}


@pytest.mark.parametrize("body", [
    b"", b"[]", b"nul", b'{"xml": 3}', b'{"xml": "<a/>", "revision": "x"}', b'{"xml": "\\ud800", "revision": 0}',
])  # fmt: skip
def test_what_no_modeller_sends_is_refused(shared_office: Flask, body: bytes) -> None:
    paul = visitor(shared_office, "paul")
    paul.get("/circuits")
    for verb in ("brouillon", "verification", "deploiement"):
        answer = paul.client.post(f"/circuits/arrivee/{verb}", data=body, content_type="application/json",
                                  headers={"X-CSRFToken": paul.seal, "Accept": "application/json"})  # fmt: skip
        assert answer.status_code in (200, 400, 409, 422)
        assert answer.json
