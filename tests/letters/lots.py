"""A scanner's batches: letters one behind the other, separator sheets between them, the noise of the glass on all."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

import numpy
import pypdfium2
from PIL import Image

from app.courrier.lots import Feuille, ecrire
from app.outside.codes import QrCodes
from app.outside.typesetter import Typesetter
from tests.letters import imprimer
from tests.letters.imprimer import Picture

BLANCHE = numpy.full((2339, 1654), 255, numpy.uint8)
SHEET = """<section class="separation"><div class="code un">{qr}</div><h1>Feuille de séparation</h1>
<div class="vers"><p class="bureau">{bureau}</p></div><div class="code deux">{qr}</div></section>"""


@cache
def feuille(bureau: str, nature: str = "", confidentialite: str = "") -> Picture:
    """A sheet as it lies on the glass."""
    qr = QrCodes().qr(ecrire(Feuille(bureau=bureau, nature=nature, confidentialite=confidentialite)))
    [page] = _rendered(Typesetter().pdf(SHEET.format(qr=qr, bureau=bureau), titre="Feuille", auteur="Mairie"))
    return page


def dechiree(bureau: str) -> Picture:
    """A sheet whose two codes were torn and written over: its words are left."""
    page = feuille(bureau).copy()
    page[300:420, :] = 255
    page[1900:2050, :] = 0
    return page


@cache
def lettre(nom: str, pages: int) -> tuple[Picture, ...]:
    """A letter of a few lines a page, which says on each who it is; only the top of each is given, to be read quickly."""
    corps = "".join(f"<p style='break-before:page'>Lettre de {nom}, page {n}.</p><p>Veuillez agréer mes salutations.</p>"
                    for n in range(1, pages + 1))  # fmt: skip
    printed = Typesetter().pdf(corps.replace("break-before:page", "", 1), titre=nom, auteur=nom)
    return tuple(page[:330] for page in _rendered(printed))


def tiff(pages: Sequence[Picture], seed: int = 0) -> bytes:
    """The batch as a copier files it, in grey; whole sheets lie a hair out of true, each with its own noise."""
    images = [
        Image.fromarray(imprimer.clean(page, seed + number) if page.shape == BLANCHE.shape else page)
        for number, page in enumerate(pages)
    ]
    target = BytesIO()
    images[0].save(target, "TIFF", compression="jpeg", dpi=(200, 200), save_all=True, append_images=images[1:])
    return target.getvalue()


def _rendered(pdf: bytes) -> list[Picture]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [numpy.array(page.render(scale=200 / 72, grayscale=True).to_numpy()).squeeze() for page in document]
