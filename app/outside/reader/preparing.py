"""What can be done for a bad scan before tesseract sees it: a flat sheet, even paper, no specks, straight lines."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy
from numpy.typing import NDArray

from app.outside.reader import curl, sheet
from app.outside.reader.curl import Curl
from app.outside.reader.scan import Gray

# Below these the second pass cannot win: the page is straight and its paper even and light.
_STRAIGHT = 0.3
_EVEN = 0.10
_LIGHT = 190.0

_SEARCHED_ANGLE = 6.0
_PROJECTED_HEIGHT = 900
_BACKGROUND_SIDE = 400
_RIM = 0.015

Points = NDArray[numpy.float64]


@dataclass(frozen=True, kw_only=True)
class State:
    """How a page lies: the angle its lines climb, in degrees, its paper's shade, and the page with that divided out.

    `corners` are those of a sheet photographed on a table.
    """

    angle: float
    paper: Gray
    flat: Gray
    corners: sheet.Corners | None = None

    @property
    def clean(self) -> bool:
        """Tell whether preparing this page is not worth a second pass."""
        if self.corners is not None:
            return False
        dark, light = numpy.percentile(self.paper[::8, ::8], (3, 97))
        return abs(self.angle) < _STRAIGHT and light > _LIGHT and float(light - dark) < _EVEN * 255


@dataclass(frozen=True, kw_only=True)
class Back:
    """The way from a prepared page back to the page as it was scanned: what hung is let down, then `matrix` (3×3) is applied."""

    matrix: NDArray[numpy.float64]
    curl: Curl | None = None

    def __call__(self, points: Points) -> Points:
        """Points in dots, one a row, across and down."""
        across, down = points[:, 0], points[:, 1]
        hanging = down if self.curl is None else down + self.curl.depth(across, down)
        moved = self.matrix @ numpy.stack((across, hanging, numpy.ones_like(across)))
        return numpy.asarray((moved[:2] / moved[2]).T, dtype=numpy.float64)


def inspect(image: Gray) -> State:
    """Look at a page once: how far it leans, what its paper looks like under the ink, whether there is a table round it."""
    paper = _paper(image)
    flat = numpy.asarray(cv2.divide(image, paper, scale=255), dtype=numpy.uint8)
    return State(angle=_angle(flat), paper=paper, flat=flat, corners=sheet.corners(image))


def prepared(state: State) -> Iterator[tuple[Gray, Back]]:
    """The page with its background divided out, no specks, its lines level; then laid flat too, if there is a table round it."""
    clean = numpy.asarray(cv2.medianBlur(state.flat, 3), dtype=numpy.uint8)
    page, matrix = _turned(clean, numpy.eye(3), (clean.shape[1], clean.shape[0]), state.angle)
    yield page, Back(matrix=matrix)
    # What was taken for a table may be a shadow, and letters in it: both are tried.
    if state.corners is not None:
        laid, size = sheet.flat(state.corners)
        page, matrix = _turned(clean, laid, size, _angle(_trimmed(_moved(clean, laid, size))))
        page = _trimmed(page)
        hangs = curl.found(page)
        yield (page if hangs is None else curl.levelled(page, hangs)), Back(matrix=matrix, curl=hangs)


def _turned(
    page: Gray, laid: NDArray[numpy.float64], size: tuple[int, int], angle: float
) -> tuple[Gray, NDArray[numpy.float64]]:
    turn = numpy.vstack((cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), angle, 1.0), (0, 0, 1)))
    whole = turn @ laid
    return _moved(page, whole, size), numpy.asarray(numpy.linalg.inv(whole), dtype=numpy.float64)


def _moved(page: Gray, matrix: NDArray[numpy.float64], size: tuple[int, int]) -> Gray:
    moved = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255,))
    return numpy.asarray(moved, dtype=numpy.uint8)


def _trimmed(page: Gray) -> Gray:
    """The sheet without its outermost dots, made white where it stands: a strip of the table is straighter than any line."""
    height, width = page.shape
    rim = round(_RIM * width)
    bare = numpy.full_like(page, 255)
    bare[rim : height - rim, rim : width - rim] = page[rim : height - rim, rim : width - rim]
    return bare


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
    rows = cv2.reduce(cv2.warpAffine(ink, turn, (width, height)), 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F)[:, 0]
    return float((numpy.diff(rows) ** 2).sum())
