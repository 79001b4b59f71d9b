"""What we write: a letter that leaves, a note from one bureau to another; each goes along its whole circuit."""

import pypdfium2
from flask import Flask
from sqlalchemy import func, select

from app import travaux
from app.courrier.tables import Courrier, Envoi, Nature, Piece, Texte
from app.db import db
from app.web.context import parts
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import act, fine, plain, shown, value

NOTE = "Le marché de Noël occupera la place.\r\n\r\n- barrières\r\n- bennes <vides>\r\n\r\nMerci de prévoir l’arrêté."


def nature(app: Flask, cle: str) -> str:
    """The id of a nature, as the form posts it."""
    with guichet.looking(app) as session:
        return str(session.scalars(select(Nature.id).where(Nature.cle == cle)).one())


def test_a_letter_is_written_signed_and_sent(office: Flask) -> None:
    claire = visitor(office, "claire")
    page = fine(claire.get("/nouveau/depart"), 200)
    assert shown(page, "Écrire une lettre", "Urbanisme", "Courrier au départ")
    typed = {
        "objet": "Visite du chantier", "bureau": "urbanisme", "nature_id": nature(office, "depart"), "ville": "Saint-Aubin",
        "nom": "Mme Hélène Caradec", "adresse": "3 rue de l’Église", "code_postal": "49999", "courriel": "h.caradec@example.org",
    }  # fmt: skip
    sent = fine(claire.post("/nouveau/depart", typed), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    assert shown(claire.get(sent.location), "D-2026-00001", "Visite du chantier", "Mme Hélène Caradec", "reste à rédiger")
    act(office, number, "claire", "rediger", objet="Visite du chantier", corps=guichet.CORPS)
    act(office, number, "marc", "valider", decision="approuver")
    guichet.typeset(office)
    act(office, number, "helene", "signer", decision="signer")
    expedier = visitor(office, "odile").get(f"/taches/{guichet.task(office, number, 'expedier')}")
    assert value(expedier.text, "destinataire") == "h.caradec@example.org"
    act(office, number, "odile", "expedier", canal="courriel", destinataire="h.caradec@example.org")
    with office.app_context():
        for due in db.session().scalars(select(Envoi.id).where(Envoi.etat == "a_envoyer")).all():
            travaux.envoyer(parts(), due)
    row = guichet.courrier(office, number)
    assert (row.etat, row.chrono) == ("clos", "D-2026-00001")
    with guichet.looking(office) as session:
        assert session.scalars(select(Envoi.etat).where(Envoi.courrier_id == number, Envoi.genre == "reponse")).one() == "envoye"
        assert session.scalar(select(func.count(Courrier.id))) == 1
    page = visitor(office, "claire").get(f"/courriers/{number}?volet=pieces")
    assert shown(page, "lettre signée", "preuve d’envoi", "D-2026-00001.pdf")


def test_a_note_is_approved_sent_back_corrected_and_taken_charge_of(office: Flask) -> None:
    claire = visitor(office, "claire")
    typed = {"objet": "Marché de Noël", "bureau": "urbanisme", "vers": "voirie", "corps": NOTE}
    typed["nature_id"] = nature(office, "interne")
    sent = fine(claire.post("/nouveau/interne", typed), 302)
    number = int(sent.location.rsplit("/", 1)[1])
    assert shown(claire.get(sent.location), "I-2026-00001", "Marché de Noël")
    with guichet.looking(office) as session:
        piece = session.scalars(select(Piece).where(Piece.courrier_id == number)).one()
        assert (piece.pages, piece.mime) == (1, "application/pdf")
        assert "marché de Noël occupera" in session.scalars(select(Texte.texte).where(Texte.piece_id == piece.id)).one()
        with pypdfium2.PdfDocument(parts().coffre.get(piece.sha256)) as pdf:
            printed = pdf[0].get_textpage().get_text_range()
    assert "Urbanisme → Voirie" in printed
    assert "bennes <vides>" in printed
    assert len(printed.splitlines()) >= 5, "paragraphs and lists stay apart"
    act(office, number, "marc", "viser", decision="renvoyer", motif="Ajouter la date.")
    back = visitor(office, "claire").get(f"/taches/{guichet.task(office, number, 'corriger')}")
    assert shown(back, "Marc Tessier a renvoyé ce projet : « Ajouter la date. »")
    act(office, number, "claire", "corriger", note="C’est du 5 au 24 décembre.")
    act(office, number, "marc", "viser", decision="viser")
    assert shown(visitor(office, "yanis").get("/bureau"), "Marché de Noël", "Prendre en charge")
    act(office, number, "yanis", "traiter", note="Arrêté pris.")
    assert guichet.courrier(office, number).etat == "clos"


def test_a_long_note_has_all_its_pages(office: Flask) -> None:
    typed = {"objet": "Longue", "bureau": "urbanisme", "vers": "voirie", "corps": "Un paragraphe.\r\n\r\n" * 120}
    typed["nature_id"] = nature(office, "interne")
    fine(visitor(office, "claire").post("/nouveau/interne", typed), 302)
    with guichet.looking(office) as session:
        piece = session.scalars(select(Piece)).one()
        assert piece.pages > 1
        assert session.scalar(select(func.count()).select_from(Texte)) == piece.pages


def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Flask) -> None:
    claire = visitor(office, "claire")
    letter = fine(claire.post("/nouveau/depart", {"objet": " ", "bureau": "voirie", "nom": "", "ville": "Angers"}), 422)
    assert shown(letter, "Choisissez l’un de vos bureaux")
    assert value(letter.text, "ville") == "Angers"
    letter = fine(claire.post("/nouveau/depart", {"objet": " ", "bureau": "urbanisme", "nom": "", "ville": "Angers"}), 422)
    assert shown(letter, "Écrivez l’objet du courrier", "Dites à qui ce courrier est adressé", "Choisissez une nature")
    wrong = {"bureau": "urbanisme", "objet": "x", "nom": "Roux", "courriel": "à côté", "nature_id": nature(office, "depart")}
    assert shown(fine(claire.post("/nouveau/depart", wrong), 422), "n’est pas une adresse électronique")
    note = fine(claire.post("/nouveau/interne", {"objet": "x", "bureau": "urbanisme", "vers": "lune", "corps": "court"}), 422)
    assert shown(note, "dix caractères au moins", "Choisissez le bureau destinataire")
    assert value(note.text, "corps").strip() == "court"
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Courrier.id))) == 0


def test_somebody_without_a_bureau_writes_nothing(office: Flask) -> None:
    helene = visitor(office, "helene")
    assert "Urbanisme" not in plain(helene.get("/nouveau/depart"))
    refused = fine(helene.post("/nouveau/depart", {"objet": "x", "nom": "y", "bureau": ""}), 422)
    assert shown(refused, "Choisissez l’un de vos bureaux")


def test_a_note_kept_close_is_seen_by_those_who_must_act(office: Flask) -> None:
    typed = {"objet": "Situation d’un agent", "bureau": "urbanisme", "vers": "ressources-humaines", "corps": NOTE,
             "confidentialite": "personnel", "nature_id": nature(office, "interne")}  # fmt: skip
    sent = fine(visitor(office, "claire").post("/nouveau/interne", typed), 302)
    for who, status in (("claire", 200), ("marc", 200), ("karim", 404), ("nadia", 404), ("odile", 404)):
        assert visitor(office, who).get(sent.location).status_code == status, who
    number = int(sent.location.rsplit("/", 1)[1])
    act(office, number, "marc", "viser", decision="viser")
    assert visitor(office, "karim").get(sent.location).status_code == 200


def test_what_is_wrong_is_said_in_english_too(office: Flask) -> None:
    claire = visitor(office, "claire")
    claire.get("/compte")
    claire.post("/langue", {"lang": "en"})
    typed = {"objet": " ", "bureau": "urbanisme", "vers": "voirie", "corps": NOTE, "nature_id": nature(office, "interne")}
    refused = claire.post("/nouveau/interne", typed)
    assert refused.status_code == 422
    assert plain(refused).count("Write the subject of the item.") == 2
    assert "Écrivez l’objet" not in plain(refused)
