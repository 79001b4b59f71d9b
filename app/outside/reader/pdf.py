"""PDF files: the text layer of each page when it has one that can be believed, a picture to recognise otherwise."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import numpy
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from app.courrier.errors import Illisible
from app.courrier.ports import PageLue
from app.outside.reader import imprint, layer, separators
from app.outside.reader.limits import Limites
from app.outside.reader.scan import OCR_DPI, Scan, largest_scale, turned

_LETTER_PAGES = 2
_SLOW_LAYER = 20_000
_STAMP = 120
_ALMOST_NOTHING = 8
_WHOLE_PAGE = 0.5
_LEAST_DPI = 72.0
_DRAWN_SMALL = 512
_CM_PER_POINT = 2.54 / 72
_NO_PAGE = "Ce PDF ne contient aucune page. Demandez à l’expéditeur de l’envoyer de nouveau."


def count(data: bytes, limites: Limites) -> int:
    """How many pages; `Illisible` tells what keeps the file shut: password, truncation, no page, too many."""
    with _opened(data) as document:
        pages = len(document)
    if pages == 0:
        raise Illisible(motif=_NO_PAGE)
    if pages > limites.pages:
        raise Illisible(motif=f"Ce PDF a {pages} pages, pour {limites.pages} au plus. Découpez-le, puis déposez les parties.")
    return pages


def pages(data: bytes, limites: Limites, connues: Collection[int] = ()) -> Iterator[PageLue | Scan]:
    """Each page in order but those `connues`: read from its layer, or as a picture that is still to be recognised."""
    total, opened = count(data, limites), len(connues)
    with _opened(data) as document:
        for numero in sorted({*range(1, total + 1)}.difference(connues)):
            try:
                page = _loaded(document, numero)
            except pypdfium2.PdfiumError:
                yield _blank(numero, 0.0, 0.0)
                continue
            opened += 1
            try:
                source = _page(page, data, numero, limites)
            except pypdfium2.PdfiumError:
                source = _blank(numero, *page.get_size())
            finally:
                page.close()
            yield source
    if not opened:
        raise Illisible(motif="Ce PDF est abîmé : aucune de ses pages ne s’ouvre. Demandez-en une nouvelle copie.")


def render(data: bytes, page: int, largeur: int, limites: Limites, tourne: int = 0) -> Image.Image:
    """The picture of one page, as wide as asked once turned clockwise by `tourne` degrees, with its stamps and filled forms."""
    if not 1 <= page <= count(data, limites):
        raise Illisible(motif=f"Ce fichier n’a pas de page {page}.")
    with _opened(data) as document:
        try:
            sheet = document[page - 1]
        except pypdfium2.PdfiumError as fault:
            raise Illisible(motif=f"La page {page} de ce PDF est abîmée et ne s’affiche pas.") from fault
        width, height = sheet.get_size()
        # A strip a thousand times longer than wide would be drawn by its width into billions of dots.
        scale = min(largeur / (height if tourne % 180 else width), largest_scale(width, height, limites.pixels))
        picture: Image.Image = sheet.render(scale=scale).to_pil()
        return turned(picture.convert("RGB"), tourne)


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise Illisible(motif=_why_shut(data, fault.err_code)) from fault
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def _why_shut(data: bytes, code: int | None) -> str:
    if code == pdfium.FPDF_ERR_PASSWORD:
        return "Ce PDF est protégé par un mot de passe. Demandez à l’expéditeur une copie sans mot de passe."
    if code == pdfium.FPDF_ERR_SECURITY:
        return "Ce PDF est chiffré d’une façon qui ne peut pas être ouverte ici. Demandez une copie non protégée."
    if b"%%EOF" not in data[-2048:]:
        return "Ce PDF est tronqué : sa fin manque. Déposez-le de nouveau, ou demandez-le encore à l’expéditeur."
    if layer.has_no_page(data):
        return _NO_PAGE
    return "Ce PDF est abîmé et ne s’ouvre pas. Demandez à l’expéditeur une nouvelle copie."


def _loaded(document: Any, numero: int) -> Any:
    """A page with what was typed into its form fields made part of it, on this copy in memory only."""
    page = document[numero - 1]
    if not document.formenv:
        return page
    page.flatten()
    page.close()
    return document[numero - 1]


def _page(page: Any, data: bytes, numero: int, limites: Limites) -> PageLue | Scan:
    width, height = page.get_size()
    if width <= 0 or height <= 0 or pdfium.FPDFPage_CountObjects(page) == 0:
        return _blank(numero, width, height)
    lines = _layer(page, data, numero, limites)
    text = "\n".join(" ".join(mot[0] for mot in line) for line in lines)
    letters = len("".join(text.split()))
    picture, dpi = _largest_picture(page, width * height)
    only_stamped = picture > _WHOLE_PAGE and letters < _STAMP
    if letters >= _ALMOST_NOTHING and not only_stamped and not layer.garbled(text):
        # A scanner may have read the sheet already; the words alone cut nothing.
        sheet, said = separators.worded(text), separators.worded(text) or separators.labelled(text)
        codes = separators.codes(_scan(page, numero, width, height, dpi, limites).image) if said else ("", "")
        mots = tuple(mot for line in lines for mot in line)
        return PageLue(
            numero=numero, largeur=width, hauteur=height, texte=text, mots=mots, source="couche",
            code=codes[0] or codes[1], defaut="separation" if sheet and not codes[0] else "",
            empreinte=_imprint(page, width, height),
        )
    return _scan(page, numero, width, height, dpi, limites)


def _imprint(page: Any, width: float, height: float) -> str:
    """Drawn small: enough for what the page looks like, and little beside the reading of its words."""
    picture = page.render(scale=min(_DRAWN_SMALL / max(width, height), 1.0), grayscale=True)
    return imprint.of(numpy.array(picture.to_numpy()).squeeze())


def _layer(page: Any, data: bytes, numero: int, limites: Limites) -> list[layer.Line]:
    textpage = page.get_textpage()
    try:
        letters = textpage.count_chars()
        if letters > limites.caracteres_par_page:
            raise Illisible(
                motif=f"La page {numero} de ce PDF contient {letters} caractères, pour"
                f" {limites.caracteres_par_page} au plus : elle n’est pas faite pour être lue."
            )
        as_written = layer.words_of_page(page, textpage)
    finally:
        textpage.close()
    if numero > _LETTER_PAGES or not 0 < letters <= _SLOW_LAYER or page.formenv:
        return as_written
    as_placed = layer.words_by_position(data, numero)
    # pdfplumber reads a page that stands on its head backwards; where the two do not find the same words, PDFium is right.
    return as_placed if layer.same_words(as_written, as_placed) else as_written


def _largest_picture(page: Any, area: float) -> tuple[float, float]:
    """The share of the page that its largest picture covers, and that picture's dots an inch."""
    share, dpi = 0.0, OCR_DPI[0]
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        covered = (right - left) * (top - bottom) / area
        if covered > share and right > left:
            share, dpi = covered, picture.get_px_size()[0] * 72 / (right - left)
    return share, dpi


def _scan(page: Any, numero: int, width: float, height: float, dpi: float, limites: Limites) -> Scan:
    largest = largest_scale(width, height, limites.pixels) * 72
    if largest < _LEAST_DPI:
        raise Illisible(
            motif=f"La page {numero} est trop grande pour être lue : {width * _CM_PER_POINT / 100:.1f} m"
            f" × {height * _CM_PER_POINT / 100:.1f} m."
        )
    drawn = min(max(dpi, OCR_DPI[0]), OCR_DPI[1], largest)
    image = numpy.array(page.render(scale=drawn / 72, grayscale=True).to_numpy()).squeeze()
    return Scan(numero=numero, largeur=width, hauteur=height, image=image, dpi=drawn, finesse=dpi)


def _blank(numero: int, width: float, height: float) -> PageLue:
    return PageLue(numero=numero, largeur=width, hauteur=height, texte="", mots=(), source="vide", confiance=0.0)
