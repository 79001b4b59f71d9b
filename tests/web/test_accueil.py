"""A call, a visit: registered at once, with no document or with the notes of what was said, on its circuit like a letter."""

from flask import Flask
from sqlalchemy import func, select

from app.courrier.tables import Correspondant, Courrier, Envoi, Piece, Texte
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, shown, value
from tests.web.public import ONCE, follow
from tests.web.test_depots import nature

CALL = {"canal": "telephone", "nom": "Mme Rose Faure", "telephone": "02 41 00 00 01", "objet": "Nid-de-poule"}


def test_a_call_is_registered_while_the_person_waits(office: Flask) -> None:
    odile = visitor(office, "odile")
    assert shown(odile.get("/accueil"), "Nouvel appel ou visite", "au guichet")
    notes = "Le trou s’agrandit.\n\n- devant le 12\n- dangereux pour les <vélos>"
    typed = {**CALL, "nature_id": nature(office, "signalement"), "notes": notes, "urgent": "oui"}
    sent = fine(odile.post("/accueil", typed), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    row = guichet.courrier(office, number)
    assert (row.canal, row.priorite, row.etat) == ("telephone", "urgente", "en_cours")
    assert shown(odile.get(sent.location), "A-2026-00001", row.code_suivi, "téléphone", "Rose Faure")
    assert shown(odile.get(sent.location), "pas laissé d’adresse", f"code de suivi, {row.code_suivi}, lui est donné de vive voix")
    assert guichet.steps(office, number) == ["qualifier"]
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Envoi.id))) == 0
        piece = session.scalars(select(Piece).where(Piece.courrier_id == number)).one()
        assert "dangereux pour les <vélos>" in session.scalars(select(Texte.texte).where(Texte.piece_id == piece.id)).one()
    fine(follow(odile, row.chrono, row.code_suivi), 302)
    assert shown(odile.get("/suivre/demande"), "Votre courrier est enregistré")


@ONCE
def test_a_visit_without_notes_has_no_document_and_goes_on_its_way(office: Flask) -> None:
    odile = visitor(office, "odile")
    form = {"canal": "guichet", "objet": "Demande de rendez-vous", "nature_id": nature(office, "demande"), "nom": "M. Roux"}
    number = int(fine(odile.post("/accueil", form), 302).location.rsplit("/", 1)[1])
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Piece.id))) == 0
    fine(odile.get(f"/courriers/{number}"), 200)
    guichet.act(office, number, "nadia", "qualifier", decision="traiter")


@ONCE
def test_what_is_wrong_is_said_and_a_known_person_is_offered(office: Flask) -> None:
    odile = visitor(office, "odile")
    wrong = {**CALL, "objet": " ", "telephone": "abc", "canal": "pigeon", "notes": "x" * 20_001}
    assert shown(fine(odile.post("/accueil", wrong), 422), "Choisissez dans la liste", "trop longues")
    refused = fine(odile.post("/accueil", {**CALL, "objet": " ", "telephone": "abc"}), 422)
    assert shown(refused, "Écrivez l’objet", "ne se compose pas", "Choisissez une nature")
    assert value(refused.text, "nom") == "Mme Rose Faure"
    form = {**CALL, "nature_id": nature(office, "signalement")}
    fine(odile.post("/accueil", form), 302)
    offered = fine(odile.post("/accueil", form), 422)
    assert shown(offered, "a peut-être déjà une fiche", "Rose Faure")
    with guichet.looking(office) as session:
        known = session.scalars(select(Correspondant.id)).one()
    fine(odile.post("/accueil", {**form, "correspondant_id": str(known)}), 302)
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Correspondant.id))) == 1
        assert session.scalars(select(Courrier.correspondant_id)).all() == [known, known]
