"""The text layer of a PDF page: its words with their boxes, and whether they can be believed."""

import ctypes
import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import pypdfium2.raw as pdfium

from app.courrier.ports import Mot

Line = list[Mot]
Box = tuple[float, float, float, float]

# PDFium answers in whole dots: on a sheet of this many, a box is right to a hundredth of a millimetre.
_GRID = 100_000
# PDFium writes one of these for a hyphen that ends a line, and leaves the end of the line out.
_END_OF_LINE_HYPHEN = "\x02\ufffe"

_UNREADABLE = re.compile(r"[\ufffd\ufffe\uffff\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f]|\(cid:\d+\)")
_LETTERS_JUDGED = 60
_VOWELS = frozenset("aeiouyàâäéèêëîïôöùûüœæ")
_VOWEL_SHARE = (0.22, 0.65)
# Words of one line further apart than this many heights belong to two columns.
_COLUMN_GAP = 3.0
_AGREED = 0.8


def words_of_page(page: Any, textpage: Any) -> list[Line]:
    """Lines of words as PDFium tells them, in the order in which the page was written; boxes in fractions."""
    lines: list[Line] = [[]]
    text, boxes = "", []
    fraction = _fractions(page)
    for index in range(textpage.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        hyphen = letter in _END_OF_LINE_HYPHEN
        if hyphen or not letter.isspace():
            text += "-" if hyphen else letter
            boxes.append(fraction(textpage.get_charbox(index, loose=True)))
        if text and (hyphen or letter.isspace()):
            lines[-1].append(_word(text, boxes))
            text, boxes = "", []
        if hyphen or letter in "\r\n":
            lines.append([])
    if text:
        lines[-1].append(_word(text, boxes))
    return [line for line in lines if line]


def _word(text: str, boxes: list[Box]) -> Mot:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return text, min(x0), min(y0), max(x1), max(y1), 100.0


def _fractions(page: Any) -> Callable[[Box], Box]:
    """Bring PDF units (origin at the bottom, before rotation) to fractions of the page as it is shown."""
    across, down = ctypes.c_int(), ctypes.c_int()

    def point(x: float, y: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        return min(max(across.value / _GRID, 0.0), 1.0), min(max(down.value / _GRID, 0.0), 1.0)

    def box(bounds: Box) -> Box:
        left, bottom, right, top = bounds
        (xa, ya), (xb, yb) = point(left, bottom), point(right, top)
        return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)

    return box


def words_by_position(data: bytes, page: int) -> list[Line]:
    """Lines of words as pdfplumber sees them on the page, whatever order they were written in; nothing if it fails.

    Slower by far than `words_of_page`, and better where the heads of letters and the columns of invoices stand.
    """
    try:
        with _opened(data, pages=[page]) as document:
            sheet = document.pages[0]
            left, top, right, bottom = sheet.cropbox
            words = sheet.dedupe_chars().extract_words()
            mots = [_placed(word, left, top, float(right - left), float(bottom - top)) for word in words]
    except Exception:
        # pdfminer raises whatever a hostile file makes it stumble on; PDFium has read this page already.
        return []
    seen = [mot for mot in mots if mot[1] < mot[3] and mot[2] < mot[4]]
    return [line for row in _rows(seen) for line in _columns(row, float(bottom - top) / float(right - left))]


def has_no_page(data: bytes) -> bool:
    """Tell whether a PDF that PDFium refuses is in good order but for its pages: there are none."""
    try:
        with _opened(data) as document:
            return not document.pages
    except Exception:
        # As above: whatever it stumbles on, the file is broken rather than empty.
        return False


def _opened(data: bytes, **options: Any) -> Any:
    # Loaded for layers alone: it takes as long to load as a scanned page to be drawn.
    import pdfplumber

    return pdfplumber.open(BytesIO(data), **options)


def _placed(word: Mapping[str, Any], left: float, top: float, width: float, height: float) -> Mot:
    def part(value: float) -> float:
        return round(min(max(value, 0.0), 1.0), 5)

    return (
        "".join(word["text"].split()),
        *(part((word["x0"] - left) / width), part((word["top"] - top) / height)),
        *(part((word["x1"] - left) / width), part((word["bottom"] - top) / height)),
        100.0,
    )


def _rows(mots: list[Mot]) -> Iterator[Line]:
    """Words whose middles stand at one height make a row."""
    row: Line = []
    for mot in sorted(mots, key=lambda m: (m[2] + m[4]) / 2):
        if row and (mot[2] + mot[4]) / 2 > row[0][4] - (row[0][4] - row[0][2]) * 0.2:
            yield sorted(row, key=lambda m: m[1])
            row = []
        row.append(mot)
    if row:
        yield sorted(row, key=lambda m: m[1])


def _columns(row: Line, shape: float) -> Iterator[Line]:
    start = 0
    for index in range(1, len(row)):
        before, after = row[index - 1], row[index]
        if after[1] - before[3] > _COLUMN_GAP * (before[4] - before[2]) * shape:
            yield row[start:index]
            start = index
    yield row[start:]


def same_words(one: list[Line], other: list[Line]) -> bool:
    """Tell whether two readings of a page found the same words, whatever their order."""
    left, right = ({mot[0] for line in lines for mot in line} for lines in (one, other))
    return len(left & right) >= _AGREED * max(len(left), len(right))


def garbled(text: str) -> bool:
    """Tell whether a layer is noise: glyphs without letters, or letters that no French page could have."""
    dense = "".join(text.split())
    if len("".join(_UNREADABLE.findall(dense))) > 0.1 * len(dense):
        return True
    letters = [letter for letter in dense.lower() if letter.isalpha()]
    if len(letters) < _LETTERS_JUDGED:
        return False
    share = sum(letter in _VOWELS for letter in letters) / len(letters)
    return not _VOWEL_SHARE[0] <= share <= _VOWEL_SHARE[1]
