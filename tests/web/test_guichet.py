"""Several clerks at what waits: the next free depot, who has which, what was typed kept, the number that is told."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier.tables import Courrier, Depot
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, shown, value
from tests.web.test_depots import depot, drop, nature, read


def test_a_second_clerk_is_told_who_has_a_depot_and_goes_on_to_the_next(office: Flask) -> None:
    guichet.place(office, "yanis", "bureau-ordre")
    odile, yanis = visitor(office, "odile"), visitor(office, "yanis")
    drop(odile, "place_creche", "petition")
    read(office)
    first, second = depot(office, "place_creche"), depot(office, "petition")
    assert fine(odile.post("/depots/suivant"), 302).location == f"/depots/{first.id}"
    told = fine(yanis.get(f"/depots/{first.id}"), 409)
    assert shown(told, "Odile Perrin s’en occupe depuis", "30 minutes")
    assert shown(yanis.get("/depots"), "chez Odile Perrin depuis")
    # Both opened the list before either took it: the slower one is led to who has it, in the page itself.
    refused = yanis.post(f"/depots/{first.id}/prise", headers={"HX-Request": "true"})
    assert (refused.status_code, refused.headers["HX-Redirect"]) == (204, f"/depots/{first.id}")
    still = fine(yanis.post(f"/depots/{first.id}/prise?encore=1", headers={"HX-Request": "true"}), 409)
    assert shown(still, "déjà traité par Odile Perrin")
    assert fine(yanis.post("/depots/suivant", {"apres": str(first.id)}), 302).location == f"/depots/{second.id}"
    assert shown(odile.get("/depots"), "chez Yanis")


def test_what_was_typed_for_a_depot_that_another_registered_is_shown_again(office: Flask) -> None:
    guichet.place(office, "yanis", "bureau-ordre")
    odile, yanis = visitor(office, "odile"), visitor(office, "yanis")
    drop(odile, "place_creche")
    read(office)
    row = depot(office, "place_creche")
    form = {"expediteur": "Mme Faure", "objet": "Crèche", "nature_id": nature(office, "scolaire"), "canal": "papier"}
    fine(odile.post(f"/depots/{row.id}", form), 302)
    late = fine(yanis.post(f"/depots/{row.id}", {**form, "objet": "Une place en crèche", "reference": "RF/12"}), 409)
    assert shown(late, "Odile Perrin l’a enregistré", "A-2026-00001", "Une place en crèche", "RF/12", "Enfance et écoles")
    with guichet.looking(office) as session:
        assert session.scalars(select(Courrier.objet)).all() == ["Crèche"]


def test_what_was_typed_is_kept_when_one_goes_to_another_depot(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "place_creche", "petition", "facture")
    read(office)
    first, second, third = (depot(office, name) for name in ("place_creche", "petition", "facture"))
    page = odile.get(f"/depots/{first.id}")
    read_objet = value(page.text, "objet")
    typed = {"objet": read_objet, "expediteur": "Mme Faure-Dubois", "canal": "papier", "copies": ["1", "2"]}
    assert fine(odile.post(f"/depots/{first.id}/suite", {**typed, "sens": "suivant"}), 302).location == f"/depots/{second.id}"
    assert fine(odile.post(f"/depots/{second.id}/suite", {"sens": "suivant"}), 302).location == f"/depots/{third.id}"
    assert fine(odile.post(f"/depots/{second.id}/suite", {"sens": "precedent"}), 302).location == f"/depots/{first.id}"
    again = odile.get(f"/depots/{first.id}")
    assert value(again.text, "expediteur") == "Mme Faure-Dubois"
    assert len(re.findall(r'name="copies" value="\d+" checked', again.text)) == 2
    # What was left as proposed is not frozen: better proposals would show.
    assert depot(office, "place_creche").brouillon == {"expediteur": "Mme Faure-Dubois", "copies": [1, 2]}
    assert shown(odile.get("/depots"), "saisie commencée")
    fine(odile.post(f"/depots/{first.id}/rendu", {**typed, "expediteur": "M. Faure"}), 302)
    assert depot(office, "place_creche").brouillon["expediteur"] == "M. Faure"


def test_the_number_that_was_given_is_told_with_its_bureau_and_deadline(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "place_creche", "petition")
    read(office)
    first = depot(office, "place_creche")
    form = {"expediteur": "Mme Faure", "objet": "Crèche", "nature_id": nature(office, "scolaire"), "suite": "suivant"}
    after = odile.get(fine(odile.post(f"/depots/{first.id}", form), 302).location)
    given = guichet.link(after.text, "/courriers/")
    due = guichet.courrier(office, int(given.rsplit("/", 1)[1])).echeance
    assert due
    assert shown(after, "Enregistré sous le numéro A-2026-00001 pour Scolaire", f"échéance le {due.day}", "Voir ce courrier")
    assert 'data-copie="A-2026-00001"' in after.text


def test_a_long_list_is_cut_into_pages_that_follow_each_other(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, "place_creche")
    read(office)
    row = depot(office, "place_creche")

    def many(session: Session) -> None:
        more = {"canal": "papier", "sha256": "0" * 64, "depose_par": "odile", "etat": "a_enregistrer", "propositions": []}
        session.add_all(Depot(origine=f"scan-{n:03}.pdf", recu_le=row.recu_le + timedelta(minutes=n), **more) for n in range(120))

    guichet.write(office, many)
    seen, page = list[str](), odile.get("/depots")
    for _ in range(3):
        seen += re.findall(r'class="objet"[^>]*>([^<]+)', page.text)
        if 'rel="next"' in page.text:
            page = odile.get(guichet.link(page.text, "apres="))
    assert seen == ["place_creche.pdf", *(f"scan-{n:03}.pdf" for n in range(120))]
    assert shown(page, "121 à enregistrer", "21 dépôts sur cette page")
