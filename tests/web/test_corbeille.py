"""The corbeille: what awaits, filtered and page after page; taken, handed back, entrusted; notices read."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from app.courrier import journal, organisation, relance
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, shown


def test_an_empty_corbeille_says_so_in_both_languages(office: Flask) -> None:
    claire = visitor(office, "claire")
    assert shown(claire.get("/corbeille"), "Ma corbeille", "Votre corbeille est vide")
    assert shown(claire.get("/bureau"), "Aucune étape ouverte dans vos bureaux")
    assert shown(claire.get("/parapheur"), "Le parapheur est vide")
    claire.post("/langue", {"lang": "en", "suite": "/corbeille"})
    assert shown(claire.get("/corbeille"), "My tray", "Your tray is empty")
    assert "Votre corbeille" not in plain(claire.get("/corbeille"))


def test_what_awaits_a_chef_a_bureau_and_a_signatory(office: Flask) -> None:
    number = guichet.register(office, objet="Recours de la rue haute")
    assert shown(visitor(office, "marc").get("/corbeille"), "Recours de la rue haute", "Qualifier", "Caradec")
    for other in ("claire", "sophie", "helene"):
        assert "Recours de la rue haute" not in plain(visitor(office, other).get("/corbeille"))
    guichet.act(office, number, "marc", "qualifier", decision="traiter", urgent="oui")
    assert shown(visitor(office, "claire").get("/bureau"), "Recours de la rue haute", "Annoter", "urgent")
    assert "Recours de la rue haute" not in plain(visitor(office, "claire").get("/corbeille"))
    assert "Recours de la rue haute" not in plain(visitor(office, "yanis").get("/bureau"))


def test_filters_narrow_the_list_and_are_kept(office: Flask) -> None:
    first = guichet.register(office, objet="Le mur de 100 %", nom="Caradec")
    guichet.register(office, nature="urbanisme", objet="La clôture", nom="Bellec", now=datetime.now(UTC) - timedelta(days=40))
    marc = visitor(office, "marc")
    for path, seen, hidden in (
        ("/corbeille?nature=recours", "Le mur", "La clôture"), ("/corbeille?mots=BELLEC", "La clôture", "Le mur"),
        ("/corbeille?mots=100 %25", "Le mur", "La clôture"), ("/corbeille?retard=oui", "La clôture", "Le mur"),
        (f"/corbeille?mots={guichet.courrier(office, first).chrono}", "Le mur", "La clôture"),
    ):
        page = fine(marc.get(path), 200)
        assert shown(page, seen, "Tout montrer"), path
        assert hidden not in plain(page), path
    assert shown(marc.get("/corbeille?mots=ni l’un ni l’autre"), "Rien ne répond à ces filtres")
    assert shown(marc.get("/corbeille"), "2 étapes à faire, dont 1 en retard")


def test_a_long_list_goes_on_from_page_to_page(office: Flask) -> None:
    for rank in range(27):
        guichet.register(office, objet=f"Lettre {rank:02}", now=datetime.now(UTC) - timedelta(hours=rank))
    marc = visitor(office, "marc")
    first = marc.get("/corbeille").text
    onward = guichet.link(first, "apres=")
    second = fine(marc.get(onward), 200).text
    listed = [f"Lettre {rank:02}" for rank in range(27)]
    on = [[word for word in listed if word in page] for page in (first, second)]
    assert (len(on[0]), len(on[1])) == (25, 2)
    assert sorted(on[0] + on[1]) == listed


def test_a_task_is_taken_handed_back_and_taken_by_another(office: Flask) -> None:
    guichet.place(office, "yanis", "urbanisme")
    number = guichet.register(office)
    guichet.act(office, number, "marc", "qualifier", decision="traiter")
    task = guichet.task(office, number, "annoter")
    claire, yanis = visitor(office, "claire"), visitor(office, "yanis")
    claire.get("/bureau")
    assert fine(claire.post(f"/taches/{task}/prise"), 302).location == f"/taches/{task}"
    assert shown(claire.get("/corbeille"), "1 étape à faire")
    assert shown(yanis.get("/bureau"), "Claire Montel")
    assert shown(fine(yanis.post(f"/taches/{task}/rendu"), 409), "Cette tâche est tenue par Claire Montel")
    assert shown(yanis.get(f"/taches/{task}"), "Claire Montel tient cette tâche depuis")
    assert fine(claire.post(f"/taches/{task}/rendu", {"suite": "/bureau"}), 302).location == "/bureau"
    fine(yanis.post(f"/taches/{task}/prise"), 302)
    assert [line.acte for line in lines(office, number) if line.acteur in ("claire", "yanis")] == ["prendre", "rendre", "prendre"]


def lines(app: Flask, number: int) -> list[journal.LigneJournal]:
    with guichet.looking(app) as session:
        return journal.lire(session, f"courrier:{number}")


def test_a_task_is_entrusted_to_a_colleague_who_is_told_once(office: Flask) -> None:
    guichet.place(office, "yanis", "urbanisme")
    number = guichet.register(office, objet="Recours Bellec")
    guichet.act(office, number, "marc", "qualifier", decision="traiter")
    task = guichet.task(office, number, "annoter")
    claire, yanis = visitor(office, "claire"), visitor(office, "yanis")
    page = claire.get(f"/taches/{task}").text
    assert 'value="yanis"' in page
    assert 'value="agnes"' not in page
    refused = fine(claire.post(f"/taches/{task}/transfert", {"agent": "agnes"}), 422)
    assert shown(refused, "Choisissez un agent qui peut faire cette étape")
    fine(claire.post(f"/taches/{task}/transfert", {"agent": "yanis"}), 302)
    assert shown(yanis.get("/corbeille"), "« Annoter » vous attend : Recours Bellec", "1 étape à faire")
    fine(claire.post(f"/taches/{task}/transfert", {"agent": "claire"}), 409)
    with guichet.looking(office) as session:
        assert [notice.genre for notice in relance.non_lus(session, "yanis")] == ["attribution"]
    fine(yanis.post("/avertissements/lus"), 302)
    assert "vous attend" not in plain(yanis.get("/corbeille"))


def test_what_somebody_who_left_held_goes_back_to_the_bureau(office: Flask) -> None:
    number = guichet.register(office)
    guichet.act(office, number, "marc", "qualifier", decision="traiter")
    task = guichet.task(office, number, "annoter")
    fine(visitor(office, "claire").post(f"/taches/{task}/prise"), 302)
    guichet.place(office, "yanis", "urbanisme")
    now = datetime.now(UTC)
    guichet.write(office, lambda session: organisation.partir(session, "claire", par="ines", now=now))
    yanis = visitor(office, "yanis")
    assert "Claire Montel" not in plain(yanis.get("/bureau"))
    guichet.act(office, number, "yanis", "annoter", suite="classer", note="Repris.")
    assert guichet.courrier(office, number).etat == "sans_suite"
