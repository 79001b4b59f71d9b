"""One courrier: its page, its marks and remarks, where it stands, the register that lists it."""

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app.courrier import annotations, delais, horloge, journal, reponse, services
from app.courrier.tables import Annotation, Courrier, Piece
from app.db import transaction
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import act, fine, plain, register, shown

BOX = {"page": "1", "x": "0.1", "y": "0.1", "largeur": "0.3", "hauteur": "0.05"}


def piece(app: Flask, number: int) -> str:
    """The id of its original."""
    with guichet.looking(app) as session:
        return str(session.scalars(select(Piece.id).where(Piece.courrier_id == number, Piece.genre == "original")).one())


def test_a_mark_is_set_and_taken_away_by_its_author_alone(office: Flask) -> None:
    number = register(office)
    claire, marc = visitor(office, "claire"), visitor(office, "marc")
    claire.get(f"/courriers/{number}")
    typed = {"piece_id": piece(office, number), "texte": "Vérifier la cote.", **BOX}
    set_ = claire.post(f"/courriers/{number}/annotations", typed)
    assert fine(set_, 302).location.endswith(f"/courriers/{number}")
    seen = marc.get(f"/courriers/{number}")
    assert shown(seen, "Vérifier la cote.", "Claire Montel")
    with guichet.looking(office) as session:
        mark = session.scalars(select(Annotation.id)).one()
    assert f"annotations/{mark}/retrait" not in seen.text
    assert shown(fine(marc.post(f"/courriers/{number}/annotations/{mark}/retrait"), 403), "l’annotation de quelqu’un d’autre")
    assert f"annotations/{mark}/retrait" in claire.get(f"/courriers/{number}").text
    fine(claire.post(f"/courriers/{number}/annotations/{mark}/retrait"), 302)
    assert "Vérifier la cote." not in plain(marc.get(f"/courriers/{number}"))
    fine(claire.post(f"/courriers/{number}/annotations/{mark}/retrait"), 404)
    with guichet.looking(office) as session:
        kept = session.get_one(Annotation, mark)
        assert (kept.texte, kept.retiree_par) == ("Vérifier la cote.", "claire")
        acts = [(line.acteur, line.acte) for line in journal.lire(session, f"courrier:{number}")]
        assert ("claire", "annoter-page") in acts
        assert ("claire", "retirer-annotation") in acts


def test_a_mark_outside_the_page_or_on_another_file_is_refused(office: Flask) -> None:
    number, other = register(office), register(office, bureau="voirie", nature="signalement")
    claire = visitor(office, "claire")
    own = {"piece_id": piece(office, number), "texte": "x"}
    outside = ({"x": "0.9"}, {"x": "nan"}, {"largeur": "inf"}, {"hauteur": "-1"}, {"page": "2"}, {"page": ""})
    for change in (*outside, {"texte": "x" * 4001}):
        refused = fine(claire.post(f"/courriers/{number}/annotations", {**own, **BOX, **change}), 422)
        assert shown(refused, "1 champ(s) à corriger")
    fine(claire.post(f"/courriers/{number}/annotations", {**own, **BOX, "piece_id": piece(office, other)}), 404)
    with guichet.looking(office) as session:
        assert session.scalar(select(Annotation.id)) is None


def test_remarks_are_written_and_read_by_those_who_see_the_courrier(office: Flask) -> None:
    number = register(office)
    claire = visitor(office, "claire")
    assert shown(claire.get(f"/courriers/{number}?volet=commentaires"), "Aucune remarque encore")
    fine(claire.post(f"/courriers/{number}/commentaires", {"texte": "Le plan <b>manque</b>."}), 302)
    seen = visitor(office, "marc").get(f"/courriers/{number}?volet=commentaires")
    assert "Le plan &lt;b&gt;manque&lt;/b&gt;." in seen.text
    for texte, words in (("  ", "Écrivez votre remarque"), ("é" * 4001, "Écrivez au plus 4000 signes")):
        refused = fine(claire.post(f"/courriers/{number}/commentaires", {"texte": texte}), 422)
        assert shown(refused, words)
        assert guichet.value(refused.text, "texte") == texte
    with guichet.looking(office) as session:
        assert len(annotations.commentaires(session, session.get_one(Courrier, number))) == 1


def test_its_page_tells_all_and_its_files_are_fetched_through_rights(office: Flask) -> None:
    number = register(office, objet="Recours de la rue haute", reference="UR/12", courriel="y.caradec@example.org")
    odile = visitor(office, "odile")
    page = odile.get(f"/courriers/{number}")
    assert shown(page, "Recours de la rue haute", "A-2026-00001", "Caradec", "y.caradec@example.org", "UR/12", "Courrier arrivé")
    assert shown(page, "le délai commence, à l’arrivée du courrier")
    with office.app_context(), transaction() as session:
        waiting = session.get_one(Courrier, number)
        horloge.noter(session, waiting, "suspension", moment=datetime.now(UTC), par="claire", motif="Plan demandé")
    page = odile.get(f"/courriers/{number}")
    assert shown(page, "délai suspendu", "rejet implicite : délai suspendu", "le délai s’arrête", "Plan demandé")
    files = odile.get(f"/courriers/{number}?volet=pieces")
    assert shown(files, "lettre.pdf", "original reçu", "1 page")
    fetched = odile.get(f"/pieces/{piece(office, number)}")
    assert fetched.headers["Content-Disposition"] == "attachment; filename*=UTF-8''lettre.pdf"
    assert fine(odile.get(f"/pieces/{piece(office, number)}/pages/1?l=200"), 200).mimetype in ("image/png", "image/jpeg")
    assert odile.get(f"/pieces/{piece(office, number)}/pages/1/mots").json == [["mot", 0.1, 0.1, 0.2, 0.2, 99.0]]
    for path in ("pages/1?l=7", "pages/9", "pages/9/mots"):
        answer = odile.get(f"/pieces/{piece(office, number)}/{path}")
        assert answer.status_code == 404 or answer.json == []
    assert fine(visitor(office, "yanis").get(f"/pieces/{piece(office, number)}"), 404)


def test_where_it_stands_as_a_drawing_and_as_a_table(office: Flask) -> None:
    number = register(office, now=datetime.now(UTC) - timedelta(days=20))
    act(office, number, "marc", "qualifier", decision="traiter")
    nadia = visitor(office, "nadia")
    page = nadia.get(f"/courriers/{number}/suivi")
    assert shown(page, "Où en est ce courrier ?", "Qualifier", "fait", "Marc Tessier", "Annoter", "à venir", "vers le")
    state = re.search(r'<script type="application/json">(.*?)</script>', page.text)
    assert state
    assert '"active": ["annoter"]' in state[1]
    assert '"qualifier"' in state[1]
    drawn = nadia.get(f"/courriers/{number}/circuit.bpmn")
    assert drawn.mimetype == "application/xml"
    assert b'<bpmn:process id="arrivee"' in drawn.data


def test_a_courrier_on_no_circuit_has_its_pages(office: Flask) -> None:
    number = register(office)
    with office.app_context(), transaction() as session:
        session.get_one(Courrier, number).instance_id = None
    odile = visitor(office, "odile")
    assert fine(odile.get(f"/courriers/{number}"), 200)
    assert shown(odile.get(f"/courriers/{number}/suivi"), "Ce courrier ne suit aucun circuit")
    assert odile.get(f"/courriers/{number}/circuit.bpmn").data == b""


def test_the_register_lists_by_direction_and_by_day_what_one_may_see(office: Flask) -> None:
    register(office, objet="Lettre d’aujourd’hui")
    register(office, objet="Lettre d’hier", now=datetime.now(UTC) - timedelta(days=1))
    register(office, objet="Affaire d’agent", nature="personnel", bureau="ressources-humaines")
    odile, claire = visitor(office, "odile"), visitor(office, "claire")
    assert shown(odile.get("/registre"), "Lettre d’aujourd’hui", "Lettre d’hier", "Affaire d’agent", "A-2026-00003")
    assert "Affaire d’agent" not in plain(claire.get("/registre"))
    yesterday = delais.jour(datetime.now(UTC) - timedelta(days=1))
    page = odile.get(f"/registre?sens=arrivee&jour={yesterday}")
    assert shown(page, "Lettre d’hier")
    assert "Lettre d’aujourd’hui" not in plain(page)
    assert shown(odile.get("/registre?sens=depart"), "Rien à ce registre")


def test_a_letter_given_up_after_its_number_stays_in_the_register(office: Flask) -> None:
    number = register(office)
    guichet.to_the_signature(office, number)
    with office.app_context(), transaction() as session:
        services.clore(session, session.get_one(Courrier, number), par="marc", now=datetime.now(UTC), etat="sans_suite")
        assert reponse.a_composer(session, now=datetime.now(UTC) + timedelta(days=1)) == []
    odile, today = visitor(office, "odile"), delais.jour(datetime.now(UTC))
    page = odile.get(f"/registre?sens=depart&jour={today}")
    assert shown(page, "D-2026-00001".replace("2026", str(today.year)), "annulé", "a été clos sans que cette lettre soit envoyée")
    with guichet.looking(office) as session:
        depart = session.scalars(select(Courrier).where(Courrier.repond_a == number)).one()
        assert (depart.etat, depart.clos_le is not None) == ("annule", True)
        depart_id = depart.id
    assert shown(odile.get(f"/courriers/{depart_id}"), "Marc Tessier a annulé le départ de la lettre", "annulé")
    other = register(office)
    guichet.to_the_signature(office, other)
    with guichet.looking(office) as session:  # the number is not given again, the next follows it
        assert session.scalars(select(Courrier.numero).where(Courrier.sens == "depart").order_by(Courrier.id)).all() == [1, 2]


def test_an_answer_and_what_it_answers_are_linked(office: Flask) -> None:
    number = register(office)
    guichet.to_the_signature(office, number)
    odile = visitor(office, "odile")
    assert shown(odile.get(f"/courriers/{number}"), "Voir aussi", "D-2026-00001")
    with guichet.looking(office) as session:
        depart = session.scalars(select(Courrier.id).where(Courrier.repond_a == number)).one()
    assert shown(odile.get(f"/courriers/{depart}"), "Votre recours", "A-2026-00001")
    assert visitor(office, "claire").get(f"/courriers/{depart}").status_code == 200
    assert visitor(office, "yanis").get(f"/courriers/{depart}").status_code == 404
