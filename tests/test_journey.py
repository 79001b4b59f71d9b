"""One letter's whole journey: a degraded scan becomes a signed, verified, sent answer, through HTTP, on both databases."""

import io
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.config import Config
from app.courrier import journal
from app.courrier.tables import Courrier, Depot, Envoi, Piece
from app.db import db
from app.web.context import parts
from engine import Task
from tests.letters import imprimer
from tests.support.circuits import deploy_shipped
from tests.support.service import working
from tests.support.visitors import Visitor, visitor

SHARED = Path(__file__).parents[2] / "shared/data/letters"
PATIENCE = 90
"""Seconds that a worker may take before the test says that it never will."""


class Postbox:
    """A real SMTP server on loopback that keeps what it is given."""

    def __init__(self) -> None:
        """Empty."""
        self.messages: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802  # aiosmtpd's name
        """Accept anything."""
        self.messages.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """The server and its port."""
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def office(town: Flask, postbox: tuple[Postbox, int]) -> Iterator[Flask]:
    """The town hall at work: circuits deployed, clock and workers running, mail sent to the postbox."""
    config: Config = replace(town.extensions["vaguemestre"].config, smtp_url=f"smtp://127.0.0.1:{postbox[1]}")
    app = create_app(config)
    with app.app_context():
        deploy_shipped(parts())
    with working(app):
        yield app
    with app.app_context():
        db.engine.dispose()


def wait_for(app: Flask, seen: Callable[[], object], what: str) -> None:
    """Until the workers have done it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with app.app_context():
            if seen():
                return
        time.sleep(0.2)
    pytest.fail(f"jamais vu en {PATIENCE} s : {what}")


def drop(clerk: Visitor, name: str, content: bytes) -> TestResponse:
    """Drop one file as the page does."""
    clerk.get("/depots")
    return clerk.post("/depots", {"canal": "papier", "fichiers": (io.BytesIO(content), name)},
                      content_type="multipart/form-data", follow_redirects=True)  # fmt: skip


def field(page: str, name: str) -> str:
    """The value of a field on a page."""
    found = re.search(rf'<input id="{name}"[^>]*? value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1].replace("&#39;", "'").replace("&amp;", "&")


def option(page: str, select_name: str, words: str) -> str:
    """The value of an option of a list, by its words."""
    listed = re.search(rf'<select id="{select_name}".*?</select>', page, re.S)
    assert listed, f"no list {select_name}"
    found = re.search(rf'<option value="([^"]+)"[^>]*>{re.escape(words)}<', listed[0])
    assert found, f"no option {words}"
    return found[1]


def open_task(app: Flask, courrier_id: int, step: str) -> int:
    """The open task of a step of this courrier."""
    with app.app_context():
        found = db.session().scalar(
            select(Task.id).join(Courrier, Courrier.instance_id == Task.instance_id)
            .where(Courrier.id == courrier_id, Task.step == step, Task.closed_at.is_(None))
        )  # fmt: skip
    assert found, f"no open task {step}"
    return found


def act(app: Flask, courrier_id: int, who: str, step: str, **values: str) -> Visitor:
    """Somebody opens the task of a step and sends its form."""
    agent = visitor(app, who)
    task = open_task(app, courrier_id, step)
    page = agent.get(f"/taches/{task}")
    assert page.status_code == 200
    read = dict(re.findall(r'name="(_lettre)" value="(\w*)"', page.text))
    sent = agent.post(f"/taches/{task}", {**read, **values})
    assert sent.status_code == 302, re.sub(r"<[^>]+>", " ", sent.text)[:2000]
    return agent


def register(app: Flask, clerk: Visitor, depot_id: int, nature: str, **typed: str) -> int:
    """The clerk confirms what was read and registers."""
    page = clerk.get(f"/depots/{depot_id}").text
    proposed = {name: field(page, name) for name in ("expediteur", "objet", "date_courrier", "recu_le", "code_postal", "ville")}
    form = {**proposed, "nature_id": option(page, "nature_id", nature), "canal": "papier", "suite": "voir", **typed}
    sent = clerk.post(f"/depots/{depot_id}", form)
    assert sent.status_code == 302, re.sub(r"<[^>]+>", " ", sent.text)[:2000]
    return int(re.search(r"/courriers/(\d+)", sent.location)[1])  # type: ignore[index]


def read_depot(app: Flask, name: str) -> int:
    """The depot of this file, once a worker has read it."""
    def ready() -> Depot | None:
        return db.session().scalar(select(Depot).where(Depot.origine == name, Depot.etat != "a_lire"))

    wait_for(app, ready, f"la lecture de {name}")
    with app.app_context():
        depot = ready()
        assert depot is not None
        assert depot.etat == "a_enregistrer", depot.motif
        return depot.id


def to_the_signed_answer(app: Flask, courrier_id: int) -> None:
    """From the chef of the urbanisme to the post office; the answer to a letter without sender says whom it is for."""
    with app.app_context():
        known = db.session().get_one(Courrier, courrier_id).correspondant_id
    act(app, courrier_id, "marc", "qualifier", decision="traiter", note="À traiter avant la commission.")
    act(app, courrier_id, "claire", "annoter", note="La cote du plan est celle du projet modifié.", suite="repondre")
    unknown = {} if known else {"destinataire_nom": "Mme Paule Lemoine"}
    act(app, courrier_id, "claire", "rediger", objet="Votre recours gracieux", **unknown,
        corps="Madame, Monsieur,\n\nVotre recours a été examiné avec attention.\n\nVeuillez agréer mes salutations.")  # fmt: skip
    act(app, courrier_id, "marc", "valider", decision="approuver")
    wait_for(app, lambda: db.session().scalar(
        select(Piece.id).where(Piece.courrier_id == courrier_id, Piece.genre == "projet")), "la lettre mise en page")  # fmt: skip
    act(app, courrier_id, "helene", "signer", decision="signer")


def test_a_scanned_letter_becomes_a_signed_and_sent_answer(
    office: Flask, postbox: tuple[Postbox, int], tmp_path: Path
) -> None:
    clerk = visitor(office, "odile")
    scan = imprimer.scanned_pdf([imprimer.bad(page, 1) for page in imprimer.pages("recours_gracieux")])
    assert "1 fichier déposé" in drop(clerk, "recours.pdf", scan).text
    truth = imprimer.expected("recours_gracieux")

    depot_id = read_depot(office, "recours.pdf")
    page = clerk.get(f"/depots/{depot_id}").text
    assert field(page, "expediteur") == truth["expediteur"]
    assert field(page, "date_courrier") == truth["date_courrier"]
    assert "data-pour" in page  # the places where it was read, on the page picture

    courrier_id = register(office, clerk, depot_id, "Recours gracieux", courriel="expediteur@exemple.example")
    with office.app_context():
        courrier = db.session().get_one(Courrier, courrier_id)
        assert courrier.chrono.startswith("A-")
        assert courrier.numero == 1
        original = db.session().scalar(select(Piece).where(Piece.courrier_id == courrier_id, Piece.genre == "original"))
        assert original is not None
        assert parts().coffre.get(original.sha256) == scan

    to_the_signed_answer(office, courrier_id)
    act(office, courrier_id, "odile", "expedier", canal="courriel", destinataire="expediteur@exemple.example")
    wait_for(office, lambda: db.session().scalar(
        select(Envoi.id).where(Envoi.courrier_id == courrier_id, Envoi.genre == "reponse", Envoi.etat == "envoye")), "l’envoi")

    sent = [message_from_bytes(raw, policy=policy.default) for raw in postbox[0].messages]
    answer = next(m for m in sent if any(p.get_content_type() == "application/pdf" for p in m.iter_attachments()))
    letter = next(p.get_content() for p in answer.iter_attachments() if p.get_content_type() == "application/pdf")
    assert_signed(letter, tmp_path)
    after_the_journey(office, courrier_id, clerk)


def assert_signed(letter: bytes, folder: Path) -> None:
    """A program that is not ours says that the signature holds over the whole letter."""
    (folder / "lettre.pdf").write_bytes(letter)
    checked = subprocess.run(["pdfsig", str(folder / "lettre.pdf")], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in checked
    assert "Total document signed" in checked


def after_the_journey(app: Flask, courrier_id: int, clerk: Visitor) -> None:
    """It is closed, numbered at departure, found again, counted, drawn, and the journal verifies."""
    with app.app_context():
        courrier = db.session().get_one(Courrier, courrier_id)
        assert courrier.etat == "clos"
        depart = db.session().scalar(select(Courrier).where(Courrier.repond_a == courrier_id))
        assert depart is not None
        assert depart.chrono.startswith("D-")
        acts = [line.acte for line in journal.lire(db.session(), f"courrier:{courrier_id}")]
        told = ["enregistrer", "qualifier", "annoter", "rediger", "valider", "sceller", "expedier", "clore"]
        assert [act for act in acts if act in told] == told
        assert journal.verifier(db.session()) >= len(acts)
        db.session().rollback()
    wait_for(app, lambda: db.session().scalar(
        select(Courrier.id).where(Courrier.id == courrier_id, Courrier.numero_indexe == Courrier.numero_index)), "l’index")
    assert f"/courriers/{courrier_id}" in clerk.get("/recherche?q=recours").text
    assert "fait" in clerk.get(f"/courriers/{courrier_id}/suivi").text
    assert visitor(app, "nadia").get("/pilotage/retards").status_code == 200
    # An agent of another bureau sees nothing of it.
    assert visitor(app, "yanis").get(f"/courriers/{courrier_id}").status_code == 404
    assert f"/courriers/{courrier_id}" not in visitor(app, "yanis").get("/recherche?q=recours").text


@pytest.mark.skipif(not SHARED.is_dir(), reason="les lettres d’essai partagées ne sont pas là")
@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
def test_letters_nobody_here_wrote_make_the_journey_too(office: Flask) -> None:
    clerk = visitor(office, "odile")
    letters = sorted(SHARED.glob("*.pdf"))
    for letter in letters:
        drop(clerk, letter.name, letter.read_bytes())
    for letter in letters:
        depot_id = read_depot(office, letter.name)
        page = clerk.get(f"/depots/{depot_id}").text
        typed = {} if field(page, "objet") else {"objet": f"Lettre {letter.stem}"}
        courrier_id = register(office, clerk, depot_id, "Recours gracieux", **typed)
        to_the_signed_answer(office, courrier_id)
        act(office, courrier_id, "odile", "expedier", canal="postal", preuve="affranchie ce jour")
        with office.app_context():
            assert db.session().get_one(Courrier, courrier_id).etat == "clos"


def test_pdfsig_is_there() -> None:
    assert shutil.which("pdfsig"), "poppler-utils est nécessaire aux épreuves"
