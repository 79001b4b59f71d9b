"""The administrators' pages: the journal read, filtered and proved; the organisation."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import text

from app.courrier import journal
from app.courrier.tables import figees
from app.db import transaction
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, register, shown


def test_the_journal_is_read_page_after_page_and_by_subject(office: Flask) -> None:
    number = register(office, objet="Le secret du lavoir", nom="Caradec", texte="Mot caché.")
    guichet.act(office, number, "marc", "qualifier", decision="traiter", note="Consigne cachée.")
    ines = visitor(office, "ines")
    page = ines.get(f"/administration/journal?sujet=courrier:{number}")
    assert shown(page, "Odile Perrin", "Marc Tessier", f"courrier:{number}")
    for word in ("lavoir", "Caradec", "caché", "Consigne"):
        assert word not in plain(page)
    with office.app_context(), transaction() as session:
        for rank in range(100):
            journal.noter(session, acteur="systeme", acte="relance", sujet=f"courrier:{rank}", now=datetime.now(UTC))
    first = ines.get("/administration/journal")
    assert "Marc Tessier" not in plain(first)
    assert shown(ines.get(guichet.link(first.text, "avant=")), "Marc Tessier", "Odile Perrin")
    assert shown(ines.get("/administration/journal?sujet=courrier:999"), "Aucune ligne")
    ines.post("/langue", {"lang": "en"})
    assert "Chaque acte, dans l’ordre" not in plain(ines.get("/administration/journal"))


def test_the_journal_is_proved_or_its_first_wrong_line_named(office: Flask) -> None:
    register(office)
    ines = visitor(office, "ines")
    ines.get("/administration/journal")
    fine(ines.post("/administration/journal/verification"), 302)
    with guichet.looking(office) as session:
        lines = journal.verifier(session)
    assert shown(ines.get("/administration/journal"), f"Le journal est intact : {lines} lignes vérifiées")
    with office.app_context(), transaction() as session, figees.levees(session):
        session.execute(text("UPDATE journal SET acteur = 'paul' WHERE numero = 3"))
    fine(ines.post("/administration/journal/verification"), 302)
    assert shown(ines.get("/administration/journal"), "Le journal est rompu à la ligne 3")


def test_the_organisation_shows_bureaux_people_and_roles(office: Flask) -> None:
    page = visitor(office, "ines").get("/administration/organisation")
    assert shown(page, "Urbanisme", "Claire Montel", "Instructrice du droit des sols", "Direction générale", "Paul Rigaud")
