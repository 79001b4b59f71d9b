"""The reader tells what a file is, reads text layers, draws pages, and survives what should not be read."""

import errno
import re
import signal
import subprocess
import sys
import time
from io import BytesIO

import numpy
import pikepdf
import psutil
import pytest
from PIL import Image

from app.courrier.errors import Illisible
from app.courrier.ports import PageLue
from app.outside.reader import Limites, Reader
from app.outside.reader.layer import garbled
from tests.letters import imprimer, mauvais

READER = Reader()
# Half the memory a real reading gets: the bombs go off sooner.
NARROW = Reader(Limites(memoire=768 << 20))


def words_at(mots: object, text: str) -> tuple[float, float]:
    """The middle of the first word that starts so."""
    found = next(mot for mot in mots if mot[0].startswith(text))  # type: ignore[attr-defined]
    return (found[1] + found[3]) / 2, (found[2] + found[4]) / 2


# --- text layers


def test_a_word_processors_pdf_is_read_from_its_layer() -> None:
    seen: list[tuple[int, int]] = []
    reading = READER.read(imprimer.pdf("petition"), progress=lambda page, total: seen.append((page.numero, total)))
    first, second = reading.pages
    assert (reading.mime, seen) == ("application/pdf", [(1, 2), (2, 2)])
    assert (first.numero, first.source, first.confiance) == (1, "couche", 100.0)
    assert (round(first.largeur), round(first.hauteur)) == (595, 842)
    assert "Objet : Pétition des habitants pour un passage piéton devant l’école" in first.texte.splitlines()
    assert "BELHADJ" in second.texte
    for page in reading.pages:
        assert [mot[0] for mot in page.mots] == page.texte.split()
        assert all(0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1 for _, x0, y0, x1, y1, _ in page.mots)


def test_later_pages_have_their_words_too() -> None:
    target = BytesIO()
    with pikepdf.open(BytesIO(imprimer.pdf("place_creche"))) as document:
        for _ in range(3):
            document.pages.append(document.pages[0])
        document.save(target)
    pages = READER.read(target.getvalue()).pages
    assert len(pages) == 4
    assert sorted(pages[3].texte.split()) == sorted(pages[0].texte.split())
    assert [mot[0] for mot in pages[3].mots] == pages[3].texte.split()
    first, last = words_at(pages[0].mots, "72990"), words_at(pages[3].mots, "72990")
    assert last == pytest.approx(first, abs=0.005)


def page_with(change: str, value: object, *, behind: int = 0) -> bytes:
    """The nursery letter with one key of its page changed, `behind` that many copies of it."""
    target = BytesIO()
    with pikepdf.open(BytesIO(imprimer.pdf("place_creche"))) as document:
        document.pages[0].obj[change] = value
        for _ in range(behind):
            document.pages.append(document.pages[0])
        document.save(target)
    return target.getvalue()


@pytest.mark.parametrize("page", [1, 3])
@pytest.mark.parametrize(
    ("turn", "place"),
    [(0, (0.12, 0.1)), (90, (0.9, 0.12)), (180, (0.88, 0.9)), (270, (0.1, 0.88))],
)
def test_boxes_fit_the_page_as_it_is_shown(page: int, turn: int, place: tuple[float, float]) -> None:
    data = page_with("/Rotate", turn, behind=2)
    read = READER.read(data).pages[page - 1]
    assert words_at(read.mots, "72990") == pytest.approx(place, abs=0.03)
    shown = Image.open(BytesIO(READER.render(data, page=page, largeur=600)))
    assert (shown.width > shown.height) == (turn in (90, 270)) == (read.largeur > read.hauteur)
    # There is ink where the box is.
    _, x0, y0, x1, y1, _ = next(mot for mot in read.mots if mot[0] == "72990")
    inside = shown.convert("L").crop(
        (int(x0 * shown.width), int(y0 * shown.height), int(x1 * shown.width), int(y1 * shown.height))
    )
    assert inside.getextrema()[0] < 128


@pytest.mark.parametrize("page", [1, 3])
def test_boxes_count_from_the_crop_box(page: int) -> None:
    whole = READER.read(imprimer.pdf("place_creche")).pages[0]
    cropped = READER.read(page_with("/CropBox", pikepdf.Array([30, 42, 565, 800]), behind=2)).pages[page - 1]
    x, y = words_at(whole.mots, "72990")
    expected = ((x * whole.largeur - 30) / 535, (y * whole.hauteur - (whole.hauteur - 800)) / 758)
    assert words_at(cropped.mots, "72990") == pytest.approx(expected, abs=0.006)


def test_what_was_typed_into_a_form_is_read_and_shown() -> None:
    target = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        look = document.make_stream(b"/Tx BMC q BT /Helv 14 Tf 2 5 Td (Ginette Cormier, demande de stationnement) Tj ET Q EMC")
        look.stream_dict.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 400, 20]})
        look.stream_dict["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="demande",
                V="Ginette Cormier, demande de stationnement",
                DA="/Helv 14 Tf 0 g",
                F=4,
                Rect=[100, 700, 500, 720],
                AP=pikepdf.Dictionary(N=look),
            )
        )
        page.obj["/Annots"] = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[field], DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)))
        document.save(target)
    read = READER.read(target.getvalue()).pages[0]
    assert (read.source, read.texte) == ("couche", "Ginette Cormier, demande de stationnement")
    shown = Image.open(BytesIO(READER.render(target.getvalue(), page=1, largeur=595))).convert("L")
    assert shown.crop((100, 122, 500, 142)).getextrema()[0] < 128


def test_a_forbidden_copy_is_read_all_the_same() -> None:
    assert "crèche" in READER.read(mauvais.restricted()).pages[0].texte


def test_junk_before_the_header_does_no_harm() -> None:
    assert "crèche" in READER.read(b"\r\n" * 350 + imprimer.pdf("place_creche")).pages[0].texte


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Monsieur le Maire, je vous signale que la route qui mène chez moi est pleine de trous.", False),
        ("(cid:12)(cid:34)(cid:56) (cid:3)", True),
        ("\ue001\ue002\ue003 \ue004", True),
        ("Npotjfvs mf Nbjsf, kf wpvt tjhobmf rvf mb spvuf rvj nfof difa npj ftu qmfjof ef uspvt.", True),
        ("F2026-0187 30/11/2026 3 624,00 €", False),
        ("", False),
    ],
)
def test_a_layer_of_noise_is_not_believed(text: str, wrong: bool) -> None:
    assert garbled(text) is wrong


# --- pictures of pages


@pytest.mark.parametrize("largeur", [120, 900])
def test_a_page_is_drawn_as_wide_as_asked(largeur: int) -> None:
    shown = Image.open(BytesIO(READER.render(imprimer.pdf("petition"), page=2, largeur=largeur)))
    assert (shown.format, shown.width) == ("JPEG", largeur)
    assert shown.height == pytest.approx(largeur * 842 / 595, abs=2)


def test_a_telephones_picture_is_shown_upright() -> None:
    sheet = imprimer.pages("place_creche")[0][::8, ::8]
    sideways = imprimer.jpeg(sheet.T[::-1].copy(), orientation=6)
    shown = Image.open(BytesIO(READER.render(sideways, page=1, largeur=100)))
    assert shown.height > shown.width


@pytest.mark.parametrize("page", [0, 3, -1])
def test_a_page_that_is_not_there_is_refused(page: int) -> None:
    with pytest.raises(Illisible, match="pas de page"):
        READER.render(imprimer.pdf("petition"), page=page, largeur=200)


def test_an_endless_strip_is_drawn_small() -> None:
    strip = mauvais.huge_sheet().replace(b"0 0 400000 400000", b"0 0 4 400000")
    shown = Image.open(BytesIO(READER.render(strip, page=1, largeur=2000)))
    assert shown.width * shown.height <= Limites().pixels * 1.01


# --- bad input


@pytest.mark.parametrize("name", mauvais.REFUSED)
def test_a_bad_file_gets_its_reason(name: str) -> None:
    make, reason = mauvais.REFUSED[name]
    with pytest.raises(Illisible) as refusal:
        NARROW.read(make())
    assert re.search(reason, str(refusal.value)), str(refusal.value)


@pytest.mark.parametrize("name", ["tronqué", "chiffré", "sans page", "5 000 pages", "image énorme", "bombe d’espaces"])
def test_a_bad_file_is_not_drawn_either(name: str) -> None:
    with pytest.raises(Illisible):
        NARROW.render(mauvais.REFUSED[name][0](), page=1, largeur=800)


def test_a_file_too_heavy_is_refused_before_anything_else() -> None:
    with pytest.raises(Illisible, match="pèse 2 Mo, pour 1 Mo au plus"):
        Reader(Limites(octets=1 << 20)).read(b"%PDF-1.4" + bytes(2 << 20))


def test_a_child_that_says_nothing_is_stopped_and_leaves_no_process() -> None:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with pytest.raises(Illisible, match="trop longtemps"):
        Reader(Limites(silence=0.05)).read(mauvais.png())
    deadline = time.monotonic() + 10
    while {p.pid for p in psutil.Process().children(recursive=True)} - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before


def test_a_child_that_computes_without_end_is_stopped() -> None:
    with pytest.raises(Illisible, match="trop de calcul"):
        Reader(Limites(cpu_par_page=1, ouvriers=1)).read(mauvais.operator_bomb())


def children() -> list[psutil.Process]:
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "app.outside.reader" in child.cmdline()]


def test_no_secret_reaches_the_child_and_a_reader_who_gives_up_leaves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "tres-secret")

    def look(page: PageLue, total: int) -> None:
        [child] = children()
        assert "PATH" in child.environ()
        assert "tres-secret" not in child.environ().values()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        READER.read(imprimer.tiff(imprimer.pages("petition")), progress=look)
    assert children() == []


def test_the_child_stays_light() -> None:
    """A web server or a database imported by each reading would cost more than the reading."""
    code = (
        "import app.outside.reader.__main__, sys; print([m for m in ('flask', 'sqlalchemy', 'weasyprint') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


FULL = "from app.outside.reader import __main__ as child; from tests.support.disque import full; child._read = full; child.main()"


def test_a_disk_full_under_the_child_is_not_the_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda asked, **more: opened([asked[0], "-c", FULL, asked[-1]], **more))
    with pytest.raises(OSError, match="No space left") as fault:
        READER.read(mauvais.png())
    assert fault.value.errno == errno.ENOSPC


def test_the_death_of_the_child_is_a_reason() -> None:
    killed = []

    def kill(page: PageLue, total: int) -> None:
        # A second page may be on its way already when the child dies.
        for child in children():
            child.send_signal(signal.SIGSEGV)
            killed.append(child)

    with pytest.raises(Illisible, match="arrête la lecture"):
        READER.read(imprimer.tiff(imprimer.pages("petition") * 2), progress=kill)
    assert killed


@pytest.mark.parametrize("size", [(1, 1), (3, 4000), (4000, 3), (40, 15)])
def test_a_picture_of_any_shape_is_read_and_shown(size: tuple[int, int]) -> None:
    target = BytesIO()
    Image.new("RGBA", size, (255, 255, 255, 0)).save(target, "PNG")
    [page] = READER.read(target.getvalue()).pages
    assert page.source == "vide"
    assert Image.open(BytesIO(READER.render(target.getvalue(), page=1, largeur=300))).width <= 300


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "CMYK", "I;16"])
def test_a_picture_in_any_colours_is_read(mode: str) -> None:
    sheet = Image.fromarray(imprimer.pages("signalement_voirie")[0][:700]).convert("RGB")
    target = BytesIO()
    gray = Image.fromarray(numpy.asarray(sheet.convert("L")).astype(numpy.uint16) * 200)
    picture = gray if mode == "I;16" else sheet.convert("LA").convert(mode) if mode == "RGBA" else sheet.convert(mode)
    picture.save(target, "TIFF" if mode == "CMYK" else "PNG", dpi=(200, 200))
    assert "LEGENDRE Marcel" in READER.read(target.getvalue()).pages[0].texte
    shown = Image.open(BytesIO(READER.render(target.getvalue(), page=1, largeur=1000))).convert("L")
    assert shown.getextrema()[0] < 60
    assert numpy.median(numpy.asarray(shown)) > 240
