"""A task's page: its form in every state, drafts, templates, previews, decisions that send back, another bureau."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select

from app import travaux
from app.courrier import habilitations, organisation, reponse
from app.courrier.tables import Acces, Correspondant, Courrier, Piece, Reponse, dues
from app.db import db
from app.outside.certificats import SansCertificat
from app.outside.signer import Signer
from app.web.context import parts
from tests.support.disque import Full
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import act, fine, plain, register, shown, steps, value

HALF = "Madame,\n\nVotre dem"


def to_the_draft(app: Flask, **more: str) -> int:
    """A letter that Claire is to answer; the task."""
    number = register(app, **more)
    act(app, number, "marc", "qualifier", decision="traiter", note="À voir avant jeudi.")
    act(app, number, "claire", "annoter", suite="repondre", note="Vu.")
    return number


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(office: Flask) -> None:
    number = register(office)
    task, marc = guichet.task(office, number, "qualifier"), visitor(office, "marc")
    refused = fine(marc.post(f"/taches/{task}", {"decision": "reorienter", "bureau": "", "motif": "non", "note": "x"}), 422)
    assert shown(refused, "2 champs à corriger", "Bureau à saisir")
    assert value(refused.text, "motif").strip() == "non"
    assert re.search(r'name="decision" value="reorienter" checked', refused.text)
    assert steps(office, number) == ["qualifier"]


def test_the_same_bureau_is_not_another_one(office: Flask) -> None:
    number = register(office)
    task, marc = guichet.task(office, number, "qualifier"), visitor(office, "marc")
    for bureau in ("urbanisme", "lune"):
        typed = {"decision": "reorienter", "bureau": bureau, "motif": "Ce n’est pas pour nous."}
        assert fine(marc.post(f"/taches/{task}", typed), 422)
    assert guichet.courrier(office, number).bureau_id is not None
    assert steps(office, number) == ["qualifier"]


def test_a_draft_is_kept_and_found_again_by_the_bureau(office: Flask) -> None:
    number = to_the_draft(office)
    task, claire = guichet.task(office, number, "rediger"), visitor(office, "claire")
    assert "Caradec" in plain(claire.get(f"/taches/{task}"))
    kept = fine(claire.post(f"/taches/{task}", {"objet": "Votre recours", "corps": HALF, "_geste": "brouillon"}), 302)
    assert shown(claire.get(kept.location), "Votre brouillon est gardé")
    guichet.place(office, "yanis", "urbanisme")
    for somebody in ("claire", "yanis"):
        again = visitor(office, somebody).get(f"/taches/{task}").text
        assert value(again, "corps").replace("\r\n", "\n").strip() == HALF
        assert value(again, "objet") == "Votre recours"
    assert steps(office, number) == ["rediger"]
    with guichet.looking(office) as session:
        assert session.scalar(select(Reponse.id)) is None


def test_a_template_is_proposed_and_a_preview_changes_nothing(office: Flask) -> None:
    number = to_the_draft(office)
    task, claire = guichet.task(office, number, "rediger"), visitor(office, "claire")
    page = claire.get(f"/taches/{task}").text
    keys = re.findall(r'<option value="([\w-]+)"', page.split('id="modele"', 1)[1].split("</select>", 1)[0])
    assert keys
    for key in keys:
        filled = fine(claire.get(f"/taches/{task}?modele={key}"), 200).text
        assert "{{" not in value(filled, "corps")
    assert fine(claire.get(f"/taches/{task}?modele=inconnu"), 404)
    seen = fine(claire.post(f"/taches/{task}/apercu", {"objet": "Essai", "corps": "Bonjour <script>alert(1)</script>"}), 200)
    assert seen.data.startswith(b"%PDF")
    assert seen.headers["Content-Disposition"].startswith("inline")
    with guichet.looking(office) as session:
        assert session.scalar(select(Reponse.id)) is None


def test_a_letter_with_gaps_is_not_passed_on(office: Flask) -> None:
    number = to_the_draft(office)
    task, claire = guichet.task(office, number, "rediger"), visitor(office, "claire")
    gaps = {
        "Bonjour [… à compléter]": "passage à compléter", "Bonjour {{ usager.prenom }}": "n’existent pas",
        "Bonjour [… 100 % de <b>]": "«[… 100 % de <b>]»",
    }  # fmt: skip
    for corps, words in gaps.items():
        refused = fine(claire.post(f"/taches/{task}", {"objet": "Votre recours", "corps": corps}), 422)
        assert shown(refused, words)
        assert value(refused.text, "corps").strip() == corps


def test_a_draft_sent_back_comes_with_its_reason(office: Flask) -> None:
    number = to_the_draft(office)
    act(office, number, "claire", "rediger", objet="Votre recours", corps=guichet.CORPS)
    marc = visitor(office, "marc")
    reading = marc.get(f"/taches/{guichet.task(office, number, 'valider')}")
    assert shown(reading, "Le projet de lettre", "Votre demande a été examinée avec attention", "Version 1, Claire Montel")
    act(office, number, "marc", "valider", decision="renvoyer", motif="Citer l’article L. 423-1.")
    claire = visitor(office, "claire")
    back = claire.get(f"/taches/{guichet.task(office, number, 'rediger')}")
    assert shown(back, "Marc Tessier a renvoyé ce projet : « Citer l’article L. 423-1. »")
    assert "Votre demande a été examinée avec attention" in value(back.text, "corps")
    assert shown(claire.get(f"/courriers/{number}?volet=commentaires"), "Citer l’article L. 423-1.", "À voir avant jeudi.")
    act(office, number, "claire", "rediger", objet="Votre recours", corps=f"{guichet.CORPS}\n\nArticle L. 423-1.")
    with guichet.looking(office) as session:
        assert session.scalars(select(Reponse.version)).one() == 2


def test_a_signatory_refuses_and_the_letter_goes_back(office: Flask) -> None:
    number = register(office)
    task = guichet.to_the_signature(office, number)
    page = visitor(office, "helene").get(f"/taches/{task}")
    assert shown(page, "Signer", "Je signe cette lettre")
    assert shown(visitor(office, "bruno").get("/parapheur"), "1 lettre attend votre signature")
    act(office, number, "helene", "signer", decision="refuser", motif="Ton trop sec.")
    assert shown(visitor(office, "claire").get(f"/taches/{guichet.task(office, number, 'rediger')}"),
                 "Hélène Garnier a renvoyé ce projet : « Ton trop sec. »")  # fmt: skip
    act(office, number, "claire", "rediger", objet="Votre recours", corps=guichet.CORPS)
    act(office, number, "marc", "valider", decision="approuver")
    guichet.typeset(office)
    act(office, number, "helene", "signer", decision="signer")
    with guichet.looking(office) as session:
        assert len(session.scalars(select(Reponse.depart_id)).all()) == 1


def test_nobody_signs_before_the_letter_is_ready(office: Flask) -> None:
    number = to_the_draft(office)
    act(office, number, "claire", "rediger", objet="Votre recours", corps=guichet.CORPS)
    act(office, number, "marc", "valider", decision="approuver")
    task, helene = guichet.task(office, number, "signer"), visitor(office, "helene")
    assert shown(helene.get(f"/taches/{task}"), "La lettre est en cours de mise en page")
    assert shown(fine(helene.post(f"/taches/{task}", {"decision": "signer"}), 422), "pas encore prête à être signée")
    assert steps(office, number) == ["signer"]


def test_another_bureau_gets_the_courrier_and_the_first_loses_it(office: Flask) -> None:
    number = register(office, objet="Trou dans la chaussée")
    assert visitor(office, "claire").get(f"/courriers/{number}").status_code == 200
    act(office, number, "marc", "qualifier", decision="reorienter", bureau="voirie", motif="C’est de la voirie.")
    assert shown(visitor(office, "sophie").get("/corbeille"), "Trou dans la chaussée")
    for who, status in (("sophie", 200), ("yanis", 200), ("claire", 404), ("marc", 200), ("odile", 200), ("agnes", 404)):
        assert visitor(office, who).get(f"/courriers/{number}").status_code == status, who
    with guichet.looking(office) as session:
        reasons = dict(session.execute(select(Acces.groupe, Acces.motif).where(Acces.courrier_id == number)).all())
        assert reasons["voirie"] == "bureau"
        assert "urbanisme" not in reasons
        assert reasons["@marc"] == "acteur"
        moi = habilitations.moi(session, organisation.agent(session, "claire"))
        assert session.scalar(select(Piece.id).where(Piece.courrier_id.in_(select(Acces.courrier_id).where(
            Acces.groupe.in_(moi.groupes))))) is None  # fmt: skip
    act(office, number, "sophie", "qualifier", decision="classer", motif="Déjà rebouché.")
    assert guichet.courrier(office, number).etat == "sans_suite"


def test_a_task_is_read_by_those_who_may_not_do_it_and_once_it_is_done(office: Flask) -> None:
    number = register(office)
    task = guichet.task(office, number, "qualifier")
    reading = visitor(office, "claire").get(f"/taches/{task}")
    assert shown(reading, "cette étape revient à d’autres")
    assert 'id="acte"' not in reading.text
    assert shown(fine(visitor(office, "claire").post(f"/taches/{task}", {"decision": "traiter"}), 403), "elle revient à d’autres")
    act(office, number, "marc", "qualifier", decision="traiter")
    assert shown(visitor(office, "claire").get(f"/taches/{task}"), "Cette étape est faite : Marc Tessier, le")
    assert shown(fine(visitor(office, "marc").post(f"/taches/{task}", {"decision": "classer"}), 409), "par Marc Tessier le")


def test_a_task_is_done_in_english_too(office: Flask) -> None:
    number = to_the_draft(office)
    claire, task = visitor(office, "claire"), guichet.task(office, number, "rediger")
    claire.get("/compte")
    claire.post("/langue", {"lang": "en"})
    page = claire.get(f"/taches/{task}")
    assert '<html lang="en">' in page.text
    assert shown(page, "Keep the draft", "Pass on for approval")
    fine(claire.post(f"/taches/{task}", {"objet": "Votre recours", "corps": guichet.CORPS}), 302)


def test_the_letter_by_post_is_proved_by_hand(office: Flask) -> None:
    number = register(office)
    guichet.to_the_signature(office, number)
    act(office, number, "helene", "signer", decision="signer")
    task, odile = guichet.task(office, number, "expedier"), visitor(office, "odile")
    refused = fine(odile.post(f"/taches/{task}", {"canal": "recommande", "preuve": ""}), 422)
    assert shown(refused, "Preuve de l’envoi")
    act(office, number, "odile", "expedier", canal="recommande", preuve="1A 123 456 7890 1")
    assert guichet.courrier(office, number).etat == "clos"
    page = odile.get(f"/courriers/{number}")
    assert shown(page, "1A 123 456 7890 1", "lettre recommandée")
    with guichet.looking(office) as session:
        signed = session.scalars(select(Piece).where(Piece.courrier_id == number, Piece.genre == "reponse")).one()
        assert [verdict.intacte for verdict in parts().sceau.verify(parts().coffre.get(signed.sha256))] == [True]


def test_without_a_certificate_the_letter_waits_for_its_signature(office: Flask) -> None:
    number = register(office)
    guichet.to_the_signature(office, number)
    task, helene = guichet.task(office, number, "signer"), visitor(office, "helene")
    whole = office.extensions["vaguemestre"]
    office.extensions["vaguemestre"] = replace(whole, sceau=Signer(SansCertificat(), whole.compositeur))
    refused = fine(helene.post(f"/taches/{task}", {**guichet.read(helene, task), "decision": "signer"}), 422)
    assert shown(refused, "cette installation n’a pas de certificat de signature", "la lettre vous attend")
    office.extensions["vaguemestre"] = whole
    act(office, number, "helene", "signer", decision="signer")


def test_who_answers_a_letter_without_sender_says_whom_to_write_to(office: Flask) -> None:
    number = to_the_draft(office, nom="")
    task, claire = guichet.task(office, number, "rediger"), visitor(office, "claire")
    letter = {"objet": "Votre lettre", "corps": "Madame,\n\nVotre lettre a bien été lue par nos services."}
    refused = fine(claire.post(f"/taches/{task}", letter), 422)
    assert shown(refused, "dites à qui vous répondez", "À qui répondez-vous ?")
    assert value(refused.text, "objet") == "Votre lettre"
    wrong = {**letter, "destinataire_nom": "Mme Paule Lemoine", "destinataire_courriel": "paule"}
    refused = fine(claire.post(f"/taches/{task}", wrong), 422)
    assert shown(refused, "n’est pas une adresse électronique")
    assert value(refused.text, "destinataire_nom") == "Mme Paule Lemoine"
    fine(claire.post(f"/taches/{task}", {**wrong, "_geste": "brouillon"}), 302)
    assert value(claire.get(f"/taches/{task}").text, "destinataire_courriel") == "paule"
    right = {**wrong, "destinataire_courriel": "paule@exemple.example"}
    fine(claire.post(f"/taches/{task}", right), 302)
    act(office, number, "marc", "valider", decision="approuver")
    with guichet.looking(office) as session:
        courrier = session.get_one(Courrier, number)
        depart = session.scalar(select(Courrier).where(Courrier.repond_a == number))
        assert depart is not None
        assert depart.correspondant_id == courrier.correspondant_id is not None
        assert session.get_one(Correspondant, courrier.correspondant_id).nom == "Paule Lemoine"


class Trapped:
    """A typesetter that fails in a way nobody foresaw."""

    def pdf(self, html: str, *, titre: str, auteur: str) -> bytes:
        raise RuntimeError(f"{titre} {auteur} {len(html)}")


def test_a_letter_that_cannot_be_set_is_shown_and_asked_for_again(office: Flask) -> None:
    number = register(office)
    whole = office.extensions["vaguemestre"]
    office.extensions["vaguemestre"] = replace(whole, compositeur=Trapped())
    later = datetime.now(UTC)
    guichet.to_the_signature(office, number)
    with office.app_context():
        for hours in range(1, 7):  # a full disk is nobody's fault, and counts no try
            travaux.composer(replace(whole, compositeur=Full()), 1, clock=partial(later.__add__, timedelta(hours=hours)))
            kept = db.session().get_one(Reponse, 1, populate_existing=True)
            assert (kept.etat, kept.essais, kept.erreur) == ("a_composer", 1, dues.SANS_PLACE)
        for hours in range(7, 60, 7):
            for due in reponse.a_composer(db.session(), now=later + timedelta(hours=hours)):
                travaux.composer(parts(), due, clock=partial(later.__add__, timedelta(hours=hours)))
    task, helene = guichet.task(office, number, "signer"), visitor(office, "helene")
    assert shown(helene.get(f"/taches/{task}"), "n’a pas pu être mise en page", "Une faute imprévue", "Recommencer la mise")
    refused = fine(helene.post(f"/taches/{task}", {"decision": "signer"}), 422)
    assert shown(refused, "Une faute imprévue")
    office.extensions["vaguemestre"] = whole
    fine(helene.post(f"/taches/{task}/mise-en-page"), 302)
    guichet.typeset(office)
    act(office, number, "helene", "signer", decision="signer")
