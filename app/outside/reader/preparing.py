"""What can be done for a bad scan before tesseract sees it: even paper, no specks, straight lines."""

import math
from dataclasses import dataclass

import cv2
import numpy
from numpy.typing import NDArray

from app.outside.reader.scan import Gray

# Below these the second pass cannot win: the page is straight and its paper even and light.
_STRAIGHT = 0.3
_EVEN = 0.10
_LIGHT = 190.0

_SEARCHED_ANGLE = 6.0
_PROJECTED_HEIGHT = 900
_BACKGROUND_SIDE = 400


@dataclass(frozen=True, kw_only=True)
class State:
    """How a page lies: the angle its lines climb, in degrees, its paper's shade, and the page with that divided out."""

    angle: float
    paper: Gray
    flat: Gray

    @property
    def clean(self) -> bool:
        """Tell whether preparing this page is not worth a second pass."""
        dark, light = numpy.percentile(self.paper[::8, ::8], (3, 97))
        return abs(self.angle) < _STRAIGHT and light > _LIGHT and float(light - dark) < _EVEN * 255


def inspect(image: Gray) -> State:
    """Look at a page once: how far it leans and what its paper looks like under the ink."""
    paper = _paper(image)
    flat = numpy.asarray(cv2.divide(image, paper, scale=255), dtype=numpy.uint8)
    return State(angle=_angle(flat), paper=paper, flat=flat)


def prepared(state: State) -> tuple[Gray, NDArray[numpy.float64]]:
    """The page with its background divided out, its specks taken away and its lines level.

    The second value is the 2×3 matrix that brings a point of the prepared page back to the original.
    """
    clean = cv2.medianBlur(state.flat, 3)
    height, width = clean.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), state.angle, 1.0)
    level = cv2.warpAffine(clean, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    return numpy.asarray(level, dtype=numpy.uint8), numpy.asarray(cv2.invertAffineTransform(turn))


def _paper(image: Gray) -> Gray:
    """The shade of the paper everywhere: ink is thinner than the brush that wipes it away."""
    height, width = image.shape
    scale = min(1.0, _BACKGROUND_SIDE / max(height, width))
    small = cv2.resize(image, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    wiped = cv2.medianBlur(cv2.dilate(small, numpy.ones((9, 9), numpy.uint8)), 21)
    return numpy.asarray(cv2.resize(wiped, (width, height), interpolation=cv2.INTER_LINEAR), dtype=numpy.uint8)


def _angle(image: Gray) -> float:
    """The angle at which the rows of ink are sharpest: coarse steps first, fine ones round the best."""
    scale = min(1.0, _PROJECTED_HEIGHT / image.shape[0])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    ink = numpy.where(small < 170, 255 - small, 0).astype(numpy.uint8)
    if not ink.any():
        return 0.0
    best, step = 0.0, 1.0
    reach = _SEARCHED_ANGLE
    while step >= 0.04:
        count = math.ceil(reach / step)
        best = max((best + step * n for n in range(-count, count + 1)), key=lambda angle: _sharpness(ink, angle))
        reach, step = step, step / 3
    return best


def _sharpness(ink: Gray, angle: float) -> float:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    rows = numpy.asarray(cv2.warpAffine(ink, turn, (width, height))).sum(axis=1, dtype=numpy.float64)
    return float((numpy.diff(rows) ** 2).sum())
