"""Search: words of the page, fields, filters, a better spelling; it answers with the index down too."""

import shutil

from flask import Flask

from app import travaux
from app.web.context import parts
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, register, shown


def index(app: Flask) -> None:
    """What the clock does."""
    with app.app_context():
        while travaux.indexer(parts()):
            pass


def test_a_courrier_is_found_by_the_words_of_its_pages(office: Flask) -> None:
    register(office, objet="Recours de la rue haute", texte="Le mur mitoyen dépasse de <deux> mètres.", nom="Caradec")
    register(office, objet="Nid-de-poule", nature="signalement", bureau="voirie", texte="Un trou devant l’école.", nom="Bellec")
    index(office)
    odile = visitor(office, "odile")
    page = fine(odile.get("/recherche?q=mitoyens"), 200)
    assert shown(page, "1 courrier trouvé", "Recours de la rue haute")
    assert "<mark>" in page.text
    assert "Nid-de-poule" not in plain(page)
    fields = ("de:bellec", "bureau:voirie", "nature:signalement", "chrono:A-2026-00002")
    for question in (*fields, '"trou devant"', "ecole -mur", "A-2026-00002"):
        found = odile.get("/recherche", query_string={"q": question})
        assert shown(found, "1 courrier trouvé", "Nid-de-poule"), question
    assert shown(odile.get("/recherche?q=mitoyn"), "Aucun courrier trouvé", "Vouliez-vous dire", "mitoyen")
    assert shown(odile.get("/recherche?q=zzzz"), "Aucun courrier trouvé")


def test_filters_count_what_one_sees(office: Flask) -> None:
    register(office, objet="Permis un")
    register(office, objet="Permis deux", nature="signalement", bureau="voirie")
    register(office, objet="Permis trois", confidentialite="personnel")
    index(office)
    odile, nadia = visitor(office, "odile"), visitor(office, "nadia")
    assert shown(odile.get("/recherche?q=permis"), "3 courriers trouvés")
    page = nadia.get("/recherche?q=permis")
    assert shown(page, "2 courriers trouvés")
    assert "Permis trois" not in plain(page)
    onward = guichet.link(page.text, "nature=signalement")
    narrowed = nadia.get(onward)
    assert shown(narrowed, "1 courrier trouvé", "Permis deux")
    assert 'aria-current="true"' in narrowed.text
    assert shown(nadia.get("/recherche?q=permis&tri=date"), "Permis un", "Permis deux")


def test_without_words_the_latest_come_first_page_after_page(office: Flask) -> None:
    for rank in range(22):
        register(office, objet=f"Lettre {rank:02}")
    odile = visitor(office, "odile")
    first = odile.get("/recherche")
    assert shown(first, "Lettre 21", "Page 1 sur 2")
    assert "Lettre 00" not in plain(first)
    assert shown(odile.get(guichet.link(first.text, "page=2")), "Lettre 00", "Page 2 sur 2")


def test_the_list_and_the_filters_stay_open_when_the_index_is_not_there(office: Flask) -> None:
    register(office, objet="Recours de la rue haute", texte="Le mur mitoyen.")
    index(office)
    odile = visitor(office, "odile")
    with office.app_context():
        folder = parts().config.index_path
    shutil.rmtree(folder)
    folder.write_text("ceci n’est pas un index")
    page = fine(odile.get("/recherche?q=haute"), 200)
    assert shown(page, "momentanément indisponible", "Recours de la rue haute")
    assert "mitoyen" not in plain(page)
    folder.unlink()
    with office.app_context():
        assert travaux.refaire_index(parts()) == 1
    assert shown(odile.get("/recherche?q=mitoyen"), "1 courrier trouvé")


def test_the_page_speaks_english(office: Flask) -> None:
    odile = visitor(office, "odile")
    odile.get("/compte")
    odile.post("/langue", {"lang": "en"})
    said = plain(odile.get("/recherche?q=rien"))
    assert "Search" in said
    assert "Aucun courrier trouvé" not in said
