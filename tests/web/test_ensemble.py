"""Several files dropped together: a letter each, a letter with its pieces, or the pages of one letter photographed in order."""

import io
from collections.abc import Mapping, Sequence

import numpy
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import travaux
from app.courrier import depot, lots, texte
from app.courrier.tables import Depot, Piece
from app.db import db
from app.web.context import parts
from tests.letters import imprimer
from tests.letters import lots as liasses
from tests.support.visitors import Visitor, visitor
from tests.web import guichet
from tests.web.guichet import fine, shown

NOISE = bytes(range(256)) * 8


def photos() -> dict[str, bytes]:
    """A letter of two pages by telephone: the second was held upside down, as its EXIF says."""
    first, second = liasses.lettre("Rose", 2)
    return {"IMG_1.jpg": imprimer.jpeg(first), "IMG_2.jpg": imprimer.jpeg(numpy.rot90(second, 2), orientation=3)}


def drop(clerk: Visitor, files: Mapping[str, bytes], ensemble: str) -> None:
    """Files chosen together, with what they are."""
    clerk.get("/depots")
    sent = [(io.BytesIO(data), name) for name, data in files.items()]
    form = {"canal": "papier", "ensemble": ensemble, "fichiers": sent}
    fine(clerk.post("/depots", form, content_type="multipart/form-data"), 302)


def read(app: Flask) -> None:
    """What the workers do, until nothing is left to read."""
    with app.app_context():
        while due := db.session().scalars(select(Depot.id).where(Depot.etat == "a_lire", Depot.reprise_le.is_(None))).all():
            for number in due:
                travaux.lire(parts(), number)
        db.session.remove()


def said(session: Session, number: int) -> list[str]:
    """The first line of each page of the letter."""
    original = depot.original(session, number)
    assert original
    return [page.texte.split("\n")[0] for page in texte.pages(session, original.id)]


def kept(session: Session, number: int, genres: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """The files of a depot as they are in the vault."""
    pieces = session.scalars(select(Piece).where(Piece.depot_id == number, Piece.genre.in_(genres)).order_by(Piece.id))
    return [(piece.genre, piece.nom, parts().coffre.get(piece.sha256)) for piece in pieces]


def test_photographs_become_the_pages_of_one_letter(office: Flask) -> None:
    odile, files = visitor(office, "odile"), {**photos(), "IMG_3.jpg": NOISE}
    drop(odile, files, "pages")
    assert shown(odile.get("/depots"), "3 fichiers déposés comme une seule lettre", "1 en lecture", "IMG_1.jpg (+ 2)")
    read(office)
    with guichet.looking(office) as session:
        [letter] = session.scalars(select(Depot)).all()
        assert (letter.etat, said(session, letter.id)) == ("a_enregistrer", [f"Lettre de Rose, page {n}." for n in (1, 2)])
        assert kept(session, letter.id, ("source", "annexe")) == [
            ("source", "IMG_1.jpg", files["IMG_1.jpg"]), ("source", "IMG_2.jpg", files["IMG_2.jpg"]),
            ("annexe", "IMG_3.jpg", NOISE),
        ]
        rang = lots.rang(session, letter.id)
    # The order in which they were taken is seen and changed on the screen of the pages.
    fine(odile.post(f"/depots/{letter.id}/pages", {"geste": "ordonner", "place": ["2", "1"], "rang": str(rang)}), 302)
    read(office)
    with guichet.looking(office) as session:
        assert said(session, letter.id) == ["Lettre de Rose, page 2.", "Lettre de Rose, page 1."]
    drop(odile, files, "pages")
    read(office)
    assert shown(odile.get("/depots"), "déjà déposé")


def test_a_letter_is_dropped_with_its_pieces(office: Flask) -> None:
    odile, files = visitor(office, "odile"), {"lettre.pdf": imprimer.pdf("petition"), "plan.pdf": imprimer.pdf("invitation"),
                                              "croquis.dwg": NOISE}  # fmt: skip
    drop(odile, files, "pieces")
    read(office)
    with guichet.looking(office) as session:
        [letter] = session.scalars(select(Depot)).all()
        assert kept(session, letter.id, ("original", "annexe")) == [
            ("original", "lettre.pdf", files["lettre.pdf"]), ("annexe", "plan.pdf", files["plan.pdf"]),
            ("annexe", "croquis.dwg", NOISE),
        ]
        plan = session.scalars(select(Piece).where(Piece.nom == "plan.pdf")).one()
        assert "invit" in " ".join(page.texte for page in texte.pages(session, plan.id)).lower()
    assert shown(odile.get(f"/depots/{letter.id}"), "lettre.pdf", "2 pièces jointes")


def test_files_dropped_without_a_word_are_a_letter_each(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, {"a.pdf": imprimer.pdf("petition"), "b.pdf": imprimer.pdf("invitation")}, "autre chose")
    drop(odile, {"c.pdf": imprimer.pdf("facture")}, "pages")
    with guichet.looking(office) as session:
        assert session.scalars(select(Depot.origine).order_by(Depot.id)).all() == ["a.pdf", "b.pdf", "c.pdf"]


def test_files_that_are_no_pages_wait_for_a_person(office: Flask) -> None:
    odile = visitor(office, "odile")
    drop(odile, {"IMG_1.jpg": NOISE, "IMG_2.jpg": NOISE + b"2"}, "pages")
    read(office)
    with guichet.looking(office) as session:
        [letter] = session.scalars(select(Depot)).all()
        assert (letter.etat, "pu être lu comme une page" in letter.motif) == ("a_lire", True)
        assert [genre for genre, *_ in kept(session, letter.id, ("original", "annexe"))] == ["original", "annexe"]
