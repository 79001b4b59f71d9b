"""A page that is still a picture: what the letters are recognised from, and how large a page it shows."""

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray
from PIL import Image

from app.courrier.errors import Illisible

Gray = NDArray[numpy.uint8]

A4 = (595.28, 841.89)
_SIDE = 32_000
OCR_DPI = (200.0, 300.0)
# An original narrower than a receipt or wider than a plan has a resolution that was never set.
_PLAUSIBLE_POINTS = (100.0, 5000.0)
_QUARTERS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One page to recognise: its number, its size in points, its grey picture and that picture's resolution.

    `finesse` is the resolution at which it was scanned, before ours; 0 when there is no telling.
    """

    numero: int
    largeur: float
    hauteur: float
    image: Gray
    dpi: float
    finesse: float = 0.0


def largest_scale(width: float, height: float, most: int) -> float:
    """The most that a page may be magnified: no more dots than allowed, no side that tesseract or JPEG refuses."""
    return float(min((most / (width * height)) ** 0.5, _SIDE / max(width, height)))


def check_pixels(width: float, height: float, most: int) -> None:
    """Refuse a picture by its announced size, before a single pixel is decoded."""
    if width * height > most:
        raise Illisible(
            motif=f"L’image est trop grande : {_spaced(width)} × {_spaced(height)} points"
            f" ({width * height / 1e6:.0f} millions), pour {most / 1e6:.0f} millions au plus."
            " Numérisez à 300 points par pouce, ou réduisez-la."
        )


def _spaced(number: float) -> str:
    return f"{number:,.0f}".replace(",", "\u202f")


def scan_of(numero: int, picture: Image.Image, dpi: tuple[float, float], most: int) -> Scan:
    """Bring a picture to square pixels and a resolution that tesseract reads well (200 to 300 dots an inch)."""
    width, height = page_size(picture.size, dpi)
    target = min(max(picture.width * 72 / width, OCR_DPI[0]), OCR_DPI[1])
    target = min(target, largest_scale(width, height, most) * 72)
    size = (max(1, round(width * target / 72)), max(1, round(height * target / 72)))
    gray = to_gray(picture)
    if abs(size[0] - picture.width) > 2 or abs(size[1] - picture.height) > 2:
        gray = gray.resize(size, Image.Resampling.LANCZOS)
    return Scan(numero=numero, largeur=width, hauteur=height, image=numpy.asarray(gray), dpi=target,
                finesse=picture.width * 72 / width)


def turned(picture: Image.Image, tourne: int) -> Image.Image:
    """The picture turned clockwise by a number of quarters, in degrees."""
    return picture.transpose(_QUARTERS[tourne]) if tourne else picture


def page_size(pixels: tuple[int, int], dpi: tuple[float, float]) -> tuple[float, float]:
    """The page in points; a resolution that makes no sense (a telephone's 72) is replaced by «this is an A4»."""
    width, height = pixels[0] * 72 / dpi[0], pixels[1] * 72 / dpi[1]
    if min(dpi) > 72 and all(_PLAUSIBLE_POINTS[0] <= side <= _PLAUSIBLE_POINTS[1] for side in (width, height)):
        return width, height
    scale = min(max(A4) / max(width, height), min(A4) / min(width, height))
    return width * scale, height * scale


def to_gray(picture: Image.Image) -> Image.Image:
    """A grey picture on white paper, whatever the mode: transparent, palette, 16 bits, CMYK."""
    if picture.mode.startswith(("I", "F")):
        values = numpy.asarray(picture, dtype=numpy.float64)
        low, high = float(values.min()), max(float(values.max()), float(values.min()) + 1)
        return Image.fromarray(((values - low) * 255 / (high - low)).astype(numpy.uint8))
    return to_rgb(picture).convert("L") if _see_through(picture) else picture.convert("L")


def to_rgb(picture: Image.Image) -> Image.Image:
    """A picture in colours on white paper."""
    if picture.mode.startswith(("I", "F")):
        return to_gray(picture).convert("RGB")
    if not _see_through(picture):
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGBA", layer.size, "white")
    paper.alpha_composite(layer)
    return paper.convert("RGB")


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
