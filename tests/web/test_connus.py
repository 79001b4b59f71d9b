"""The sender whom we know already: offered by the first signs of a name, with what the clerk may see of earlier letters."""

from flask import Flask
from sqlalchemy import delete

from app.courrier.tables import Acces, Correspondant, Courrier
from tests.support.visitors import visitor
from tests.web import guichet


def test_a_sender_we_know_is_offered_by_the_first_signs_of_a_name(office: Flask) -> None:
    odile = visitor(office, "odile")
    number = guichet.register(office, nom="Hélène d’Arcy", courriel="helene@example.org", objet="Haie qui déborde")
    guichet.register(office, nom="Arsène Pouliquen", objet="Bruit")
    closed = guichet.register(office, nom="", objet="Affaire réservée")
    known = guichet.courrier(office, number).correspondant_id
    guichet.write(office, lambda session: setattr(session.get_one(Courrier, closed), "correspondant_id", known))
    guichet.write(office, lambda session: session.execute(delete(Acces).where(Acces.courrier_id == closed)))
    told = odile.get("/depots/connus?debut=arc hel").json
    assert (told["tous"], [sheet["nom"] for sheet in told["fiches"]]) == (True, ["Hélène d’Arcy"])
    assert told["fiches"][0]["champs"] == {"courriel": "helene@example.org"}
    assert odile.get("/depots/connus?debut=elene").json["fiches"] == []  # no word begins so
    page = odile.get(f"/depots/connus/choix?correspondant_id={known}&expediteur=Dame inconnue")
    assert "<html" not in page.text
    assert f'value="{known}" checked' in page.text
    assert "Haie qui déborde" in page.text
    assert "réservée" not in page.text
    guichet.write(office, lambda session: setattr(session.get_one(Correspondant, known), "opposition", "limitation"))
    assert odile.get("/depots/connus?debut=hel").json["fiches"] == []
