"""The usagers' pages: what is written reaches the bureau d'ordre, is acknowledged at once, and is followed by its code."""

import io
import json
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

from flask import Flask
from sqlalchemy import func, select

from app.courrier.tables import Courrier, Demande, Depot, Envoi, Frein, Piece, Texte
from app.web.context import parts
from tests.letters import imprimer
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, shown, value
from tests.web.public import ONCE, WORDS, follow, receipt, register, work, write


def test_a_message_is_received_acknowledged_read_and_registered(office: Flask) -> None:
    usager = Visitor(office)
    page = usager.get("/ecrire")
    assert shown(page, "Signaler un problème dans la rue", "25 Mo", "Vos données et vos droits")
    assert "Dossier d’agent" not in plain(page)
    fine(write(usager, (imprimer.pdf("petition"), "petition.pdf"), (b"\x89PNG\r\n\x1a\n coup\xe9e", "photo.png")), 302)
    number, code = receipt(usager)
    assert number == f"E-{datetime.now(UTC).year}-00001"
    assert shown(usager.get("/ecrire/recu"), "L. 112-11", "helene.caradec@example.org", "petition.pdf, photo.png")
    work(office)
    with guichet.looking(office) as session:
        came = session.scalars(select(Depot)).one()
        assert (came.etat, came.canal, came.depose_par) == ("a_enregistrer", "formulaire", "usager")
        assert came.origine == f"{number} · Hélène Caradec"
        by_kind = {(p.genre, p.nom): p for p in session.scalars(select(Piece))}
        proof = json.loads(parts().coffre.get(by_kind["preuve", f"{number}.json"].sha256))
        said = session.scalars(select(Texte.texte).where(Texte.piece_id == by_kind["original", f"{number}.pdf"].id)).one()
        assert by_kind["annexe", "petition.pdf"].pages == 2
        assert by_kind["annexe", "photo.png"].pages == 0
        mail = BytesParser(policy=policy.default).parsebytes(
            parts().coffre.get(by_kind["accuse", f"{number} accusé d’enregistrement.eml"].sha256)
        )
    assert proof["texte"] == WORDS["texte"].strip()
    assert [joined["nom"] for joined in proof["fichiers"]] == ["petition.pdf", "photo.png"]
    assert "Le lampadaire <12> de la rue des Lilas est éteint." in said
    assert "helene.caradec@example.org" in str(mail["To"])
    told = (number, code, "Lampadaire éteint", "petition.pdf, photo.png", "/suivre")
    assert all(word in mail.get_content() for word in told)  # type: ignore[attr-defined]
    form = visitor(office, "odile").get(f"/depots/{came.id}")
    assert '<option value="formulaire" selected>' in form.text
    assert shown(form, "donné par l’expéditeur")
    courrier = guichet.courrier(office, register(office, number))
    assert (courrier.objet, courrier.canal, courrier.code_suivi) == ("Lampadaire éteint", "formulaire", code)
    assert courrier.chrono == f"A-{datetime.now(UTC).year}-00001"


def test_an_usager_follows_their_demand_and_learns_no_name(office: Flask) -> None:
    usager, stranger = Visitor(office), Visitor(office)
    fine(write(usager), 302)
    number, code = receipt(usager)
    refused = fine(follow(stranger, number, "K7QMX-3RTPA"), 422)
    unknown = fine(follow(stranger, "E-2026-99999", code), 422)
    assert plain(refused).replace(number, "") == plain(unknown).replace("E-2026-99999", "")
    assert stranger.get("/suivre/demande").status_code == 302
    spoken = f" {number.lower().replace('-', ' ').replace('0000', '')} "
    fine(follow(stranger, spoken, code.lower().replace("-", " ")), 302)
    assert shown(stranger.get("/suivre/demande"), "Votre message est arrivé")
    work(office)
    courrier_id = register(office, number)
    guichet.act(office, courrier_id, "sophie", "qualifier", decision="traiter")
    page = stranger.get("/suivre/demande")
    assert shown(page, "Votre courrier est enregistré", "Votre demande est étudiée", "Voirie", "A-2026-00001")
    guichet.act(office, courrier_id, "yanis", "annoter", suite="repondre", note="Une note interne.")
    page = stranger.get("/suivre/demande")
    assert shown(page, "Une réponse est en préparation")
    for inner in ("Odile", "Sophie", "Lambert", "Yanis", "Belkacem", "note interne", "odile", "yanis"):
        assert inner not in page.text, inner
    answered(office, courrier_id)
    assert shown(stranger.get("/suivre/demande"), "Une réponse vous a été envoyée le", "Votre demande est close")
    chrono = guichet.courrier(office, courrier_id).chrono
    fine(follow(Visitor(office), chrono, code), 302)
    fine(stranger.post("/suivre/fin"), 302)
    assert stranger.get("/suivre/demande").status_code == 302


def answered(app: Flask, courrier_id: int) -> None:
    """The answer has left, the courrier is closed."""
    now = datetime.now(UTC)
    guichet.write(app, lambda session: session.add(Envoi(
        courrier_id=courrier_id, genre="reponse", canal="courriel", destinataire="x@example.org", message_id="m", etat="envoye",
        demande_le=now, fait_le=now,
    )))  # fmt: skip
    guichet.write(app, lambda session: close(session.get_one(Courrier, courrier_id), now))


def close(courrier: Courrier, now: datetime) -> None:
    courrier.etat, courrier.clos_le = "clos", now


@ONCE
def test_a_demand_set_aside_is_told_without_its_reason(office: Flask) -> None:
    usager = Visitor(office)
    fine(write(usager), 302)
    number, code = receipt(usager)
    work(office)
    with guichet.looking(office) as session:
        depot_id = session.scalars(select(Depot.id)).one()
    fine(visitor(office, "odile").post(f"/depots/{depot_id}/ecart", {"motif": "Publicité mensongère"}), 302)
    fine(follow(usager, number, code), 302)
    page = usager.get("/suivre/demande")
    assert shown(page, "n’a pas été enregistré comme une demande", "appelez la mairie")
    assert "mensongère" not in page.text


@ONCE
def test_a_piece_is_added_to_a_demand(office: Flask) -> None:
    usager = Visitor(office)
    fine(write(usager), 302)
    number, code = receipt(usager)
    fine(follow(usager, number, code), 302)
    usager.get("/suivre/demande")
    assert shown(fine(usager.post("/suivre/demande", {"texte": ""}), 422), "dix caractères au moins")
    joined = [(io.BytesIO(imprimer.pdf("petition")), "plan.pdf")]
    fine(usager.post("/suivre/demande", {"texte": "", "fichiers": joined}, content_type="multipart/form-data"), 302)
    assert shown(usager.get("/suivre/demande"), "Votre complément est reçu sous le numéro", "Complément reçu")
    work(office)
    with guichet.looking(office) as session:
        added = session.scalars(select(Demande).where(Demande.suite_de == number)).one()
        came = session.get_one(Depot, added.depot_id)
        assert came.etat == "a_enregistrer"
        proposed = {p["champ"]: p["valeur"] for p in came.propositions}
    assert proposed["chrono"] == number
    assert proposed["expediteur"] == "Hélène Caradec"
    assert proposed["objet"] == f"Complément à {number} : Lampadaire éteint"


@ONCE
def test_what_is_wrong_is_said_at_once_and_what_was_typed_stays(office: Flask) -> None:
    usager = Visitor(office)
    wrong = {
        "nom": " ", "courriel": "pas une adresse", "telephone": "abc", "nature": "personnel", "objet": "", "texte": "court",
        "ville": "Saint-Aubin",
    }  # fmt: skip
    refused = fine(write(usager, (b"", "vide.pdf"), **wrong), 422)
    for words in ("Donnez le nom", "adresse électronique", "ne se compose pas", "Choisissez dans la liste", "de quoi il s’agit",
                  "dix caractères", "vide.pdf", "à choisir de nouveau"):  # fmt: skip
        assert shown(refused, words), words
    assert value(refused.text, "ville") == "Saint-Aubin"
    assert value(refused.text, "texte").strip() == "court"
    unreachable = fine(write(usager, courriel=""), 422)
    assert shown(unreachable, "adresse postale complète, où vous répondre")
    assert shown(fine(write(usager, objet="x" * 201, texte="y" * 20_001), 422), "au plus 200", "trop long")
    assert shown(fine(write(usager, *[(b"x", f"{n}.pdf") for n in range(11)]), 422), "au plus 10 fichiers")
    robot = fine(write(usager, site_web="https://pilules.example"), 422)
    assert shown(robot, "robots")
    assert value(robot.text, "objet") == WORDS["objet"]
    fine(write(usager, genre="organisme", organisme="", nom="", courriel="a@example.org"), 422)
    with guichet.looking(office) as session:
        assert session.scalar(select(func.count(Depot.id))) == 0
        assert session.scalar(select(func.count()).select_from(Frein)) == 0


@ONCE
def test_the_pages_speak_english(office: Flask) -> None:
    usager = Visitor(office)
    usager.get("/ecrire")
    fine(usager.post("/langue", {"lang": "en", "suite": "/ecrire"}), 302)
    assert shown(usager.get("/ecrire"), "Write to the town hall", "Your message")
    assert shown(write(usager, courriel="", texte="x"), "ten characters at least")
    fine(write(usager), 302)
    assert shown(usager.get("/ecrire/recu"), "Your message has been received", "Tracking code")
