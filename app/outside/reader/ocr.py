"""Letters recognised in a picture by tesseract: as it is, then prepared, and the best kept."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy
import pytesseract
from PIL import Image

from app.courrier.errors import Illisible
from app.courrier.ports import Mot, PageLue
from app.outside.reader import imprint, preparing, quality, separators, underlining
from app.outside.reader.limits import MIB, Limites, need_room
from app.outside.reader.scan import Gray, Scan

# A word counts for its letters times its confidence above this; below it, it counts against the page.
_DOUBTFUL = 40.0
# A page turned on its side reads as a few wild words; only then is a pass spent on finding which way is up.
_TURNED_CONFIDENCE = 70.0
_TURNED_LETTERS = 60
_SPECKS = 10
_LONG_WORD = 4
_AS_GOOD = 0.9
_SAME_ROW = 0.4
_ONE_BLANK = (0.5, 1.2)
"""How far two words of one line stand apart, at least (they overlap) and at most, in heights of a word."""
_BROKEN_OFF = 100.0
_MANY_LINES = 1000
"""No letter has so many: this is noise, and each line beside each other would fill the memory."""

Line = list[Mot]
Words = list[Line]
_QUARTERS: Mapping[int, int] = {90: -1, 180: 2, 270: 1}


def read(scan: Scan, limites: Limites, langues: str = "fra") -> PageLue:
    """One page's words and text, upright; `langues` as tesseract writes them («fra+eng»).

    A page without letters comes back empty: `vide` when nothing is on it, `image` when something is.
    """
    code, label = separators.codes(scan.image)
    if code:
        # A separator sheet is no part of a letter: nobody will look for its words.
        return PageLue(
            numero=scan.numero, largeur=scan.largeur, hauteur=scan.hauteur, texte="", mots=(), source="image", code=code,
        )  # fmt: skip
    state = preparing.inspect(scan.image)
    ink = quality.ink(state.flat)
    look = _Look(scan.dpi, langues, limites)
    lines = [] if quality.untouched(ink) else _best(scan.image, state, look)
    turn, letters = 0, _letters(lines)
    doubtful = letters < _TURNED_LETTERS or _confidence(lines) < _TURNED_CONFIDENCE
    if letters >= _SPECKS and (doubtful or _on_its_side(lines, scan.image.shape)):
        lines, turn = _upright(scan.image, look, lines)
    if _letters(lines) < _SPECKS and _score(lines) <= 0:
        # Dust on a blank sheet reads as a full stop or two.
        lines = []
    confidence = _confidence(lines)
    empty = "vide" if quality.blank(ink, words=bool(lines)) else "image"
    text = "\n".join(" ".join(mot[0] for mot in line) for line in lines)
    blank = empty == "vide" and not lines
    fault = "" if blank else quality.fault(scan, state, confidence)
    return PageLue(
        numero=scan.numero,
        largeur=scan.hauteur if turn % 180 else scan.largeur,
        hauteur=scan.largeur if turn % 180 else scan.hauteur,
        texte=text,
        mots=tuple(mot for line in lines for mot in line),
        source="ocr" if lines else empty,
        confiance=round(confidence, 1),
        tourne=turn,
        defaut="lente" if look.slow else "separation" if separators.worded(text) else fault,
        empreinte="" if blank else imprint.of(state.flat, angle=state.angle, turn=turn),
        code=label,
    )


class _Look:
    """How tesseract is asked to look at a page, and whether it was ever too slow to answer."""

    def __init__(self, dpi: float, langues: str, limites: Limites) -> None:
        self.dpi, self.langues, self.limites, self.slow = dpi, langues, limites, False


def _best(image: Gray, state: preparing.State, look: _Look) -> Words:
    """Two passes cost twice the time and save bad scans without spoiling good ones; a clean page takes one, a photograph 3."""
    best = _recognise(underlining.erased(image, state.flat), look)
    if state.clean:
        return best
    most = _worth(best, image.shape)
    for better, back in preparing.prepared(state):
        words = _recognise(underlining.erased(better, better), look)
        worth = _worth(words, better.shape)
        if worth > most:
            best, most = _moved(words, better.shape, back, image.shape), worth
    return best


def _upright(image: Gray, look: _Look, lines: Words) -> tuple[Words, int]:
    """Turn the page as tesseract says it lies and read it again: the better words, and by how much the page was turned."""
    try:
        found: Any = pytesseract.image_to_osd(
            Image.fromarray(image), output_type=pytesseract.Output.DICT, timeout=look.limites.ocr_par_page
        )
    except (RuntimeError, KeyError, ValueError):
        # Too few letters to tell, or too slow.
        return lines, 0
    rotate = int(found["rotate"])
    if rotate not in _QUARTERS:
        return lines, 0
    turned = numpy.ascontiguousarray(numpy.rot90(image, _QUARTERS[rotate]))
    words = _best(turned, preparing.inspect(turned), look)
    # Tesseract reads some pages on their side as well as upright; they are turned for the eye's sake.
    least = _score(lines) * (_AS_GOOD if _on_its_side(lines, image.shape) else 1)
    return (words, rotate) if _score(words) > least else (lines, 0)


def _on_its_side(lines: Words, shape: tuple[int, ...]) -> bool:
    """Tell whether most of what was read stands in boxes taller than wide."""
    height, width = shape[:2]
    long = [mot for line in lines for mot in line if len(mot[0]) >= _LONG_WORD]
    return sum((y1 - y0) * height > (x1 - x0) * width for _, x0, y0, x1, y1, _ in long) * 2 > len(long)


def _recognise(image: Gray, look: _Look) -> Words:
    """Words in lines as tesseract groups them; boxes in fractions of the picture."""
    picture = Image.fromarray(image)
    # Handed over as it is: a twelfth of the time of a page went into packing and unpacking a PNG.
    picture.format = "BMP"
    try:
        table: Any = pytesseract.image_to_data(
            picture,
            lang=look.langues,
            config=f"--dpi {look.dpi:.0f}",
            output_type=pytesseract.Output.DICT,
            timeout=look.limites.ocr_par_page,
        )
    except pytesseract.TesseractError as fault:
        if "loading language" in fault.message or "load any languages" in fault.message:
            raise Illisible(
                motif=f"Une langue manque au lecteur d’images ({look.langues}) : demandez l’installation de «tesseract-ocr-fra»,"
                " ou du paquet de cette langue."
            ) from fault
        need_room(image.nbytes + MIB)
        return []
    except RuntimeError:
        # pytesseract's own timeout; the rest of the document is worth more than this page.
        look.slow = True
        return []
    except pytesseract.TesseractNotFoundError as fault:
        raise Illisible(
            motif="Le lecteur d’images manque sur cette machine : demandez l’installation de «tesseract-ocr»."
        ) from fault
    return [list(words) for words in _lines(table, image.shape)]


def _lines(table: Mapping[str, list[Any]], shape: tuple[int, ...]) -> Iterator[Iterator[Mot]]:
    height, width = shape[:2]
    rows = (
        row
        for row in zip(
            *(table[name] for name in ("block_num", "par_num", "line_num", "text", "conf")),
            *(table[name] for name in ("left", "top", "width", "height")),
            strict=True,
        )
        if float(row[4]) >= 0 and str(row[3]).strip()
    )
    for _, line in groupby(rows, key=lambda row: row[:3]):
        yield (
            (
                # One word is one token: the text of a page and its words stay in step.
                "".join(str(text).split()),
                *(round(left / width, 5), round(top / height, 5)),
                *(round((left + w) / width, 5), round((top + h) / height, 5)),
                float(confidence),
            )
            for _, _, _, text, confidence, left, top, w, h in line
        )


def _letters(lines: Words) -> int:
    return sum(len(mot[0]) for line in lines for mot in line)


def _score(lines: Words) -> float:
    return sum(len(mot[0]) * (mot[5] - _DOUBTFUL) for line in lines for mot in line)


def _worth(lines: Words, shape: tuple[int, ...]) -> float:
    """What one look at a page is worth beside another: its words, less those that lost their order."""
    return _score(lines) - _BROKEN_OFF * _broken(lines, shape)


def _broken(lines: Words, shape: tuple[int, ...]) -> int:
    """Letters of lines that begin one blank after another's end: one line was taken for two, its words lose their order."""
    if not 0 < len(lines) <= _MANY_LINES:
        return 0
    height, width = shape[:2]
    first, last = (numpy.array([line[place][1:5] for line in lines]) * ((width, height) * 2) for place in (0, -1))
    letters = numpy.array([_letters([line]) for line in lines])
    # Rows: the line that ends; columns: the one that begins.
    tall = numpy.minimum((last[:, 3] - last[:, 1])[:, None], (first[:, 3] - first[:, 1])[None, :])
    beside = numpy.minimum(last[:, None, 3], first[None, :, 3]) - numpy.maximum(last[:, None, 1], first[None, :, 1])
    gap = first[None, :, 0] - last[:, None, 2]
    broken = (beside > _SAME_ROW * tall) & (gap > -_ONE_BLANK[0] * tall) & (gap < _ONE_BLANK[1] * tall)
    numpy.fill_diagonal(broken, val=False)
    return int((broken * numpy.minimum(letters[:, None], letters[None, :])).sum())


def _confidence(lines: Words) -> float:
    letters = _letters(lines)
    return sum(len(mot[0]) * mot[5] for line in lines for mot in line) / letters if letters else 0.0


def _moved(lines: Words, prepared: tuple[int, ...], back: preparing.Back, shape: tuple[int, ...]) -> Words:
    """Words of the prepared page, boxed again where they stand on the page as it was scanned; both pages by their shape."""
    dots, whole = numpy.array((prepared[1], prepared[0])), numpy.array((shape[1], shape[0]))

    def boxed(mot: Mot) -> Mot:
        text, x0, y0, x1, y1, confidence = mot
        # The middle of each side: the corners of a leaning word would make its box reach into its neighbours.
        middles = [((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1), (x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2)]
        places = (back(numpy.array(middles) * dots) / whole).clip(0, 1).round(5)
        (left, top), (right, bottom) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        return text, left, top, right, bottom, confidence

    return [[boxed(mot) for mot in line] for line in lines]
