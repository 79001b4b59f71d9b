"""Print the project's letters, then spoil them as scanners, faxes and telephones do, always in the same way.

`python -m tests.letters.imprimer FOLDER` writes every letter in every state, to look at or to try the program with.
"""

import re
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy
import pypdfium2
from numpy.typing import NDArray
from PIL import Image
from weasyprint import HTML

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.html")))
DPI = 200
# The same letters give the same bytes.
_MADE = time.gmtime(0)
_META = re.compile(r'<meta name="(\w+)" content="([^"]*)">')

Picture = NDArray[numpy.uint8]


def expected(name: str) -> Mapping[str, str]:
    """The fields that a clerk would type for this letter; its whole text is in the PDF's own layer."""
    return dict(_META.findall((FOLDER / f"{name}.html").read_text(encoding="utf-8")))


@cache
def pdf(name: str) -> bytes:
    """The letter as a word processor would send it."""
    printed: bytes = HTML(filename=FOLDER / f"{name}.html").write_pdf()
    return printed


@cache
def text(name: str) -> str:
    """What is printed, line by line, all pages."""
    with pypdfium2.PdfDocument(pdf(name)) as document:
        # PDFium's own sign for a hyphen at the end of a line.
        return "\n".join(page.get_textpage().get_text_range().replace("\ufffe", "-\n") for page in document)


def pages(name: str, dpi: int = DPI) -> list[Picture]:
    """Each page in grey."""
    return sheets(pdf(name), dpi)


def sheets(printed: bytes, dpi: int = DPI) -> list[Picture]:
    """Each page of a PDF in grey."""
    with pypdfium2.PdfDocument(printed) as document:
        return [numpy.array(page.render(scale=dpi / 72, grayscale=True).to_numpy()).squeeze() for page in document]


def clean(page: Picture, seed: int) -> Picture:
    """A good scanner: a hair out of true, a little soft, a little noise."""
    return _noisy(_soft(leaning(page, 0.7 if seed % 2 else -0.7), 0.6), seed, 6)


def bad(page: Picture, seed: int) -> Picture:
    """A tired copier: leaning, grey on grey, specks."""
    faded = (leaning(page, 2.5 if seed % 2 else -2.2).astype(numpy.float32) * 0.45 + 95).astype(numpy.uint8)
    spoilt = _noisy(_soft(faded, 0.8), seed, 10)
    random = numpy.random.default_rng(seed)
    specks = random.random(spoilt.shape)
    spoilt[specks < 0.002] = 40
    spoilt[specks > 0.998] = 230
    return spoilt


def photo(page: Picture, seed: int) -> Picture:
    """A telephone over a desk: seen from one side, a shadow across, the corners darker."""
    height, width = page.shape
    side = 1 if seed % 2 else -1
    seen = numpy.array([[30 + 20 * side, 40], [width - 30, 25], [width - 8, height - 30], [14, height - 20]], numpy.float32)
    corners = numpy.array([[0, 0], [width, 0], [width, height], [0, height]], numpy.float32)
    tilted = cv2.warpPerspective(page, cv2.getPerspectiveTransform(corners, seen), (width, height), borderValue=(120,))
    across, down = numpy.meshgrid(numpy.linspace(0, 1, width), numpy.linspace(0, 1, height))
    light = 0.95 - 0.35 * down - 0.15 * (across if side > 0 else 1 - across)
    light = numpy.where(across + 0.4 * down > 0.85, light * 0.72, light)
    lit = tilted.astype(numpy.float32) * cv2.GaussianBlur(light.astype(numpy.float32), (0, 0), 25)
    return _noisy(_soft(lit.clip(0, 255).astype(numpy.uint8), 0.7), seed, 5)


def jpeg(page: Picture, *, dpi: int = DPI, orientation: int = 1) -> bytes:
    """One page as a scanner or a telephone files it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    target = BytesIO()
    Image.fromarray(page).save(target, "JPEG", quality=80, dpi=(dpi, dpi), exif=exif)
    return target.getvalue()


def tiff(sheets: list[Picture], *, dpi: int = DPI) -> bytes:
    """Every page in one black-and-white G4 file, as copiers do."""
    images = [Image.fromarray(sheet).point(lambda shade: 255 * (shade > 150)).convert("1") for sheet in sheets]
    target = BytesIO()
    images[0].save(target, "TIFF", compression="group4", dpi=(dpi, dpi), save_all=True, append_images=images[1:])
    return target.getvalue()


def scanned_pdf(sheets: list[Picture], *, dpi: int = DPI) -> bytes:
    """Every page as a picture in a PDF without any text layer."""
    images = [Image.fromarray(sheet) for sheet in sheets]
    target = BytesIO()
    dates = {"creationDate": _MADE, "modDate": _MADE}
    images[0].save(target, "PDF", resolution=dpi, save_all=True, append_images=images[1:], **dates)
    return target.getvalue()


def leaning(page: Picture, angle: float) -> Picture:
    """The page turned by this many degrees, against the clock."""
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return numpy.asarray(
        cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,)), dtype=numpy.uint8
    )


def _soft(page: Picture, sigma: float) -> Picture:
    return numpy.asarray(cv2.GaussianBlur(page, (0, 0), sigma), dtype=numpy.uint8)


def _noisy(page: Picture, seed: int, deviation: float) -> Picture:
    noise = numpy.random.default_rng(seed).normal(0, deviation, page.shape)
    return (page + noise).clip(0, 255).astype(numpy.uint8)


STATES: Mapping[str, Callable[[Picture, int], Picture]] = {"propre": clean, "mauvais": bad, "photo": photo}


def main(folder: Path) -> None:
    """Write each letter as PDF, as three spoilt scans, and as a fax."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(NAMES):
        sheets = pages(name)
        (folder / f"{name}.pdf").write_bytes(pdf(name))
        (folder / f"{name}.tiff").write_bytes(tiff(sheets))
        for state, spoil in STATES.items():
            (folder / f"{name}-{state}.jpg").write_bytes(jpeg(spoil(sheets[0], seed)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
