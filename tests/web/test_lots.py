"""The pages of a depot through its page: each act, its undoing, its refusals; and the sheets printed and read again."""

import io
from collections.abc import Sequence

import pypdfium2
from flask import Flask
from sqlalchemy import select

from app.courrier import depot as depots
from app.courrier import lots
from app.courrier.tables import Courrier, Depot, Piece
from app.outside.reader import Reader
from app.web.context import parts
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine, shown
from tests.web.test_depots import nature, read

DIT = "Voici la feuille {} de cette liasse."


def _drop(app: Flask, clerk: Visitor, said: Sequence[str], name: str = "liasse.pdf") -> int:
    """A file of so many pages, each with its words, dropped and read; its number."""
    with app.app_context():
        pages = "".join(f"<section class='separation'><p>{DIT.format(mot)}</p></section>" for mot in said)
        pdf = parts().compositeur.pdf(pages, titre=name, auteur="Numériseur")
    files = [(io.BytesIO(pdf), name)]
    clerk.get("/depots")
    fine(clerk.post("/depots", {"canal": "papier", "fichiers": files}, content_type="multipart/form-data"), 302)
    read(app)
    with guichet.looking(app) as session:
        return session.scalars(select(Depot.id).where(Depot.origine == name)).one()


def _act(app: Flask, clerk: Visitor, number: int, geste: str, **more: object) -> int:
    """One button of the page, then what the worker does; the depot shown after it."""
    with guichet.looking(app) as session:
        version = lots.courante(session, number)
    sent = fine(clerk.post(f"/depots/{number}/pages", {"geste": geste, "rang": version.rang if version else 0, **more}), 302)
    read(app)
    return int(sent.location.split("/")[2])


def _made(app: Flask, number: int) -> list[tuple[str, int]]:
    """What stands in the file that would be registered: the word of each page, how it is turned."""
    with app.app_context():
        with guichet.looking(app) as session:
            original = depots.original(session, number)
        assert original
        with pypdfium2.PdfDocument(parts().coffre.get(original.sha256)) as document:
            assert len(document) == original.pages
            said = [page.get_textpage().get_text_range() for page in document]
            words = [text.split("feuille ")[1].split(" ")[0] for text in said]
            return [(word, page.get_rotation()) for word, page in zip(words, document, strict=True)]


def _bytes(app: Flask, number: int) -> str:
    with guichet.looking(app) as session:
        return session.get_one(Depot, number).sha256


def _state(app: Flask, number: int) -> str:
    with guichet.looking(app) as session:
        return session.get_one(Depot, number).etat


def test_pages_are_turned_left_out_put_in_order_and_each_act_is_undone(office: Flask) -> None:
    odile = visitor(office, "odile")
    number = _drop(office, odile, ("un", "deux", "trois", "quatre"))
    came, whole = _bytes(office, number), [("un", 0), ("deux", 0), ("trois", 0), ("quatre", 0)]
    page = odile.get(f"/depots/{number}/pages")
    assert shown(page, "4 pages", "Page 4", "Couper avant la page 2", "Fichier d’origine")
    assert odile.get(f"/depots/{number}/pages/4/image").mimetype == "image/jpeg"
    _act(office, odile, number, "tourner:droite", page=["2", "3"])
    assert _made(office, number) == [("un", 0), ("deux", 90), ("trois", 90), ("quatre", 0)]
    _act(office, odile, number, "oter", page=["1"])
    _act(office, odile, number, "ordonner", place=["2", "3", "1"])
    made = [("quatre", 0), ("deux", 90), ("trois", 90)]
    assert _made(office, number) == made
    with guichet.looking(office) as session:
        kinds = [(piece.genre, piece.sha256) for piece in depots.pieces(session, number)]
    assert ("source", came) in kinds
    assert shown(odile.get(f"/depots/{number}"), "3 pages")
    for words, left in (("Annuler le nouvel ordre", [("deux", 90), ("trois", 90), ("quatre", 0)]),
                        ("Remettre les pages ôtées", [("un", 0), ("deux", 90), ("trois", 90), ("quatre", 0)]),
                        ("Annuler la rotation", whole)):  # fmt: skip
        assert shown(odile.get(f"/depots/{number}/pages"), words)
        _act(office, odile, number, "defaire")
        assert _made(office, number) == left
    assert _bytes(office, number) == came
    assert "Annuler la" not in guichet.plain(odile.get(f"/depots/{number}/pages"))
    _act(office, odile, number, "defaire")
    assert shown(odile.get(f"/depots/{number}/pages"), "Il n’y a pas de geste à annuler")
    _act(office, odile, number, "oter", page=["1", "2", "3", "4"])
    assert shown(odile.get(f"/depots/{number}/pages"), "Il ne resterait aucune page")
    assert _made(office, number) == whole


def test_a_depot_is_cut_and_joined_and_what_is_registered_holds_its_pages_alone(office: Flask) -> None:
    odile = visitor(office, "odile")
    number = _drop(office, odile, ("un", "deux", "trois"))
    other = _drop(office, odile, ("cinq",), "autre.pdf")
    _act(office, odile, number, "couper:2")
    with guichet.looking(office) as session:
        rest = session.scalars(select(Depot).where(Depot.lot_id == number)).one()
    assert rest.origine == "liasse (p. 2-3).pdf"
    assert (_made(office, number), _made(office, rest.id)) == ([("un", 0)], [("deux", 0), ("trois", 0)])
    assert _act(office, odile, rest.id, "joindre", vers=other) == other
    assert _made(office, other) == [("cinq", 0), ("deux", 0), ("trois", 0)]
    assert _state(office, rest.id) == "reparti"
    assert shown(odile.get("/depots"), "2 à enregistrer")
    _act(office, odile, number, "defaire")
    assert shown(odile.get(f"/depots/{number}/pages"), "annulez-le d’abord")
    _act(office, odile, other, "defaire")
    assert (_made(office, other), _made(office, rest.id)) == ([("cinq", 0)], [("deux", 0), ("trois", 0)])
    form = {"expediteur": "Mme Faure", "objet": "Suite", "nature_id": nature(office, "demande"), "canal": "papier"}
    fine(odile.post(f"/depots/{rest.id}", form), 302)
    with guichet.looking(office) as session:
        courrier = session.scalars(select(Courrier.id)).one()
        [registered] = session.scalars(select(Piece).where(Piece.courrier_id == courrier))
        assert registered.genre == "original"
        assert registered.sha256 == session.get_one(Depot, rest.id).sha256
    # The rest is registered: what it was cut from can no longer take it back, and says so.
    assert fine(odile.post(f"/depots/{number}/pages", {"geste": "defaire", "rang": 2}), 409)
    assert fine(odile.post(f"/depots/{rest.id}/pages", {"geste": "oter", "rang": 3, "page": "1"}), 409)
    assert _made(office, number) == [("un", 0)]


def test_acts_are_refused_when_another_clerk_has_the_depot_or_the_pages_changed(office: Flask) -> None:
    guichet.place(office, "yanis", "bureau-ordre")
    odile, yanis = visitor(office, "odile"), visitor(office, "yanis")
    number = _drop(office, odile, ("un", "deux"))
    fine(odile.post(f"/depots/{number}/prise"), 204)
    assert shown(fine(yanis.post(f"/depots/{number}/pages", {"geste": "couper:2", "rang": 0}), 409), "Odile")
    _act(office, odile, number, "tourner:gauche", page=["1"])
    late = fine(odile.post(f"/depots/{number}/pages", {"geste": "oter", "rang": 0, "page": "1"}), 302)
    assert shown(odile.get(late.location), "ont changé entre-temps")
    for wrong in ({"geste": "couper:1"}, {"geste": "couper:9"}, {"geste": "oter"}, {"geste": "tourner:droite", "page": "7"},
                  {"geste": "joindre", "vers": str(number)}, {"geste": "ordonner", "place": ["1"]}):  # fmt: skip
        fine(odile.post(f"/depots/{number}/pages", {"rang": 2, **wrong}), 302)
    fine(odile.post(f"/depots/{number}/pages", {"geste": "brûler", "rang": 2}), 400)
    fine(odile.post(f"/depots/{number}/pages", {"geste": "joindre", "rang": 2, "vers": "999"}), 404)
    assert _made(office, number) == [("un", 270), ("deux", 0)]
    assert fine(visitor(office, "claire").post(f"/depots/{number}/pages", {"geste": "oter"}), 403)


def test_separator_sheets_are_printed_for_a_bureau_and_read_again(office: Flask) -> None:
    odile = visitor(office, "odile")
    assert shown(odile.get("/depots/separations"), "Feuilles de séparation", "Urbanisme")
    query = "bureau=urbanisme&nature=recours&confidentialite=restreint&nombre=2"
    pdf = fine(odile.get(f"/depots/separations/feuilles.pdf?{query}"), 200).get_data()
    pages = Reader().read(pdf).pages
    assert [lots.lire(page.code) for page in pages] == [
        lots.Feuille(bureau="urbanisme", nature="recours", confidentialite="restreint")
    ] * 2
    for wrong in ("bureau=lune", "bureau=urbanisme&nature=lune", "bureau=urbanisme&nombre=51", "bureau=voirie&confidentialite=x"):
        assert fine(odile.get(f"/depots/separations/feuilles.pdf?{wrong}"), 422)
