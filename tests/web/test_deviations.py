"""Beside the circuit, from the pages: an opinion asked and read, a courrier sent back, an act taken back, a step passed over."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import circuits, journal, journey
from app.courrier.tables import Acces, Avertissement, Courrier, Envoi
from app.web.context import parts
from engine import Incident, Task, Timer
from tests.support.visitors import visitor
from tests.web.guichet import CORPS, act, courrier, looking, plain, register, shown, steps, task, to_the_signature, write

QUESTION = "Le délai de recours est-il passé ?"


def lines(app: Flask, number: int, acte: str) -> list[tuple[str, dict[str, object]]]:
    """The journal's lines of this kind: who, and what they say."""
    with looking(app) as session:
        found = journal.lire(session, f"courrier:{number}")
        return [(line.acteur, journal.details(line)) for line in found if line.acte == acte]


def asked(app: Flask, main: int) -> Task:
    with looking(app) as session:
        return session.scalars(select(Task).where(Task.main == main).order_by(Task.id.desc())).first()  # type: ignore[return-value]


def ask(app: Flask, main: int, who: str, groupe: str, genre: str = "avis", question: str = QUESTION) -> int:
    """Somebody asks from the task's page; the task that was opened."""
    agent = visitor(app, who)
    assert "Autres gestes" in agent.get(f"/taches/{main}").text
    sent = agent.post(f"/taches/{main}/demandes", {"genre": genre, "groupe": groupe, "question": question, "jours": "2"})
    assert sent.status_code == 302, plain(sent)
    return asked(app, main).id


@pytest.fixture
def recours(office: Flask) -> int:
    """A letter that Claire has to annotate."""
    number = register(office)
    act(office, number, "marc", "qualifier", decision="traiter")
    return number


def test_an_opinion_is_asked_given_and_read_where_it_was_asked(office: Flask, recours: int) -> None:
    main = task(office, recours, "annoter")
    number = ask(office, main, "claire", "@yanis")
    yanis = visitor(office, "yanis")
    assert shown(yanis.get("/corbeille"), "Avis : Yanis")
    assert shown(yanis.get(f"/taches/{number}"), "Ce qui vous est demandé", "Claire", QUESTION)
    assert yanis.post(f"/taches/{number}", {"avis": "defavorable"}).status_code == 422
    assert yanis.post(f"/taches/{number}", {"avis": "defavorable", "texte": "Forclos depuis mardi."}).status_code == 302
    claire = visitor(office, "claire")
    assert shown(claire.get(f"/taches/{main}"), "Avis défavorable", "Forclos depuis mardi.", QUESTION)
    assert claire.post(f"/taches/{main}", {"suite": "repondre", "note": "Vu."}).status_code == 302
    ((who, said),) = lines(office, recours, "demander-avis")
    assert (who, said["motif"], said["vers"], said["nom"]) == ("claire", QUESTION, "Yanis Belkacem", "Annoter")
    assert [who for who, _ in lines(office, recours, "avis")] == ["yanis"]
    page = visitor(office, "marc").get(f"/courriers/{recours}")
    assert shown(page, "a demandé un avis à « Yanis Belkacem », pendant « Annoter »", "a donné son avis : défavorable")
    with looking(office) as session:
        notices = session.scalars(select(Avertissement).where(Avertissement.courrier_id == recours))
        told = {(notice.agent, notice.genre) for notice in notices}
        assert {("yanis", "attribution"), ("claire", "avis_rendu")} <= told
        assert session.scalars(select(Acces.motif).where(Acces.courrier_id == recours, Acces.groupe == "@yanis")).one()


def test_a_visa_holds_the_step_and_may_be_given_up(office: Flask, recours: int) -> None:
    main = task(office, recours, "annoter")
    number = ask(office, main, "claire", "direction", "visa")
    claire = visitor(office, "claire")
    held = claire.post(f"/taches/{main}", {"suite": "repondre", "note": "Vu."})
    assert held.status_code == 409
    assert shown(held, "attend un visa", "Vu.")
    again = claire.post(f"/taches/{main}/demandes", {"genre": "visa", "groupe": "direction", "question": QUESTION, "jours": "2"})
    assert again.status_code == 409
    assert shown(again, "attend déjà une réponse")
    assert visitor(office, "yanis").post(f"/taches/{number}/retrait", {"motif": "Pas pour moi"}).status_code == 404
    assert claire.post(f"/taches/{number}/retrait", {"motif": "Le directeur est absent"}).status_code == 302
    assert claire.post(f"/taches/{main}", {"suite": "repondre", "note": "Vu."}).status_code == 302
    assert [said["motif"] for _, said in lines(office, recours, "retirer-demande")] == ["Le directeur est absent"]


def test_what_is_wrong_in_a_question_is_said_and_what_was_typed_is_kept(office: Flask, recours: int) -> None:
    main = task(office, recours, "annoter")
    claire = visitor(office, "claire")
    for wrong in ({"groupe": "nulle-part"}, {"jours": "0"}, {"jours": "mardi"}, {"genre": "ordre"}, {"question": " "}):
        form = {"genre": "avis", "groupe": "@yanis", "question": "Une question gardée", "jours": "2", **wrong}
        sent = claire.post(f"/taches/{main}/demandes", form)
        assert sent.status_code == 422, wrong
        assert "question" in wrong or "Une question gardée" in sent.text
    assert lines(office, recours, "demander-avis") == []
    assert visitor(office, "yanis").post(f"/taches/{main}/demandes", {"genre": "avis"}).status_code == 404


def test_an_opinion_that_is_late_is_chased_and_counted(office: Flask, recours: int) -> None:
    number = ask(office, task(office, recours, "annoter"), "claire", "@yanis")
    late = datetime.now(UTC) + timedelta(days=30)

    def ring(session: Session) -> None:
        token = session.get_one(Task, number).token
        timer = session.scalars(select(Timer.id).where(Timer.token == token)).one()
        assert journey.reveiller(session, parts().engine, timer, now=late) is not None

    write(office, ring)
    with looking(office) as session:
        notices = session.scalars(select(Avertissement).where(Avertissement.courrier_id == recours))
        told = {(notice.agent, notice.genre) for notice in notices}
        assert {("yanis", "relance"), ("claire", "escalade")} <= told
        due = session.get_one(Task, number).due
        assert due is not None
        assert datetime.now(UTC) < due < late
    write(office, lambda session: setattr(session.get_one(Task, number), "due", datetime.now(UTC) - timedelta(days=1)))
    assert shown(visitor(office, "marc").get("/pilotage/retards"), "Avis : Yanis Belkacem")


def test_a_courrier_is_sent_back_with_a_reason_that_is_read_there(office: Flask, recours: int) -> None:
    act(office, recours, "claire", "annoter", suite="repondre", note="Vu.")
    main = task(office, recours, "rediger")
    claire = visitor(office, "claire")
    assert shown(claire.get(f"/taches/{main}"), "Renvoyer à une étape déjà faite")
    assert claire.post(f"/taches/{main}/renvoi", {"etape": "valider", "motif": "Il manque le plan"}).status_code == 422
    assert claire.post(f"/taches/{main}/renvoi", {"etape": "qualifier", "motif": " "}).status_code == 422
    sent = claire.post(f"/taches/{main}/renvoi", {"etape": "qualifier", "motif": "C’est pour la voirie"})
    assert sent.status_code == 302, plain(sent)
    assert steps(office, recours) == ["qualifier"]
    marc = visitor(office, "marc")
    assert shown(marc.get(f"/taches/{task(office, recours, 'qualifier')}"), "a renvoyé « Rédiger", "C’est pour la voirie")
    assert claire.post(f"/taches/{main}/renvoi", {"etape": "qualifier", "motif": "C’est pour la voirie"}).status_code == 409
    assert steps(office, recours) == ["qualifier"]
    ((who, said),) = lines(office, recours, "renvoyer-etape")
    assert (who, said["vers"], said["motif"]) == ("claire", "Qualifier", "C’est pour la voirie")
    assert shown(marc.get(f"/courriers/{recours}/suivi"), "renvoyée")
    act(office, recours, "marc", "qualifier", decision="traiter")
    assert steps(office, recours) == ["annoter"]


def test_ones_act_is_taken_back_from_the_courrier(office: Flask, recours: int) -> None:
    act(office, recours, "claire", "annoter", suite="repondre", note="Trop vite.")
    act(office, recours, "claire", "rediger", objet="Votre recours", corps=CORPS)
    claire = visitor(office, "claire")
    page = claire.get(f"/courriers/{recours}")
    assert shown(page, "Reprendre mon acte")
    assert "Reprendre mon acte" not in visitor(office, "marc").get(f"/courriers/{recours}").text
    with looking(office) as session:
        done = session.scalars(select(Task.id).where(Task.subject == f"courrier:{recours}", Task.step == "rediger")).one()
    assert visitor(office, "marc").post(f"/taches/{done}/reprise").status_code == 422
    sent = claire.post(f"/taches/{done}/reprise")
    assert sent.status_code == 302, plain(sent)
    again = task(office, recours, "rediger")
    assert sent.location.endswith(f"/taches/{again}")
    assert steps(office, recours) == ["rediger"]
    assert "examinée avec attention" in claire.get(f"/taches/{again}").text
    assert claire.post(f"/taches/{done}/reprise").status_code == 422
    assert [who for who, _ in lines(office, recours, "reprendre-acte")] == ["claire"]
    assert shown(claire.get(f"/courriers/{recours}/suivi"), "reprise par son auteur")


def test_an_act_that_gave_the_courrier_to_another_bureau_gives_it_back(office: Flask) -> None:
    number = register(office)
    before = courrier(office, number).bureau_id
    act(office, number, "marc", "qualifier", decision="reorienter", bureau="voirie", motif="C’est une route.")
    assert courrier(office, number).bureau_id != before
    with looking(office) as session:
        done = session.scalars(select(Task).where(Task.subject == f"courrier:{number}", Task.outcome == "done")).one()
    marc = visitor(office, "marc")
    assert marc.post(f"/taches/{done.id}/reprise").status_code == 302
    assert courrier(office, number).bureau_id == before
    act(office, number, "marc", "qualifier", decision="traiter")
    assert shown(visitor(office, "claire").get("/bureau"), "Recours contre un permis")


def test_what_has_left_or_is_signed_is_not_taken_back(office: Flask, recours: int) -> None:
    act(office, recours, "claire", "annoter", suite="repondre", note="Vu.")
    with looking(office) as session:
        done = session.scalars(select(Task).where(Task.subject == f"courrier:{recours}", Task.step == "annoter")).one()
    claire = visitor(office, "claire")
    assert "Reprendre mon acte" in claire.get(f"/courriers/{recours}").text

    def leaving(session: Session, etat: str, reprise_le: datetime | None) -> None:
        session.query(Envoi).filter(Envoi.courrier_id == recours, Envoi.genre == "reponse").delete()
        session.add(Envoi(
            courrier_id=recours, genre="reponse", canal="courriel", destinataire="a@b.example", message_id=f"essai-{recours}",
            etat=etat, demande_le=done.closed_at, reprise_le=reprise_le,
        ))  # fmt: skip

    for etat, lease in (("envoye", None), ("a_envoyer", datetime.now(UTC) + timedelta(minutes=5))):
        write(office, lambda session, etat=etat, lease=lease: leaving(session, etat, lease))  # type: ignore[misc]
        assert "Reprendre mon acte" not in claire.get(f"/courriers/{recours}").text
        assert claire.post(f"/taches/{done.id}/reprise").status_code == 409
    write(office, lambda session: leaving(session, "a_envoyer", None))
    assert claire.post(f"/taches/{done.id}/reprise").status_code == 302
    with looking(office) as session:
        assert session.scalars(select(Envoi).where(Envoi.courrier_id == recours, Envoi.genre == "reponse")).all() == []


def test_a_signature_is_not_taken_back(office: Flask) -> None:
    number = register(office)
    to_the_signature(office, number)
    act(office, number, "helene", "signer", decision="signer")
    with looking(office) as session:
        done = session.scalars(select(Task.id).where(Task.subject == f"courrier:{number}", Task.step == "signer")).one()
    helene = visitor(office, "helene")
    assert "Reprendre mon acte" not in helene.get(f"/courriers/{number}").text
    assert helene.post(f"/taches/{done}/reprise").status_code == 409
    assert steps(office, number) == ["expedier"]


def test_a_chef_passes_over_a_step_with_a_reason(office: Flask, recours: int) -> None:
    main = task(office, recours, "annoter")
    claire, marc = visitor(office, "claire"), visitor(office, "marc")
    assert "Passer cette étape" not in claire.get(f"/taches/{main}").text
    assert claire.post(f"/taches/{main}/passage", {"suite": "repondre", "motif": "Pas le temps"}).status_code == 403
    assert shown(marc.get(f"/taches/{main}"), "Passer cette étape", "Préparer une réponse")
    assert marc.post(f"/taches/{main}/passage", {"motif": "Claire est absente"}).status_code == 422
    assert marc.post(f"/taches/{main}/passage", {"suite": "brûler", "motif": "Claire est absente"}).status_code == 422
    sent = marc.post(f"/taches/{main}/passage", {"suite": "repondre", "motif": "Claire est absente"})
    assert sent.status_code == 302, plain(sent)
    assert steps(office, recours) == ["rediger"]
    assert marc.post(f"/taches/{main}/passage", {"suite": "repondre", "motif": "Claire est absente"}).status_code == 409
    ((who, said),) = lines(office, recours, "passer-etape")
    assert (who, said["suite"], said["motif"]) == ("marc", "repondre", "Claire est absente")
    assert shown(marc.get(f"/courriers/{recours}"), "a passé l’étape « Annoter » : à répondre : Claire est absente")
    assert shown(marc.get(f"/courriers/{recours}/suivi"), "passée")
    writing = task(office, recours, "rediger")
    assert "Passer cette étape" not in marc.get(f"/taches/{writing}").text
    assert marc.post(f"/taches/{writing}/passage", {"motif": "Pas de lettre"}).status_code == 403


def test_what_made_a_circuit_fail_is_corrected(office: Flask, recours: int) -> None:
    def break_(session: Session) -> None:
        row = session.scalars(select(Task).where(Task.subject == f"courrier:{recours}", Task.closed_at.is_(None))).one()
        session.add(Incident(
            instance_id=row.instance_id, subject=row.subject, token=row.token, step="annoter", name="Annoter",
            cause="Bureau inconnu", opened_at=datetime.now(UTC),
        ))  # fmt: skip

    write(office, break_)
    with looking(office) as session:
        incident = session.scalars(select(Incident.id).where(Incident.closed_at.is_(None))).one()
    ines, path = visitor(office, "ines"), f"/pilotage/incidents/{incident}/correction"
    assert shown(ines.get("/pilotage/incidents"), "Corriger une donnée du circuit")
    assert ines.post(path, {"cle": "_x", "valeur": "1", "motif": "Erreur de saisie"}).status_code == 422
    assert visitor(office, "claire").post(path, {"cle": "montant", "valeur": "1", "motif": "Erreur"}).status_code == 403
    assert ines.post(path, {"cle": "montant", "valeur": "1 250,50", "motif": "Erreur de saisie"}).status_code == 302
    ((who, said),) = lines(office, recours, "corriger-donnee")
    assert (who, said["donnee"], said["valeur"]) == ("ines", "montant", "1 250,50")
    with looking(office) as session:
        row = session.get_one(Incident, incident)
        assert (row.resolution, row.reason) == ("set-right", "Erreur de saisie")
        progress = circuits.ou_en_est(session, parts().engine, session.get_one(Courrier, recours))
        assert progress is not None
        assert progress.instance.status == "running"


def test_the_steps_bar_shows_as_to_come_what_was_done_below_a_step_entered_anew(office: Flask) -> None:
    number = register(office)
    to_the_signature(office, number)
    act(office, number, "helene", "signer", decision="refuser", motif="À relire.")
    page = visitor(office, "nadia").get(f"/courriers/{number}").text
    bar = re.findall(r'<li class="([a-z ]*)"[^>]*>.*?([^<>]+)</li>', page[page.index('<ol class="etapes"'):].split("</ol>")[0])
    states = {name: state for state, name in bar}
    assert [states[name] for name in ("Annoter", "Rédiger la réponse", "Valider", "Signer")] == ["fait", "ici", "", ""]
