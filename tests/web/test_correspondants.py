"""The sheets of correspondants: found, made, taken out as a table; their courriers as far as the reader may see them."""

import csv
import io
from datetime import UTC, datetime

from flask import Flask

from app.courrier import organisation
from app.courrier.tables import Courrier
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, register, shown

SHEET = {
    "genre": "organisme", "organisme": "Les Amis du kiosque",
    "adresse": "Maison des associations et de la vie locale, bâtiment B",
    "code_postal": "72990", "ville": "Saint-Aubin-des-Prés", "courriel": "kiosque@example.org",
}  # fmt: skip


def test_a_sheet_is_made_found_and_taken_out(office: Flask) -> None:
    odile, claire = visitor(office, "odile"), visitor(office, "claire")
    assert shown(fine(odile.post("/correspondants", {"genre": "personne"}), 422), "Donnez le nom du correspondant")
    made = fine(odile.post("/correspondants", SHEET), 302)
    fine(odile.post("/correspondants", {"genre": "personne", "nom": "=1+1", "courriel": "kiosque@example.org"}), 302)
    sheet = odile.get(made.location)
    # Too long a line is said, not refused; the other sheet with the same e-mail is shown.
    assert shown(sheet, "Les Amis du kiosque", "a 55 signes", "38 au plus par ligne")
    assert shown(sheet, "Peut-être la même personne", "même courriel")
    assert shown(odile.get("/correspondants?q=kiosque+72990"), "1 fiche.", "Les Amis du kiosque", "kiosque@example.org")
    assert shown(odile.get("/correspondants?q=personne+ainsi"), "Aucun correspondant ne répond")
    assert shown(odile.get("/correspondants?page=2147483647"), "Aucune fiche")
    table = fine(odile.get("/correspondants/export.csv"), 200)
    rows = list(csv.DictReader(io.StringIO(table.get_data().decode("utf-8-sig")), delimiter=";"))
    assert {row["organisme"] or row["nom"] for row in rows} >= {"Les Amis du kiosque", "'=1+1"}
    for path in ("/correspondants", "/correspondants/nouveau", "/correspondants/export.csv"):
        fine(claire.get(path), 403)


def test_the_history_of_a_sheet_holds_what_its_reader_may_see(office: Flask) -> None:
    number = register(office, objet="Demande ouverte", nom="Caradec")
    closed = register(office, objet="Demande close", nom="Caradec", confidentialite="personnel")
    now = datetime.now(UTC)
    guichet.write(office, lambda session: organisation.placer(session, "yanis", "bureau-ordre", "agent", par="systeme", now=now))
    with guichet.looking(office) as session:
        sheet = session.get_one(Courrier, number).correspondant_id
    guichet.write(office, lambda session: setattr(session.get_one(Courrier, closed), "correspondant_id", sheet))
    assert shown(visitor(office, "odile").get(f"/correspondants/{sheet}"), "Demande ouverte", "Demande close")
    seen = visitor(office, "yanis").get(f"/correspondants/{sheet}")
    assert shown(seen, "Demande ouverte")
    assert "Demande close" not in seen.text
