"""Whatever is sent: a clear French answer or a place in «à vérifier», the original kept, never a stack trace nor a 500."""

import io
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import travaux
from app.courrier import journal
from app.courrier.tables import Courrier, Depot, Piece, Reponse
from app.db import db
from app.web.context import parts
from engine import Task
from tests.letters import imprimer, mauvais
from tests.support.people import PASSWORD
from tests.support.visitors import Visitor, close_sessions, visitor
from tests.web import guichet
from tests.web.guichet import fine

BAD = ("vide", "tronqué", "chiffré", "sans page", "5 000 pages", "image énorme")
CHARSET = (
    b"From: =?x-inconnu?Q?Lucie_B=E9ranger?= <lucie@example.org>\r\nTo: mairie@saint-aubin.example\r\n"
    b"Subject: Bruit de la halle\r\nDate: Mon, 16 Nov 2026 10:00:00 +0100\r\n"
    b"Content-Type: text/plain; charset=x-nimporte-quoi\r\n\r\n"
    b"Bonjour,\r\n\r\nLe bruit de la halle me g\xeane le soir.\r\n\r\nLucie B\xe9ranger\r\n"
)


def drop(clerk: Visitor, files: Mapping[str, bytes]) -> TestResponse:
    """Files dropped together on the page."""
    fichiers = [(io.BytesIO(content), name) for name, content in files.items()]
    return clerk.post("/depots", {"canal": "papier", "fichiers": fichiers}, content_type="multipart/form-data")


def read(app: Flask, times: int = 2) -> None:
    """What the worker does, again when a reading failed; each time a minute later."""
    with app.app_context():
        for turn in range(times):
            at = datetime.now(UTC) + timedelta(minutes=turn)
            for number in db.session().scalars(select(Depot.id).where(Depot.etat == "a_lire")).all():
                travaux.lire(parts(), number, clock=lambda at=at: at)
        db.session.remove()


def depots(app: Flask) -> dict[str, Depot]:
    """Every depot by its file's name."""
    with guichet.looking(app) as session:
        return {row.origine: row for row in session.scalars(select(Depot))}


def test_files_that_cannot_be_read_wait_to_be_looked_at(office: Flask) -> None:
    sent = {f"{name}.pdf": mauvais.REFUSED[name][0]() for name in BAD}
    odile = visitor(office, "odile")
    odile.get("/depots")
    fine(drop(odile, sent), 302)
    read(office)
    page = guichet.plain(odile.get("/depots"))
    for name, depot in sorted(depots(office).items()):
        assert depot.etat == "a_verifier", name
        assert re.search(mauvais.REFUSED[name.removesuffix(".pdf")][1], depot.motif), (name, depot.motif)
        assert guichet.plain(depot.motif) in page
        shown = fine(odile.get(f"/depots/{depot.id}"), 200)
        assert guichet.shown(shown, "Ce fichier ne peut pas être montré", guichet.plain(depot.motif))
        kept(office, odile, depot, sent[name])


def kept(app: Flask, odile: Visitor, depot: Depot, content: bytes) -> None:
    """The original is in the vault byte for byte, and can only be downloaded."""
    with guichet.looking(app) as session:
        piece = session.scalars(select(Piece).where(Piece.depot_id == depot.id, Piece.genre == "original")).one()
        assert parts().coffre.get(piece.sha256) == content
    fetched = odile.get(f"/pieces/{piece.id}")
    assert fetched.data == content
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"


def test_what_cannot_be_read_can_still_be_registered(office: Flask) -> None:
    odile, content = visitor(office, "odile"), mauvais.encrypted()
    drop(odile, {"dossier.pdf": content})
    read(office)
    depot = depots(office)["dossier.pdf"]
    page = odile.get(f"/depots/{depot.id}").text
    nature = re.search(r'<option value="(\d+)"[^>]*>Demande<', page)
    assert nature
    typed = {"expediteur": "Mme Rose Faure", "objet": "Dossier chiffré", "nature_id": nature[1], "canal": "papier"}
    sent = fine(odile.post(f"/depots/{depot.id}", typed), 302)
    kept(office, odile, depot, content)
    assert guichet.shown(odile.get(sent.location), "Dossier chiffré")


def test_a_picture_named_pdf_and_a_mail_in_no_known_charset_are_read_for_what_they_are(office: Flask) -> None:
    picture = mauvais.png()
    odile = visitor(office, "odile")
    drop(odile, {"scan.pdf": picture, "message.eml": CHARSET})
    read(office)
    found = depots(office)
    assert {name: depot.etat for name, depot in found.items()} == {"scan.pdf": "a_enregistrer", "message.eml": "a_enregistrer"}
    with guichet.looking(office) as session:
        types = dict(session.execute(select(Piece.nom, Piece.mime).where(Piece.genre == "original")).all())
    assert types == {"scan.pdf": "image/png", "message.eml": "message/rfc822"}
    mail = fine(odile.get(f"/depots/{found['message.eml'].id}"), 200)
    assert guichet.value(mail.text, "objet") == "Bruit de la halle"
    assert guichet.value(mail.text, "courriel") == "lucie@example.org"
    kept(office, odile, found["scan.pdf"], picture)
    kept(office, odile, found["message.eml"], CHARSET)


def test_an_upload_that_is_too_heavy_is_refused_in_words(office: Flask) -> None:
    office.config["MAX_CONTENT_LENGTH"] = 10_000
    odile = visitor(office, "odile")
    odile.get("/depots")
    refused = fine(drop(odile, {"lourd.pdf": b"%PDF-1.7" + b"x" * 20_000}), 413)
    assert guichet.shown(refused, "Ce fichier est trop lourd", "Envoyez moins de fichiers à la fois")
    assert depots(office) == {}


def test_a_form_with_fields_that_it_does_not_have_is_refused(office: Flask) -> None:
    number = guichet.register(office)
    task = guichet.task(office, number, "qualifier")
    marc = visitor(office, "marc")
    refused = fine(marc.post(f"/taches/{task}", {"decision": "traiter", "etat": "clos", "note": "Gardez ceci"}), 422)
    assert guichet.shown(refused, "Le champ «etat» n’existe pas dans ce formulaire")
    assert guichet.value(refused.text, "note").strip() == "Gardez ceci"
    assert guichet.steps(office, number) == ["qualifier"]


def test_a_double_click_signs_once(office: Flask) -> None:
    number = guichet.register(office)
    task = guichet.to_the_signature(office, number)
    clicks = [visitor(office, "helene"), visitor(office, "helene")]
    for click in clicks:
        click.get(f"/taches/{task}")
    read_by_her = re.search(r'name="_lettre" value="(\w+)"', clicks[0].page)
    assert read_by_her
    start, answers = threading.Barrier(2), []

    def press(click: Visitor) -> None:
        start.wait()
        answers.append(click.post(f"/taches/{task}", {"decision": "signer", "_lettre": read_by_her[1]}))

    threads = [threading.Thread(target=press, args=(click,)) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302, 409], [guichet.plain(answer) for answer in answers]
    second = next(answer for answer in answers if answer.status_code == 409)
    assert re.search(r"par Hélène Garnier le \d\d/\d\d/\d{4} à \d\d:\d\d", guichet.plain(second))
    once(office, number)
    third = fine(visitor(office, "bruno").post(f"/taches/{task}", {"decision": "signer"}), 409)
    assert guichet.shown(third, "par Hélène Garnier le")
    once(office, number)


def once(app: Flask, number: int) -> None:
    """One signature: in the files, in the answer, in the journal."""
    with guichet.looking(app) as session:
        assert session.scalar(select(func.count()).where(Piece.courrier_id == number, Piece.genre == "reponse")) == 1
        assert session.scalars(select(Reponse.signataire).where(Reponse.courrier_id == number)).one() == "helene"
        acts = [line.acte for line in journal.lire(session, f"courrier:{number}")]
        assert (acts.count("sceller"), acts.count("signer")) == (1, 1)


@pytest.mark.parametrize("read", [{"_lettre": "0" * 64}, {"_lettre": ""}, {}])
def test_a_letter_that_is_not_the_one_that_was_read_is_not_signed(office: Flask, read: dict[str, str]) -> None:
    number = guichet.register(office)
    task = guichet.to_the_signature(office, number)
    refused = fine(visitor(office, "helene").post(f"/taches/{task}", {"decision": "signer", **read}), 422)
    assert guichet.shown(refused, "La lettre a changé depuis que vous l’avez ouverte")
    assert guichet.steps(office, number) == ["signer"]


def test_nothing_typed_is_lost_when_the_session_ends(office: Flask) -> None:
    number = guichet.register(office)
    guichet.act(office, number, "marc", "qualifier", decision="traiter")
    guichet.act(office, number, "claire", "annoter", suite="repondre", note="")
    task = guichet.task(office, number, "rediger")
    claire = visitor(office, "claire")
    claire.get(f"/taches/{task}")
    close_sessions(office, "claire")
    letter = "Madame,\r\n\r\nÀ «midi», l’été & <l’hiver>.\r\n\r\nMes salutations."
    stopped = fine(claire.post(f"/taches/{task}", {"objet": "Votre recours", "corps": letter}), 401)
    assert guichet.shown(stopped, "votre saisie est gardée")
    assert guichet.steps(office, number) == ["rediger"]
    held = re.search(r'name="saisie" value="([^"]+)"', stopped.text)
    assert held
    again = claire.post("/connexion", {"identifiant": "claire", "mot_de_passe": PASSWORD, "suite": f"/taches/{task}",
                                       "saisie": unescape(held[1])})  # fmt: skip
    fields = {name: unescape(text).removeprefix("\n") for name, text in
              re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', again.text, re.S)}  # fmt: skip
    assert fields["corps"].replace("\r\n", "\n") == letter.replace("\r\n", "\n")
    fine(claire.post(f"/taches/{task}", fields), 302)
    with guichet.looking(office) as session:
        assert "À «midi», l’été &amp; &lt;l’hiver&gt;." in session.scalars(select(Reponse.corps)).one()


@pytest.mark.parametrize("typed", ["pas du json", "[1, 2]", '{"a": 1}', '[["a"]]', "null"])
def test_what_the_expired_page_did_not_keep_is_not_sent_again(shared_office: Flask, typed: str) -> None:
    claire = Visitor(shared_office)
    claire.get("/connexion")
    posted = {"identifiant": "claire", "mot_de_passe": PASSWORD, "suite": "/corbeille", "saisie": typed}
    assert "<textarea" not in fine(claire.post("/connexion", posted), 200).text


def test_two_agents_on_one_task(office: Flask) -> None:
    """Claire and Yanis both write the answer: the second is told by whom and when, and has what they typed before their eyes."""
    guichet.place(office, "yanis", "urbanisme")
    number = guichet.register(office)
    guichet.act(office, number, "marc", "qualifier", decision="traiter")
    guichet.act(office, number, "claire", "annoter", suite="repondre", note="")
    task = guichet.task(office, number, "rediger")
    claire, yanis = visitor(office, "claire"), visitor(office, "yanis")
    claire.get(f"/taches/{task}")
    yanis.get(f"/taches/{task}")
    fine(claire.post(f"/taches/{task}/prise"), 302)
    theirs = {"objet": "La mienne", "corps": "Ma version, longue à écrire."}
    held = fine(yanis.post(f"/taches/{task}", theirs), 409)
    assert guichet.shown(held, "Claire Montel", "Ma version, longue à écrire.")
    assert fine(yanis.post(f"/taches/{task}", {**theirs, "_geste": "brouillon"}), 409)
    assert fine(yanis.post(f"/taches/{task}/prise"), 409)
    fine(claire.post(f"/taches/{task}", {"objet": "La bonne", "corps": guichet.CORPS}), 302)
    late = fine(yanis.post(f"/taches/{task}", theirs), 409)
    assert re.search(r"par Claire Montel le \d\d/\d\d/\d{4} à \d\d:\d\d", guichet.plain(late))
    assert "Ma version, longue à écrire." in guichet.plain(late)
    with guichet.looking(office) as session:
        assert session.scalars(select(Reponse.objet)).one() == "La bonne"
        assert session.get_one(Task, task).closed_by == "claire"


def test_two_clerks_on_one_depot(office: Flask) -> None:
    guichet.place(office, "yanis", "bureau-ordre")
    odile, yanis = visitor(office, "odile"), visitor(office, "yanis")
    odile.get("/depots")
    drop(odile, {"lettre.pdf": imprimer.pdf("place_creche")})
    assert odile.get(f"/depots/{depots(office)['lettre.pdf'].id}").location == "/depots"  # still being read
    read(office)
    depot = depots(office)["lettre.pdf"]
    for clerk in (odile, yanis):
        fine(clerk.get(f"/depots/{depot.id}"), 200)
    fine(odile.post(f"/depots/{depot.id}/prise"), 204)
    for told in (yanis.post(f"/depots/{depot.id}/prise"), yanis.get(f"/depots/{depot.id}")):
        assert guichet.shown(fine(told, 409), "Odile Perrin")
    nature = re.search(r'<option value="(\d+)"[^>]*>Enfance et écoles<', odile.get(f"/depots/{depot.id}").text)
    assert nature
    typed = {"expediteur": "M. Paul Roux", "objet": "Place en crèche", "nature_id": nature[1], "canal": "papier"}
    assert fine(yanis.post(f"/depots/{depot.id}", typed), 409)
    fine(odile.post(f"/depots/{depot.id}", typed), 302)
    assert guichet.shown(fine(yanis.post(f"/depots/{depot.id}", typed), 409), "Odile Perrin l’a enregistré")
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Courrier.id))) == 1
