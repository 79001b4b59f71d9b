"""One person's data: found, handed over with what is left out said, refused to be erased while mail must be kept."""

import io
import json
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journal, organisation, registre
from app.courrier.tables import Changement, Correspondant, Courrier, Piece
from app.web.context import parts
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, register, shown


@pytest.fixture
def house(office: Flask) -> Flask:
    """The town hall, where Yanis is at the direction."""
    now = datetime.now(UTC)
    guichet.write(office, lambda session: organisation.donner_role(session, "yanis", "direction", par="systeme", now=now))
    return office


def acknowledged(session: Session, number: int) -> None:
    """An e-mail of ours is among the pieces of a courrier."""
    message = EmailMessage()
    message["Subject"], message["To"] = "Accusé de réception", "h.caradec@example.org"
    message.set_content("Votre demande est arrivée.")
    place = parts().coffre.put(message.as_bytes())
    session.add(Piece(courrier_id=number, genre="accuse", nom="accuse.eml", mime="message/rfc822", sha256=place.sha256,
                      taille=place.taille, ajoutee_le=datetime.now(UTC), ajoutee_par="systeme"))  # fmt: skip


def test_all_that_is_open_is_handed_over_and_the_rest_is_said(house: Flask) -> None:
    open_one = register(house, objet="Demande ouverte", nom="Caradec", courriel="h.caradec@example.org", piece="../lettre 1.pdf")
    closed = register(house, objet="Secret de famille", nom="Caradec", confidentialite="personnel", piece="secret.pdf")
    with guichet.looking(house) as session:
        sheet = session.get_one(Courrier, open_one).correspondant_id
    guichet.write(house, lambda session: setattr(session.get_one(Courrier, closed), "correspondant_id", sheet))
    guichet.write(house, lambda session: registre.enregistrer(session, registre.Saisie(
        sens="depart", canal="papier", objet="Notre lettre", correspondant=sheet, confidentialite="interne",
        nature_id=session.get_one(Courrier, open_one).nature_id,
    ), par="claire", now=datetime.now(UTC)))  # fmt: skip
    guichet.write(house, lambda session: acknowledged(session, open_one))
    odile, yanis = visitor(house, "odile"), visitor(house, "yanis")
    typed = {"genre": "personne", "nom": "Caradec <b>", "courriel": "h.caradec@example.org"}
    fine(odile.post(f"/correspondants/{sheet}", typed), 302)
    fine(odile.get("/personnes"), 403)
    assert shown(yanis.get("/personnes?q=h.caradec"), "Caradec <b>", "Faire le relevé")
    given = fine(yanis.post(f"/personnes/{sheet}/releve"), 200)
    archive = zipfile.ZipFile(io.BytesIO(given.get_data()))
    names = archive.namelist()
    assert [name.rsplit("/", 1)[1] for name in names if name.startswith("pieces/")] == [
        "1-_lettre_1.pdf", "2-accuse.eml", "2-accuse.eml.txt"]  # what a mail program opens is there in plain words too
    plain = archive.read(next(name for name in names if name.endswith(".txt"))).decode()
    assert "Objet : Accusé de réception\n" in plain
    assert "Votre demande est arrivée." in plain
    assert archive.read(next(name for name in names if name.startswith("pieces/"))).startswith(b"%PDF")
    page, said = archive.read("index.html").decode(), json.loads(archive.read("donnees.json"))
    assert (page.count("reçu le"), page.count("enregistré le")) == (1, 1)
    assert "2-accuse.eml.txt</a>" in page
    assert "<script" not in page
    assert "http" not in page
    assert "Caradec &lt;b&gt;" in page
    assert "RGPD, article 15, paragraphe 4" in page
    assert "ne sont pas ouverts à l’agent" in page
    assert [row["objet"] for row in said["courriers"]] == ["Notre lettre", "Demande ouverte"]
    assert said["fiches"][0]["courriel"] == "h.caradec@example.org"
    assert said["changements"][-1]["avant"] == {"nom": "Caradec"}
    assert {"enregistrer", "creer-correspondant"} <= {row["acte"] for row in said["journal"]}
    assert "Secret" not in page + json.dumps(said)
    with guichet.looking(house) as session:
        assert "relever-personne" in [line.acte for line in journal.lire(session, f"correspondant:{sheet}")]


def test_a_sheet_that_mail_names_is_not_erased_another_is(house: Flask) -> None:
    number = register(house, nom="Caradec")
    odile, yanis = visitor(house, "odile"), visitor(house, "yanis")
    made = [
        fine(odile.post("/correspondants", {"genre": "personne", "nom": "Aubry", "notes": note}), 302).location.rsplit("/", 1)[1]
        for note in ("une", "autre")
    ]
    fine(odile.post(f"/correspondants/doublons/{made[0]}/{made[1]}", {"notes": "otee"}), 302)
    with guichet.looking(house) as session:
        named = session.get_one(Courrier, number).correspondant_id
    assert shown(fine(yanis.post(f"/personnes/{named}/anonymat"), 422), "archive publique", "L212-1")
    fine(yanis.post(f"/personnes/{made[1]}/anonymat"), 302)
    with guichet.looking(house) as session:
        left = session.execute(select(Correspondant.nom, Correspondant.notes).where(Correspondant.id.in_(map(int, made)))).all()
        assert set(left) == {("(anonyme)", "")}
        assert "Aubry" not in str([(c.avant, c.apres) for c in session.scalars(select(Changement))])
    assert shown(yanis.get("/personnes?q=aubry"), "Aucune fiche")
