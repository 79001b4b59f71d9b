"""Scans that come as pictures: PNG, JPEG with the telephone's rotation, TIFF of any number of pages."""

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from app.courrier.errors import Illisible
from app.outside.reader.limits import Limites
from app.outside.reader.scan import Scan, check_pixels, largest_scale, page_size, scan_of, to_rgb, turned
from app.outside.reader.sniffing import JPEG, PNG, TIFF

_FORMATS = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF"}
_ROTATED = (5, 6, 7, 8)
_ORIENTATION = 0x0112
# Our own bound, in `check_pixels`, says the dimensions; Pillow's would only warn.
Image.MAX_IMAGE_PIXELS = None


def count(data: bytes, mime: str, limites: Limites) -> int:
    """How many pages; `Illisible` when there are too many or none can be opened."""
    # A telephone's JPEG may carry a second picture (depth, wide colours), which is no second page.
    if mime != TIFF:
        return 1
    with _opened(data, mime) as picture:
        pages = int(getattr(picture, "n_frames", 1))
    if pages > limites.pages:
        raise Illisible(motif=f"Le fichier a {pages} pages, pour {limites.pages} au plus. Découpez-le, puis déposez les parties.")
    return pages


def scans(data: bytes, mime: str, limites: Limites, connues: Collection[int] = ()) -> Iterator[Scan]:
    """The pages one by one but those `connues`, upright as far as the file says, as grey pictures."""
    pages = count(data, mime, limites)
    with _opened(data, mime) as picture:
        for page in sorted({*range(1, pages + 1)}.difference(connues)):
            upright, dpi = _page(picture, page, limites)
            yield scan_of(page, upright, dpi, limites.pixels)


def render(data: bytes, mime: str, page: int, largeur: int, limites: Limites, tourne: int = 0) -> Image.Image:
    """The picture of one page for the screen, turned clockwise by `tourne` degrees, never wider than asked."""
    if not 1 <= page <= count(data, mime, limites):
        raise Illisible(motif=f"Ce fichier n’a pas de page {page}.")
    with _opened(data, mime) as opened:
        picture, dpi = _page(opened, page, limites)
    if tourne:
        picture, dpi = turned(picture, tourne), (dpi[1], dpi[0]) if tourne % 180 else dpi
    # A fax has twice as many dots across as down; the page on the screen has the paper's shape.
    width, height = page_size(picture.size, dpi)
    scale = min(min(largeur, picture.width) / width, largest_scale(width, height, limites.pixels))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return to_rgb(picture).resize(size, Image.Resampling.LANCZOS)


def _page(picture: Image.Image, page: int, limites: Limites) -> tuple[Image.Image, tuple[float, float]]:
    """One page decoded and upright, with its dots an inch; its size is checked before."""
    if page > 1:
        picture.seek(page - 1)
    check_pixels(picture.width, picture.height, limites.pixels)
    dpi = _dpi(picture)
    turned = picture.getexif().get(_ORIENTATION) in _ROTATED
    return ImageOps.exif_transpose(picture), (dpi[1], dpi[0]) if turned else dpi


def _dpi(picture: Image.Image) -> tuple[float, float]:
    """Dots an inch across and down; equal ones when the file does not say."""
    stated: Any = picture.info.get("dpi") or picture.info.get("resolution") or (1, 1)
    try:
        across, down = float(stated[0]), float(stated[1])
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return 1.0, 1.0
    return (across, down) if across > 0 and down > 0 else (1.0, 1.0)


@contextmanager
def _opened(data: bytes, mime: str) -> Iterator[Image.Image]:
    """Open only as the format its content announced; every fault of the decoder becomes one of two reasons."""
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=[_FORMATS[mime]]) as picture:
            warnings.simplefilter("ignore")
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError) as fault:
        cut = "truncated" in str(fault) or isinstance(fault, EOFError)
        raise Illisible(
            motif="L’image est tronquée : sa fin manque. Déposez-la de nouveau, ou numérisez-la encore."
            if cut
            else "L’image est abîmée et n’a pas pu être ouverte. Déposez-la de nouveau, ou numérisez-la encore."
        ) from fault
