"""Real tesseract on the project's own letters, scanned well, badly, by telephone and by fax."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from io import BytesIO
from pathlib import Path

import cv2
import numpy
import pikepdf
import pytest
from PIL import Image

from app.courrier.indexation import proposer
from app.courrier.indexation.lignes import plier
from app.courrier.ports import Lecture, PageLue
from app.outside.reader import Reader, preparing, quality
from app.outside.reader.scan import Scan
from tests.letters import imprimer
from tests.letters.grille import NOUS, NOW

READER = Reader()
STATES = tuple(imprimer.STATES)
# Each letter in one state, each state on four letters: all 36 would take minutes and show nothing more.
CASES = [(name, STATES[rank % 3], rank) for rank, name in enumerate(imprimer.NAMES)]


def lines(text: str) -> list[str]:
    return [" ".join(line.split()).replace("’", "'").replace("–", "-") for line in text.splitlines() if line.strip()]


def distance(one: str, other: str) -> int:
    """How many letters to change, add or take away."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        following = [i]
        for j, against in enumerate(other, start=1):
            following.append(min(row[j] + 1, following[-1] + 1, row[j - 1] + (letter != against)))
        row = following
    return row[-1]


def error_rate(read: str, printed: str) -> float:
    """Wrong letters for each printed one, whatever the order of the lines."""
    found, wrong, letters = lines(read), 0, 0
    for line in lines(printed):
        best = get_close_matches(line, found, 1, 0.3)
        wrong += min(distance(line, best[0]), len(line)) if best else len(line)
        letters += len(line)
    return wrong / letters


def first_page(name: str) -> str:
    return imprimer.text(name).split("Pour un passage piéton devant l’école\r\nSaint-Aubin-des-Prés, le 30 mai 2026")[0]


def scan(name: str, state: str, seed: int) -> bytes:
    return imprimer.jpeg(imprimer.STATES[state](imprimer.pages(name)[0], seed))


def boxes(page: PageLue) -> Iterator[tuple[str, float, float]]:
    """Words that stand only once on the page, with their middles."""
    texts = [mot[0] for mot in page.mots]
    for text, x0, y0, x1, y1, _ in page.mots:
        if texts.count(text) == 1 and len(text) > 5:
            yield text, (x0 + x1) / 2, (y0 + y1) / 2


def same_places(one: PageLue, other: PageLue) -> list[float]:
    """How far apart, in fractions of the page, the two readings see the same words."""
    places = {text: (x, y) for text, x, y in boxes(other)}
    return [max(abs(x - places[text][0]), abs(y - places[text][1])) for text, x, y in boxes(one) if text in places]


@pytest.fixture(scope="module")
def clean() -> Lecture:
    return READER.read(scan("place_creche", "propre", 0))


@pytest.mark.parametrize(("name", "state", "seed"), CASES)
def test_a_scanned_letter_is_read_and_indexed(name: str, state: str, seed: int) -> None:
    reading = READER.read(scan(name, state, seed))
    [page] = reading.pages
    assert (reading.mime, page.source) == ("image/jpeg", "ocr")
    assert page.confiance > 80
    assert [mot[0] for mot in page.mots] == page.texte.split()
    assert error_rate(page.texte, first_page(name)) < 0.02
    found = {p.champ: p.valeur for p in proposer(reading.pages, now=NOW, nous=NOUS)}
    expected = imprimer.expected(name)
    missed = [
        champ
        for champ, valeur in expected.items()
        if SequenceMatcher(None, plier(found.get(champ, "")), plier(valeur)).ratio() < 0.95
    ]
    # Another tesseract may stumble over one word; the clerk is there to see it.
    assert len(missed) <= 1, {champ: (found.get(champ), expected[champ]) for champ in missed}


@pytest.mark.parametrize("name", imprimer.NAMES)
def test_a_digital_letter_is_indexed_whole(name: str) -> None:
    """On letters written by the hand that wrote the rules: this shows that nothing broke, not how good the rules are."""
    read = proposer(READER.read(imprimer.pdf(name)).pages, now=NOW, nous=NOUS)
    # A number whose key is wrong is shown to be read again, and fills nothing.
    assert {p.champ: p.valeur for p in read if p.confiance >= 0.5} == imprimer.expected(name)


def test_a_fax_of_several_pages_is_read_page_by_page() -> None:
    seen: list[int] = []
    reading = READER.read(imprimer.tiff(imprimer.pages("petition")), progress=lambda page, _: seen.append(page.numero))
    assert reading.mime == "image/tiff"
    assert seen == [1, 2]
    assert [page.numero for page in reading.pages] == [1, 2]
    assert "Objet : Pétition" in reading.pages[0].texte
    assert "BELHADJ" in reading.pages[1].texte
    assert error_rate("\n".join(page.texte for page in reading.pages), imprimer.text("petition")) < 0.03
    # Taken up after its first page, it is not read from the start again.
    known = replace(reading.pages[0], texte="déjà lue")
    again = READER.read(
        imprimer.tiff(imprimer.pages("petition")), connues={1: known}, progress=lambda page, _: seen.append(page.numero)
    )
    assert seen == [1, 2, 2]
    assert again.pages == (known, reading.pages[1])


def test_a_fax_with_oblong_dots_has_the_papers_shape() -> None:
    """Coarse faxes have 204 dots an inch across and 98 down."""

    sheet = Image.fromarray(imprimer.pages("recours_gracieux", dpi=204)[0])
    target = BytesIO()
    squat = sheet.resize((sheet.width, sheet.height * 98 // 204)).point(lambda shade: 255 * (shade > 160)).convert("1")
    squat.save(target, "TIFF", compression="group4", dpi=(204, 98))
    [page] = READER.read(target.getvalue()).pages
    assert page.hauteur / page.largeur == pytest.approx(297 / 210, abs=0.01)
    assert "FERRANDIER" in page.texte
    shown = Image.open(BytesIO(READER.render(target.getvalue(), page=1, largeur=400)))
    assert shown.height / shown.width == pytest.approx(297 / 210, abs=0.02)


def test_a_scanned_pdf_goes_to_tesseract_and_a_digital_page_never_does() -> None:

    target = BytesIO()
    scanned = imprimer.scanned_pdf([imprimer.clean(sheet, 0) for sheet in imprimer.pages("petition")[:1]])
    with pikepdf.open(BytesIO(scanned)) as mixed, pikepdf.open(BytesIO(imprimer.pdf("place_creche"))) as digital:
        mixed.pages.append(digital.pages[0])
        mixed.add_blank_page(page_size=(595, 842))
        mixed.save(target)
    reading = READER.read(target.getvalue())
    assert [page.source for page in reading.pages] == ["ocr", "couche", "vide"]
    assert "Objet : Pétition" in reading.pages[0].texte
    assert "Issa" in reading.pages[1].texte
    assert (round(reading.pages[0].largeur), round(reading.pages[0].hauteur)) == (595, 842)


def test_boxes_stand_on_the_words_of_a_leaning_page() -> None:
    """Found on the straightened page, boxes are brought back to the page as it was scanned."""
    straight = READER.read(imprimer.pdf("recours_gracieux")).pages[0]
    sheet = imprimer.bad(imprimer.pages("recours_gracieux")[0], 1)
    leaning = READER.read(imprimer.jpeg(sheet)).pages[0]
    height, width = sheet.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 2.5, 1.0)
    where = {text: turn @ numpy.array([x * width, y * height, 1.0]) / (width, height) for text, x, y in boxes(straight)}
    gaps = [float(numpy.abs(where[text] - (x, y)).max()) for text, x, y in boxes(leaning) if text in where]
    assert len(gaps) > 40
    assert max(gaps) < 0.01


@pytest.mark.parametrize(("quarters", "kind"), [(1, "jpeg"), (2, "jpeg"), (3, "pdf")])
def test_a_page_put_in_the_wrong_way_is_read_and_shown_upright(quarters: int, kind: str, clean: Lecture) -> None:
    sheet = numpy.ascontiguousarray(numpy.rot90(imprimer.clean(imprimer.pages("place_creche")[0], 0), quarters))
    data = imprimer.jpeg(sheet) if kind == "jpeg" else imprimer.scanned_pdf([sheet])
    [page] = READER.read(data).pages
    assert error_rate(page.texte, imprimer.text("place_creche")) < 0.02
    assert page.tourne == 90 * quarters
    assert (round(page.largeur), round(page.hauteur)) == (595, 842)
    # Its boxes stand where the words are on the page as it is shown.
    gaps = same_places(page, clean.pages[0])
    assert len(gaps) > 20
    assert max(gaps) < 0.01
    shown = Image.open(BytesIO(READER.render(data, page=1, largeur=300, tourne=page.tourne))).convert("L")
    straight = Image.open(BytesIO(READER.render(imprimer.pdf("place_creche"), page=1, largeur=300))).convert("L")
    assert shown.size == pytest.approx(straight.size, abs=2)
    apart = numpy.abs(numpy.asarray(shown.resize((60, 85)), float) - numpy.asarray(straight.resize((60, 85)), float))
    assert apart.mean() < 6


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_telephones_own_turning_is_followed(orientation: int, clean: Lecture) -> None:
    sheet = imprimer.clean(imprimer.pages("place_creche")[0], 0)
    stored = numpy.rot90(sheet, {3: 2, 6: 1}[orientation])
    [page] = READER.read(imprimer.jpeg(numpy.ascontiguousarray(stored), orientation=orientation)).pages
    assert page.hauteur > page.largeur
    gaps = same_places(page, clean.pages[0])
    assert len(gaps) > 20
    assert max(gaps) < 0.01


def test_a_blank_sheet_is_read_as_empty() -> None:
    sheet = imprimer.clean(numpy.full((2339, 1654), 255, numpy.uint8), 3)
    [page] = READER.read(imprimer.jpeg(sheet)).pages
    assert (page.texte, page.mots, page.source, page.confiance) == ("", (), "vide", 0.0)


def test_a_drawing_is_not_a_blank_page() -> None:
    sheet = numpy.full((1169, 827), 255, numpy.uint8)
    cv2.circle(sheet, (400, 600), 250, 0, 12)
    cv2.line(sheet, (100, 100), (700, 1100), 0, 9)
    [page] = READER.read(imprimer.jpeg(sheet, dpi=100)).pages
    assert (page.source, page.texte) == ("image", "")


def test_who_scanned_is_told_that_a_page_is_blurred() -> None:
    sheet = cv2.GaussianBlur(imprimer.clean(imprimer.pages("facture")[0], 1), (0, 0), 4)
    [page] = READER.read(imprimer.jpeg(numpy.asarray(sheet, numpy.uint8))).pages
    assert page.defaut == "floue"


@pytest.mark.parametrize(
    ("dark", "dpi", "confidence", "fault"),
    [(1.0, 200, 50, ""), (1.0, 60, 50, "basse"), (0.2, 200, 50, "sombre"), (0.2, 60, 90, "")],
)
def test_a_scan_is_blamed_for_what_it_lacks_and_only_when_it_is_badly_read(
    dark: float, dpi: float, confidence: float, fault: str
) -> None:
    sheet = (imprimer.pages("facture")[0] * dark).astype(numpy.uint8)
    page = Scan(numero=1, largeur=595, hauteur=842, image=sheet, dpi=200, finesse=dpi)
    assert quality.fault(page, preparing.inspect(sheet), confidence) == fault


def test_a_layer_of_noise_is_replaced_by_what_is_seen() -> None:
    """A scan under a useless layer, as some copiers write it."""

    target = BytesIO()
    scanned = imprimer.scanned_pdf([imprimer.clean(imprimer.pages("signalement_voirie")[0], 0)])
    with pikepdf.open(BytesIO(scanned)) as document:
        page = document.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj["/Resources"]["/Font"] = pikepdf.Dictionary(F=font)
        noise = b" ".join(b"(Npotjfvs mf Nbjsf kf wpvt tjhobmf) Tj 0 -12 Td" for _ in range(20))
        page.contents_add(b"q BT 3 Tr /F 9 Tf 50 700 Td " + noise + b" ET Q")
        document.save(target)
    [read] = READER.read(target.getvalue()).pages
    assert read.source == "ocr"
    assert "OBJET : trous dans la chaussée" in read.texte


@pytest.mark.parametrize("angle", [-4.0, -1.3, -0.2, 0.0, 0.7, 2.5])
def test_the_angle_of_a_page_is_found(angle: float) -> None:
    sheet = imprimer.leaning(imprimer.pages("demande_cada")[0], angle)
    assert preparing.inspect(sheet).angle == pytest.approx(-angle, abs=0.15)


def test_only_a_straight_page_on_even_paper_is_spared_the_second_pass() -> None:
    sheet = imprimer.pages("demande_cada")[0]
    assert preparing.inspect(sheet).clean
    assert not preparing.inspect(imprimer.leaning(sheet, 0.7)).clean
    assert not preparing.inspect(imprimer.photo(sheet, 1)).clean


# --- the searchable copy


def layer_of(data: bytes, page: PageLue, folder: Path) -> tuple[str, dict[str, tuple[float, float]]]:
    """What pdftotext, a reader that is not ours, finds: the text, and where the middle of each word stands on the page shown."""
    path = folder / "copie.pdf"
    path.write_bytes(data)
    told = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', told)
    words = {
        word: ((float(x0) + float(x1)) / 2 / page.largeur, (float(y0) + float(y1)) / 2 / page.hauteur)
        for x0, y0, x1, y1, word in found
    }
    return subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout, words


@pytest.mark.parametrize("kind", ["jpeg", "pdf on its side"])
def test_the_searchable_copy_has_its_words_under_the_ink(kind: str, clean: Lecture, tmp_path: Path) -> None:
    sheet = imprimer.clean(imprimer.pages("place_creche")[0], 0)
    data = imprimer.jpeg(sheet)
    reading = clean
    if kind != "jpeg":
        data = imprimer.scanned_pdf([numpy.ascontiguousarray(numpy.rot90(sheet))])
        reading = Lecture(mime="application/pdf", pages=[replace(clean.pages[0], tourne=90)])
    made = READER.searchable(data, reading.pages)
    assert made == READER.searchable(data, reading.pages)
    assert made.reserve == ""
    copy = made.contenu
    text, words = layer_of(copy, reading.pages[0], tmp_path)
    assert text.split() == reading.pages[0].texte.split()
    gaps = [max(abs(x - words[text][0]), abs(y - words[text][1])) for text, x, y in boxes(reading.pages[0]) if text in words]
    assert len(gaps) > 30
    assert max(gaps) < 0.01
    # To the eye it is the scan, upright; to our own reader too it is a page with words.
    shown = Image.open(BytesIO(READER.render(copy, page=1, largeur=300))).convert("L")
    scan = Image.fromarray(sheet).resize(shown.size)
    assert numpy.abs(numpy.asarray(shown, float) - numpy.asarray(scan, float)).mean() < 8
    assert len(copy) < len(data) + 30_000
