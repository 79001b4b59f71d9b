"""Labels: read back from the paper at a printer's own fineness, they lead to their courrier, and to nothing without a clerk."""

import re
from io import BytesIO

import numpy
import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app import travaux
from app.courrier import consultation, delais, depot, etiquettes, journal, texte
from app.courrier.etiquettes import FORMATS
from app.courrier.ports import PageLue
from app.courrier.tables import Courrier, Depot
from app.db import db, transaction
from app.outside.reader import Reader
from app.outside.typesetter import Typesetter
from app.web.context import parts
from tests.letters import imprimer
from tests.letters.imprimer import Picture
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, register, shown

DPI = 203
SQLITE = pytest.mark.parametrize("office", ["sqlite"], indirect=True)


def printed(pdf: bytes) -> list[tuple[Picture, str, tuple[float, float]]]:
    """Each page as a label printer draws it, its words, its size in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            (numpy.array(page.render(scale=DPI / 72, grayscale=True).to_numpy()).squeeze(), page.get_textpage().get_text_range(),
             (page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4))
            for page in document
        ]  # fmt: skip


def codes(page: Picture) -> dict[str, tuple[float, float]]:
    """What each code says, and where its middle is, in millimetres."""
    found = {}
    for mark in zxingcpp.read_barcodes(page):
        corners = (mark.position.top_left, mark.position.bottom_right)
        found[mark.text] = (sum(c.x for c in corners) / 2 / DPI * 25.4, sum(c.y for c in corners) / 2 / DPI * 25.4)
    return found


def code_of(app: Flask, number: int) -> str:
    with guichet.looking(app) as session:
        return etiquettes.ecrire(session.get_one(Courrier, number))


@SQLITE
def test_a_begun_sheet_is_used_and_every_code_is_read_where_its_label_is(office: Flask) -> None:
    numbers = [register(office, objet=f"Lettre {rank}") for rank in range(3)]
    claire = visitor(office, "claire")
    asked = "&".join(f"courrier={number}" for number in numbers)
    assert shown(fine(claire.get(f"/etiquettes?{asked}"), 200), "3 courriers", "Lettre 2")
    pages = printed(fine(claire.get(f"/etiquettes/etiquettes.pdf?{asked}&format=l7160&depart=20"), 200).data)
    assert len(pages) == 2
    sheet, places = FORMATS["l7160"], [(1, 6), (2, 6), (0, 0)]
    for number, (column, row), page in zip(numbers, places, (pages[0], pages[0], pages[1]), strict=True):
        x, y = codes(page[0])[code_of(office, number)]
        left, top = sheet.gauche + column * sheet.pas, sheet.haut + row * sheet.hauteur
        assert left < x < left + sheet.largeur
        assert top < y < top + sheet.hauteur
    assert "A-2026-00001" in pages[0][1] or "A-20" in pages[0][1]
    assert shown(fine(claire.get(f"/etiquettes/etiquettes.pdf?{asked}&format=l7160&depart=22"), 422), "21 places")
    assert fine(visitor(office, "yanis").get(f"/etiquettes?{asked}"), 404)


@SQLITE
@pytest.mark.parametrize(("cle", "size"), [("62x29", (62, 29)), ("102x51", (102, 51)), ("l7163", (210, 297))])
def test_a_single_label_is_read_at_203_dpi(office: Flask, cle: str, size: tuple[int, int]) -> None:
    number = register(office)
    [(page, words, measured)] = printed(visitor(office, "odile").get(
        f"/etiquettes/etiquettes.pdf?courrier={number}&format={cle}").data)
    assert measured == pytest.approx(size, abs=0.3)
    assert list(codes(page)) == [code_of(office, number)]
    chrono = guichet.courrier(office, number).chrono
    assert all(said in words.replace("\r\n", " ") for said in (chrono, "Saint-Aubin", "Reçu le", "Registre des arrivées"))
    assert "Caradec" not in words


@SQLITE
def test_the_labels_of_a_day_and_their_file_for_zebra(office: Flask) -> None:
    register(office)
    odile = visitor(office, "odile")
    with guichet.looking(office) as session:
        courrier = session.scalars(select(Courrier)).one()
    day = f"{courrier.enregistre_le.astimezone(delais.PARIS):%Y-%m-%d}"
    zpl = fine(odile.get(f"/etiquettes/etiquettes.zpl?jour={day}&registre=A&format=62x29&points=12"), 200)
    assert zpl.text.count("^XA") == 1
    assert etiquettes.ecrire(courrier) in zpl.text
    assert shown(fine(odile.get(f"/etiquettes/etiquettes.zpl?jour={day}&format=l7160"), 422), "une à une")
    for never in ("hier", "0001-01-01", "9999-12-31"):
        fine(odile.get(f"/etiquettes?jour={never}"), 404)


@SQLITE
def test_a_code_typed_by_a_scanner_opens_its_courrier_to_those_it_is_open_to(office: Flask) -> None:
    number = register(office)
    code = code_of(office, number)
    assert fine(visitor(office, "claire").get(f"/recherche?q={code}"), 302).location.endswith(f"/courriers/{number}")
    assert fine(visitor(office, "claire").get(f"/recherche?q={code.lower()}"), 302)
    assert shown(fine(visitor(office, "yanis").get(f"/recherche?q={code}"), 200), "aucun courrier qui vous soit ouvert")
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert shown(fine(visitor(office, "claire").get(f"/recherche?q={forged}"), 200), "aucun courrier qui vous soit ouvert")


@SQLITE
def test_a_labelled_page_scanned_later_is_its_courriers_once_a_clerk_says_so(office: Flask) -> None:
    number = register(office)
    odile = visitor(office, "odile")
    [(label, _, _)] = printed(odile.get(f"/etiquettes/etiquettes.pdf?courrier={number}&format=62x29").data)
    sheet = numpy.full((900, 1680), 255, numpy.uint8)
    sheet[40 : 40 + label.shape[0], 1100 : 1100 + label.shape[1]] = label
    target = BytesIO()
    Image.fromarray(sheet).save(target, "PNG", dpi=(DPI, DPI))
    with office.app_context():
        place = parts().coffre.put(target.getvalue())
        with transaction() as session:
            came = depot.deposer(session, coffre_range=place, nom="scan.png", mime="image/png", canal="papier", par="odile",
                                 now=travaux.utc()).id  # fmt: skip
        travaux.lire(parts(), came)
    chrono = guichet.courrier(office, number).chrono
    page = fine(odile.get(f"/depots/{came}"), 200)
    assert shown(page, f"Exemplaire numérisé de {chrono}", f"Joindre à {chrono}")
    with guichet.looking(office) as session:
        assert session.get_one(Depot, came).etat == "a_enregistrer"
    assert re.search(rf'name="courrier" value="{number}"', page.text)
    fine(odile.post(f"/depots/{came}/exemplaire", {"courrier": register(office, objet="Autre")}), 422)
    fine(odile.post(f"/depots/{came}/exemplaire", {"courrier": number}), 302)
    with guichet.looking(office) as session:
        joined = session.get_one(Depot, came)
        assert (joined.etat, joined.courrier_id) == ("joint", number)
        pieces = consultation.pieces(session, session.get_one(Courrier, number))
        assert [piece.nom for piece in pieces if piece.genre == "original"] == ["lettre.pdf", "scan.png"]
        assert journal.lire(session, f"courrier:{number}")[-1].acte == "joindre-exemplaire"
    fine(odile.post(f"/depots/{came}/exemplaire", {"courrier": number}), 409)


@SQLITE
def test_a_stamped_copy_has_the_letter_under_its_stamp_and_the_original_is_untouched(office: Flask) -> None:
    number = register(office)
    before = imprimer.pdf(guichet.LETTRE)
    with office.app_context():
        lecture = parts().lecteur.read(before)
        with transaction() as session:
            texte.garder(session, consultation.pieces(session, session.get_one(Courrier, number))[0], lecture)
    stamped = fine(visitor(office, "claire").get(f"/courriers/{number}/cachet.pdf"), 200).data
    [(page, words, _)], [(plain, _, _)] = printed(stamped), printed(before)
    chrono = guichet.courrier(office, number).chrono
    assert chrono in words
    assert "Reçu le" in words
    assert list(codes(page)) == [code_of(office, number)]
    rows, columns = numpy.nonzero(page != plain)
    box = (columns.min() / page.shape[1], rows.min() / page.shape[0], columns.max() / page.shape[1], rows.max() / page.shape[0])
    assert not any(
        box[0] < x1 and x0 < box[2] and box[1] < y1 and y0 < box[3] for _, x0, y0, x1, y1, _ in lecture.pages[0].mots
    )  # fmt: skip
    with office.app_context():
        piece = consultation.pieces(db.session(), db.session.get_one(Courrier, number))[0]
        assert parts().coffre.get(piece.sha256) == before


def test_a_stamp_stands_upright_on_a_scan_that_lies_on_its_side() -> None:
    sheet = numpy.full((1000, 1400), 255, numpy.uint8)
    target = BytesIO()
    Image.fromarray(sheet).save(target, "PNG", dpi=(150, 150))
    html = "<body class='cachet'><section><p class='chrono'>A-2026-00001</p></section></body>"
    mark = Typesetter().pdf(html, titre="Cachet", auteur="Mairie")
    lying = PageLue(numero=1, largeur=480, hauteur=672, texte="", mots=(), source="image", tourne=90)
    stamped = Reader().stamp(target.getvalue(), [lying], cachet=mark, boite=(0.3, 0.05, 0.9, 0.2))
    [(page, words, _)] = printed(stamped)
    assert page.shape[0] > page.shape[1]
    assert "A-2026-00001" in words
    rows, columns = numpy.nonzero(page < 200)
    assert 0.04 < rows.min() / page.shape[0] < rows.max() / page.shape[0] < 0.21
    assert 0.28 < columns.min() / page.shape[1] < columns.max() / page.shape[1] < 0.92
