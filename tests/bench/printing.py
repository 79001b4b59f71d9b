"""Pages whose every letter is known: texts of the bench's own, printed in the typefaces of offices or struck by a typewriter."""

import html
import textwrap
from pathlib import Path

import numpy
import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from weasyprint import HTML

from tests.letters.imprimer import Picture

TEXTS = tuple(text.strip() for text in Path(__file__).with_name("textes.txt").read_text(encoding="utf-8").split("%%"))
"""Letters that no rule of the program was written or tuned on, one column each: their order is not in doubt."""

FACES = ("Liberation Serif", "Carlito", "Caladea", "EB Garamond", "Liberation Sans", "DejaVu Serif")
# A typewriter's, and the thin one that worn ribbons leave of it.
MACHINES = (
    "/usr/share/fonts/opentype/courier-prime/Courier Prime.otf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
)
_A4 = (8.27, 11.69)
_STYLE = """@page {{ size: A4; margin: 20mm 22mm }}
body {{ font: {size}pt/1.4 "{face}"; margin: 0 }} p {{ margin: 0 0 3.5mm; white-space: pre-line; hyphens: none; {align} }}"""


def printed(text: str, seed: int, dpi: int) -> Picture:
    """A text as an office prints it; the seed chooses its typeface, its size and whether its lines are justified."""
    chance = numpy.random.default_rng(seed)
    style = _STYLE.format(
        face=FACES[seed % len(FACES)], size=chance.choice((10, 10.5, 11, 12)), align=chance.choice(("", "text-align: justify"))
    )
    paragraphs = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in text.split("\n\n"))
    page: bytes = HTML(string=f'<html lang="fr"><style>{style}</style>{paragraphs}</html>').write_pdf()
    with pypdfium2.PdfDocument(page) as document:
        return numpy.array(document[0].render(scale=dpi / 72, grayscale=True).to_numpy()).squeeze()


def typed(text: str, seed: int, dpi: int) -> Picture:
    """A text as an old typewriter strikes it: no letter quite on its line, nor as black as its neighbour."""
    chance = numpy.random.default_rng(seed)
    sheet = Image.new("L", (round(_A4[0] * dpi), round(_A4[1] * dpi)), 255)
    pen = ImageDraw.Draw(sheet)
    # Ten letters an inch, six lines an inch.
    across, down = dpi / 10, dpi / 6
    face = ImageFont.truetype(MACHINES[seed % len(MACHINES)], round(dpi / 6.0))
    # Some types of a machine always strike low, or faint.
    low = {letter: chance.normal(0, 0.015) * dpi / 2 for letter in sorted(set(text))}
    for row, line in enumerate(_lines(text)):
        for column, letter in enumerate(line):
            place = (dpi * 0.9 + column * across + chance.normal(0, 0.004) * dpi,
                     dpi * 0.7 + row * down + low[letter] + chance.normal(0, 0.004) * dpi)  # fmt: skip
            pen.text(place, letter, font=face, fill=int(chance.integers(20, 110)))
    return numpy.asarray(sheet)


def _lines(text: str) -> list[str]:
    return [line for given in text.splitlines() for line in textwrap.wrap(given, 64, break_on_hyphens=False) or [""]]
