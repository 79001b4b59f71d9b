"""The bureau d'ordre's registers: what was registered by mistake is cancelled, in sight of all, and its document comes back."""

import re
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import depot, envoi, journal
from app.courrier.tables import Avertissement, Correction, Courrier, Depot, Envoi, Piece
from app.web.context import parts
from engine import Task, Timer
from tests.letters import imprimer
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, register, shown


def deposited(app: Flask) -> int:
    """A letter that awaits a clerk."""
    def arrive(session: Session) -> None:
        place = parts().coffre.put(imprimer.pdf("petition"))
        came = depot.deposer(session, coffre_range=place, nom="attend.pdf", mime="application/pdf", canal="papier", par="odile",
                             now=datetime.now(UTC))  # fmt: skip
        came.etat = "a_enregistrer"

    guichet.write(app, arrive)
    with guichet.looking(app) as session:
        return session.scalars(select(Depot.id).order_by(Depot.id.desc())).first() or 0


def test_a_courrier_registered_by_mistake_is_cancelled_and_its_document_registered_again(office: Flask) -> None:
    came = deposited(office)
    number = register(office, depot_id=came, courriel="caradec@example.org")
    guichet.write(office, lambda session: envoi.demander(
        session, session.get_one(Courrier, number), genre="accuse", canal="courriel", destinataire="caradec@example.org",
        sujet="Accusé", texte="Reçu", piece_id=None, now=datetime.now(UTC),
    ))  # fmt: skip
    odile, page = visitor(office, "odile"), f"/courriers/{number}"
    assert shown(odile.get(page), "Annuler ce courrier")
    assert shown(fine(odile.post(f"{page}/annulation", {"motif": " "}), 422), "Dites en quelques mots pourquoi")
    fine(odile.post(f"{page}/annulation", {"motif": "Publicité"}), 302)
    with guichet.looking(office) as session:
        row = session.get_one(Courrier, number)
        assert (row.etat, row.clos_le is not None) == ("annule", True)
        subject = f"courrier:{number}"
        assert session.scalars(select(Task.id).where(Task.subject == subject, Task.closed_at.is_(None))).all() == []
        waiting = select(Timer.id).where(Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
        assert session.scalars(waiting).all() == []
        assert set(session.scalars(select(Envoi.etat).where(Envoi.courrier_id == number))) == {"annule"}
        notices = select(Avertissement.etat, Avertissement.lu_le).where(Avertissement.courrier_id == number)
        assert all(etat != "a_envoyer" and seen for etat, seen in session.execute(notices))
        last = journal.lire(session, subject)[-1]
        assert (last.acteur, last.acte, journal.details(last)["motif"]) == ("odile", "annuler", "Publicité")
        assert journal.verifier(session)
        chrono = row.chrono
    registre = odile.get("/registre")
    assert f'<s class="chrono">{chrono}</s>' in registre.text
    assert shown(registre, "annulé", "Publicité")
    assert shown(odile.get(page), "son numéro reste au registre", "Publicité", "Enregistrer de nouveau")
    fine(odile.post(f"{page}/annulation", {"motif": "Encore"}), 409)
    again = fine(odile.post(f"{page}/depot"), 302)
    assert again.location.endswith(f"/depots/{came}")
    fine(odile.get(again.location), 200)
    fine(odile.post(f"{page}/depot"), 409)
    other = register(office, depot_id=came)
    with guichet.looking(office) as session:
        anew = session.get_one(Courrier, other)
        assert anew.numero == 2
        assert came in session.scalars(select(Piece.depot_id).where(Piece.courrier_id == other)).all()
        assert session.get_one(Depot, came).courrier_id == other
    assert shown(odile.get(page), "enregistré de nouveau", anew.chrono)


def test_a_courrier_that_was_answered_is_not_cancelled(office: Flask) -> None:
    number = register(office)
    guichet.to_the_signature(office, number)
    with guichet.looking(office) as session:
        depart = session.scalars(select(Courrier.id).where(Courrier.repond_a == number)).one()
    odile = visitor(office, "odile")
    refused = fine(odile.post(f"/courriers/{depart}/annulation", {"motif": "Erreur"}), 422)
    assert shown(refused, "c’est ce courrier qu’il faut annuler")
    guichet.write(office, lambda session: envoi.demander(
        session, session.get_one(Courrier, number), genre="reponse", canal="postal", destinataire="Caradec", sujet="x", texte="",
        piece_id=None, now=datetime.now(UTC),
    ))  # fmt: skip
    assert "annulation" not in odile.get(f"/courriers/{number}").text
    fine(odile.post(f"/courriers/{number}/annulation", {"motif": "Erreur"}), 409)
    with guichet.looking(office) as session:
        assert session.get_one(Courrier, number).etat == "en_cours"
        assert session.scalars(select(Task.id).where(Task.subject == f"courrier:{number}", Task.closed_at.is_(None))).all()


def test_a_correction_is_a_line_of_its_own_and_what_was_written_stays(office: Flask) -> None:
    number, other = register(office), register(office, nom="Leroux", objet="Arbre tombé")
    odile, claire = visitor(office, "odile"), visitor(office, "claire")
    with guichet.looking(office) as session:
        row = session.get_one(Courrier, number)
        form = {"objet": row.objet, "correspondant": "Caradec", "nature_id": row.nature_id, "bureau_id": row.bureau_id}
        leroux = session.get_one(Courrier, other).correspondant_id
        tasks = session.scalars(select(Task.id).where(Task.subject == f"courrier:{number}")).all()
    address = f"/courriers/{number}/inscription"
    assert shown(fine(odile.post(address, {**form, "raison": "Rien"}), 422), "Rien n’est changé")
    assert shown(fine(odile.post(address, {**form, "correspondant": "Inconnu", "raison": "Nom"}), 422), "Aucune fiche ne répond")
    assert shown(fine(odile.post(address, {**form, "objet": "Autre"}), 422), "Dites en quelques mots pourquoi")
    fine(claire.post(address, {**form, "objet": "Autre", "raison": "Essai"}), 403)
    first = {**form, "objet": "Recours contre le permis 12", "correspondant": "leroux", "raison": "Mal lu"}
    fine(odile.post(address, first), 302)
    fine(odile.post(address, {**form, "objet": "Recours, permis 12", "correspondant": "Leroux", "raison": "Plus court"}), 302)
    with guichet.looking(office) as session:
        row = session.get_one(Courrier, number)
        assert (row.objet, row.correspondant_id) == ("Recours, permis 12", leroux)
        lines = session.scalars(select(Correction).where(Correction.courrier_id == number).order_by(Correction.id)).all()
        assert [(line.champ, line.ancien, line.nouveau, line.motif) for line in lines] == [
            ("objet", "Recours contre un permis", "Recours contre le permis 12", "Mal lu"),
            ("correspondant_id", "Caradec", "Leroux", "Mal lu"),
            ("objet", "Recours contre le permis 12", "Recours, permis 12", "Plus court"),
        ]
        assert session.scalars(select(Task.id).where(Task.subject == f"courrier:{number}")).all() == tasks
        assert journal.lire(session, f"courrier:{number}")[-1].acte == "corriger-registre"
    for page in (odile.get("/registre"), odile.get(f"/courriers/{number}")):
        assert shown(page, "Corrigé le", "par Odile Perrin", "Caradec → Leroux (Mal lu)", "Recours, permis 12 (Plus court)")
    assert re.search(r'class="objet"[^>]*>Recours contre un permis<', odile.get("/registre").text)
