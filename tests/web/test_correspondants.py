"""The sheets of correspondants: found, made, taken out as a table; their courriers as far as the reader may see them."""

import csv
import gc
import io
import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.pool import QueuePool

from app.courrier import organisation
from app.courrier.tables import Courrier
from app.db import db
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
    cards = fine(odile.get("/correspondants/export.vcf?q=kiosque"), 200).get_data().decode()
    assert "ADR:;;Maison des associations et de la vie locale\\, bâtiment B;" in cards.replace("\r\n ", "")
    for path in ("/correspondants", "/correspondants/nouveau", "/correspondants/export.csv"):
        fine(claire.get(path), 403)


@pytest.mark.parametrize("path", [
    "correspondants/export.csv", "correspondants/export.vcf", "registres/registre.csv?periode=annee",
])  # fmt: skip
def test_taking_a_table_out_gives_back_its_connection(office: Flask, path: str) -> None:
    register(office)
    odile = visitor(office, "odile")
    gc.disable()  # what is only given back when memory is swept is not given back
    try:
        fine(odile.get(f"/{path}"), 200).get_data()
        with office.app_context():
            pool = db.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedout() == 0
    finally:
        gc.enable()


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


def test_two_sheets_of_one_person_become_one_and_come_back(office: Flask) -> None:
    number = register(office, objet="Première demande", nom="Caradec", courriel="h.caradec@example.org")
    other = register(office, objet="Seconde demande", nom="Caradeck", courriel="h.caradec@example.org")
    odile = visitor(office, "odile")
    with guichet.looking(office) as session:
        kept, gone = (session.get_one(Courrier, cle).correspondant_id for cle in (number, other))
    assert shown(odile.get("/correspondants/doublons"), "1 paire", "Caradec", "Caradeck", "même courriel")
    assert shown(odile.get(f"/correspondants/doublons/{kept}/{gone}"), "Fiche gardée", "Nom", "Caradeck")
    fine(odile.get(f"/correspondants/doublons/{kept}/{kept}"), 404)
    merged = fine(odile.post(f"/correspondants/doublons/{kept}/{gone}", {"nom": "otee"}), 302)
    sheet = odile.get(merged.location)
    assert shown(sheet, "Première demande", "Seconde demande", "a fusionné une autre fiche avec celle-ci", "Caradec → Caradeck")
    assert fine(odile.get(f"/correspondants/{gone}"), 302).location.endswith(f"/correspondants/{kept}")
    fine(odile.post(f"/correspondants/{gone}", {"genre": "personne", "nom": "X"}), 404)
    assert shown(odile.get("/correspondants?q=caradec"), "1 fiche.")
    assert shown(odile.get("/correspondants/fusions"), "Défaire", "1 courrier suivi")
    back = fine(odile.post("/correspondants/fusions/1/retour"), 302)
    assert shown(odile.get(back.location), "Seconde demande")
    assert "Première demande" not in odile.get(back.location).text
    fine(odile.post("/correspondants/fusions/1/retour"), 422)
    fine(odile.post(f"/correspondants/doublons/{kept}/{gone}/distincts"), 302)
    assert shown(odile.get("/correspondants/doublons"), "Aucun doublon")


def test_a_body_has_its_people_and_groups_are_chosen_on_the_sheet(office: Flask) -> None:
    odile = visitor(office, "odile")
    body = fine(odile.post("/correspondants", {**SHEET, "nouveau_groupe": "Associations"}), 302).location
    number = body.rsplit("/", 1)[1]
    assert shown(odile.get(f"/correspondants/nouveau?organisme={number}"), "Travaille pour", "Les Amis du kiosque")
    typed = {"genre": "personne", "nom": "Le Roux", "prenom": "Yves", "organisme_id": number, "groupes": "1"}
    fine(odile.post("/correspondants", typed), 302)
    assert shown(odile.get(body), "Y travaillent", "Yves Le Roux")
    assert shown(odile.get("/correspondants?groupe=1"), "2 fiches.", "Yves Le Roux, Les Amis du kiosque", "Associations")
    assert shown(odile.get("/correspondants?groupe=1&genre=organisme"), "1 fiche.")
    assert shown(fine(odile.post("/correspondants/groupes", {"nom": " "}), 422), "Donnez un nom au groupe")
    fine(odile.post("/correspondants/groupes/1", {"nom": "Vie associative"}), 302)
    assert shown(odile.get("/correspondants/groupes"), "Vie associative", "2")
    fine(odile.post("/correspondants/groupes/1/retrait"), 302)
    assert shown(odile.get("/correspondants"), "2 fiches.")
    fine(odile.post("/correspondants", {"genre": "personne", "nom": "X", "organisme_id": "999"}), 422)


def test_a_file_is_looked_at_then_written_then_undone(office: Flask) -> None:
    odile, claire = visitor(office, "odile"), visitor(office, "claire")
    fine(odile.post("/correspondants", SHEET), 302)
    table = "Qui;Courriel;Ville\nAubry;kiosque@example.org;Ici\n=Collet;c@example.org;Ici\nDorval;faux;Ici\n".encode("cp1252")
    fine(claire.post("/correspondants/imports", {"fichier": (io.BytesIO(table), "f.csv")}), 403)
    assert shown(fine(odile.post("/correspondants/imports", {}), 422), "Ce fichier est vide")
    read = fine(odile.post("/correspondants/imports", {"fichier": (io.BytesIO(table), "maires.csv")}), 302).location
    # The first column is not told by its title: nothing can be made of the rows until somebody says what it is.
    assert shown(odile.get(read), "maires.csv", "Refusées (3)", "Donnez le nom du correspondant")
    columns = {"colonnes": ["nom", "courriel", "ville"]}
    settings = {"encodage": "utf-8", "separateur": ";", "titres": "oui", "groupe": "Maires", **columns}
    fine(odile.post(f"{read}/reglages", settings), 302)
    page = odile.get(read)
    assert shown(page, "Doublons possibles (1)", "À créer (1)", "Refusées (1)", "Les Amis du kiosque", "même courriel")
    fine(odile.post(f"{read}/choix", {"ligne-2": "fiche"}), 302)
    stale = guichet_digest(page.text)
    assert shown(fine(odile.post(read, {"empreinte": stale}), 422), "Les fiches ont changé depuis la relecture")
    digest = guichet_digest(odile.get(read).text)
    # What is decided beside the button counts, kept before or not.
    fine(odile.post(read, {"empreinte": digest, "ligne-2": "ecarter"}), 302)
    assert shown(odile.get("/correspondants/imports"), "maires.csv", "1 créée, 0 changée", "Défaire")
    assert shown(odile.get("/correspondants?q=collet"), "1 fiche.", "=Collet", "Maires")
    fine(odile.post(read, {"empreinte": stale}), 409)
    fine(odile.post(f"{read}/retour"), 302)
    assert shown(odile.get("/correspondants"), "1 fiche.", "Les Amis du kiosque")
    fine(odile.post(f"{read}/retour"), 409)


def guichet_digest(page: str) -> str:
    found = re.search(r'name="empreinte" value="(\w+)"', page)
    assert found
    return found[1]
