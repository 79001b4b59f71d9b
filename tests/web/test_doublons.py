"""A depot beside its possible double, before it has a number: each answer; and the courriers of its affair, linked with it."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.courrier.tables import Courrier, Depot, Piece
from tests.letters import imprimer
from tests.outside.test_reader_imprint import scanned_again
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine, shown
from tests.web.test_depots import nature, read


def drop(clerk: Visitor, nom: str, contenu: bytes) -> None:
    clerk.get("/depots")
    posted = {"canal": "papier", "fichiers": [(io.BytesIO(contenu), nom)]}
    fine(clerk.post("/depots", posted, content_type="multipart/form-data"), 302)


def named(app: Flask, nom: str) -> Depot:
    with guichet.looking(app) as session:
        return session.scalars(select(Depot).where(Depot.origine == nom)).one()


def register(app: Flask, clerk: Visitor, un: Depot, **more: object) -> int:
    form = {"expediteur": "Mme Lucie Marchand", "objet": "Place en crèche", "nature_id": nature(app, "scolaire"), **more}
    return int(fine(clerk.post(f"/depots/{un.id}", {**form, "suite": "voir"}), 302).location.rsplit("/", 1)[1])


@pytest.fixture
def twice(office: Flask) -> tuple[Flask, Visitor, int, Depot]:
    """A letter registered, and its scan that came after."""
    clerk, page = visitor(office, "odile"), imprimer.pages("place_creche")[0]
    drop(clerk, "lettre.pdf", imprimer.pdf("place_creche"))
    read(office)
    number = register(office, clerk, named(office, "lettre.pdf"))
    drop(clerk, "scan.jpg", imprimer.jpeg(scanned_again(page, 1)))
    read(office)
    return office, clerk, number, named(office, "scan.jpg")


def test_a_paper_that_follows_its_file_is_compared_and_joined(twice: tuple[Flask, Visitor, int, Depot]) -> None:
    office, clerk, number, scan = twice
    form = clerk.get(f"/depots/{scan.id}")
    assert shown(form, "Doublon possible", "la même lettre, reconnue à ses pages à", "enregistré sous A-2026-00001", "Comparer")
    address = guichet.link(form.text, "/comparer/")
    page = clerk.get(address)
    assert shown(page, "Est-ce la même lettre ?", "Ce dépôt, page 1 sur 1", "A-2026-00001, page 1 sur 1")
    pictures = re.findall(r'<img src="(/pieces/[^"]+)"', page.text)
    assert [clerk.get(picture).status_code for picture in pictures] == [200, 200]
    fine(clerk.post(address, {"verdict": "?"}), 400)
    assert fine(clerk.post(address, {"verdict": "joindre"}), 302).location == "/depots"
    assert shown(clerk.get("/depots"), "Les pièces sont jointes à A-2026-00001", "Rien n’attend")
    sheet = clerk.get(f"/courriers/{number}?volet=pieces")
    assert shown(sheet, "Reçu aussi", "scan.jpg", "ses pièces sont jointes", "lettre.pdf")
    assert shown(clerk.get(f"/courriers/{number}"), "a joint les pièces d’une autre réception de ce courrier")
    fine(clerk.post(address, {"verdict": "ecarter"}), 409)
    sent = fine(clerk.post(f"/courriers/{number}/receptions/{scan.id}/retrait"), 302)
    assert shown(clerk.get(sent.location), "Les pièces sont détachées", "Doublon possible")
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count()).select_from(Piece).where(Piece.courrier_id == number)) == 1


def test_a_double_is_set_aside_or_told_apart(twice: tuple[Flask, Visitor, int, Depot]) -> None:
    office, clerk, number, scan = twice
    address = guichet.link(clerk.get(f"/depots/{scan.id}").text, "/comparer/")
    fine(clerk.post(address, {"verdict": "ecarter"}), 302)
    assert shown(clerk.get("/depots"), "écarté comme doublon", "Doublon de A-2026-00001.")
    assert shown(clerk.get(f"/courriers/{number}"), "Reçu aussi", "scan.jpg", "écarté comme doublon, gardé tel quel")
    fine(clerk.get(address), 302)
    fine(clerk.post(f"/depots/{scan.id}/relecture"), 302)
    read(office)
    assert fine(clerk.post(address, {"verdict": "distinguer"}), 302).location == f"/depots/{scan.id}"
    form = clerk.get(f"/depots/{scan.id}")
    assert shown(form, "ne seront plus rapprochées")
    assert "Doublon possible" not in form.text
    assert "Rien ne rapproche" in clerk.get(address).text


def test_what_was_ticked_is_linked_when_the_letter_is_registered(office: Flask) -> None:
    clerk = visitor(office, "odile")
    drop(clerk, "un.txt", "Objet : clôture\n\nJe demande l’accord pour la parcelle cadastrée AB 123.".encode())
    read(office)
    first = register(office, clerk, named(office, "un.txt"))
    drop(clerk, "deux.txt", b"Objet : travaux\n\nLe voisin de la parcelle AB 0123 construit sans permis.")
    read(office)
    second = named(office, "deux.txt")
    form = clerk.get(f"/depots/{second.id}")
    assert shown(form, "Courriers de la même affaire", "A-2026-00001, Place en crèche cite aussi parcelle AB 123")
    [box] = re.findall(r'<input type="checkbox" id="lies-1" name="lies" value="(\d+)"( checked)?>', form.text)
    assert box == (str(first), "")
    refused = fine(clerk.post(f"/depots/{second.id}", {"objet": "", "lies": box[0]}), 422)
    assert f'name="lies" value="{first}" checked' in refused.text
    number = register(office, clerk, second, lies=box[0])
    for one, other in ((first, number), (number, first)):
        page = clerk.get(f"/courriers/{one}")
        assert shown(page, "Voir aussi", guichet.courrier(office, other).chrono, "a lié ce courrier à un autre")
    unknown = clerk.post(f"/courriers/{first}/liens", {"chrono": "A-1999-1"})
    assert shown(fine(unknown, 422), "Écrivez le numéro d’un autre courrier")
    fine(clerk.post(f"/courriers/{first}/liens/{number}/retrait"), 302)
    assert shown(clerk.get(f"/courriers/{first}"), "Délié de A-2026-00002", "a délié ce courrier d’un autre")
    fine(clerk.post(f"/courriers/{first}/liens", {"chrono": "a-2026-00002", "motif_lien": "même mur"}), 302)
    assert shown(clerk.get(f"/courriers/{number}"), "Voir aussi", "même mur")


def test_a_courrier_that_is_closed_is_told_without_a_word_of_it(office: Flask) -> None:
    clerk = visitor(office, "odile")
    drop(clerk, "lettre.pdf", imprimer.pdf("place_creche"))
    read(office)
    register(office, clerk, named(office, "lettre.pdf"), confidentialite="personnel", objet="canarisecret")
    guichet.place(office, "yanis", "bureau-ordre")
    other = visitor(office, "yanis")
    drop(other, "encore.pdf", imprimer.pdf("place_creche"))
    read(office)
    second = named(office, "encore.pdf")
    form = other.get(f"/depots/{second.id}")
    assert shown(form, "Doublon possible", "un courrier auquel vous n’avez pas accès")
    assert not [word for word in ("canarisecret", "A-2026-00001", "/comparer/") if word in form.text]
    first = named(office, "lettre.pdf").id
    fine(other.get(f"/depots/{second.id}/comparer/{first}"), 404)
    fine(other.post(f"/depots/{second.id}/comparer/{first}", {"verdict": "joindre"}), 404)
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Courrier.id))) == 1
