"""Lines that sag: paper that was folded or held in a hand is drawn level again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import cv2
import numpy
from numpy.typing import NDArray

from app.outside.reader.scan import Gray

_HEIGHT = 1800
"""Dots of the smaller picture on which lines are looked at; the strides below are of this picture."""
_STRIPS = 32
_DARK, _STROKE = 70, 9
_STRIDES = (6.0, 3.0, 1.5, 0.75, 0.4)
_LEAST = 1.5
_ROUNDS = 4
_FEW_ROWS = 40

Curve = NDArray[numpy.float64]
"""Weights of x, xy, and the Legendre polynomials of x of degree 2 to 4, in dots of the smaller picture.

x goes from -1 to 1 over the page, y over the rows that have ink: weighed elsewhere, xy would stand for x.
"""


@dataclass(frozen=True, kw_only=True)
class Curl:
    """How far the lines of a page hang, everywhere on it."""

    curve: Curve
    width: int
    inked: tuple[float, float]
    """The middle of the rows that have ink, and half of what they take, in dots."""
    scale: float
    """Dots of the page for one of the smaller picture."""

    def depth(self, x: NDArray[numpy.float64], y: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
        """Dots by which what belongs at (x, y), in dots, is found below it."""
        middle, half = self.inked
        return self.scale * _hanging(self.curve, 2 * x / self.width - 1, (y - middle) / half)


def found(page: Gray) -> Curl | None:
    """The curl under which the rows of ink are sharpest; None when the lines are level as they are.

    A page without several lines of text has no curl that could be seen.
    """
    profiles = _profiles(page)
    rows = numpy.flatnonzero(profiles.any(axis=0))
    if len(rows) < _FEW_ROWS:
        return None
    inked = (float(rows[0] + rows[-1]) / 2, float(rows[-1] - rows[0]) / 2)
    curve: Curve = numpy.zeros(5)
    best = _sharpness(profiles, curve, inked)
    for stride in _STRIDES:
        for _ in range(_ROUNDS):
            before = best
            for near in _neighbours(curve, stride):
                sharp = _sharpness(profiles, near, inked)
                if sharp > best:
                    best, curve = sharp, near
            if best == before:
                break
    if float(numpy.abs(curve).sum()) < _LEAST:
        return None
    scale = page.shape[0] / profiles.shape[1]
    return Curl(curve=curve, width=page.shape[1], inked=(inked[0] * scale, inked[1] * scale), scale=scale)


def levelled(page: Gray, curl: Curl) -> Gray:
    """The page with its lines drawn level."""
    height, width = page.shape
    # A row and a column: as whole grids they took 700 MB of an A4, and several pages are read at once within the limit.
    x, y = numpy.arange(width, dtype=numpy.float64)[None, :], numpy.arange(height, dtype=numpy.float64)[:, None]
    across, down = numpy.broadcast_to(x, page.shape).astype(numpy.float32), (y + curl.depth(x, y)).astype(numpy.float32)
    moved = cv2.remap(page, across, down, cv2.INTER_CUBIC, borderValue=(255,))
    return numpy.asarray(moved, dtype=numpy.uint8)


def _neighbours(curve: Curve, stride: float) -> Iterator[Curve]:
    """One weight changed, or two at once: a line that hangs at one end only wants several."""
    for one, other in combinations_with_replacement(range(len(curve)), 2):
        for step, beside in product((-stride, stride), repeat=2):
            near = curve.copy()
            near[one] += step
            if other != one:
                near[other] += beside
            yield near


def _profiles(page: Gray) -> NDArray[numpy.float64]:
    """The ink of each row in each upright strip: strips × rows."""
    scale = min(1.0, _HEIGHT / page.shape[0])
    size = (max(_STRIPS, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    # Strokes alone: what is broader is the edge of a shadow, or a picture.
    ink = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, numpy.ones((_STROKE, _STROKE), numpy.uint8)).astype(numpy.float64)
    ink[ink < _DARK] = 0
    return numpy.array([strip.sum(axis=1) for strip in numpy.array_split(ink, _STRIPS, axis=1)])


def _sharpness(profiles: NDArray[numpy.float64], curve: Curve, inked: tuple[float, float]) -> float:
    """How far the ink of all strips together changes from row to row, each strip taken as deep as the curve hangs there."""
    count, height = profiles.shape
    rows = numpy.arange(height, dtype=numpy.float64)
    across, down = (2 * numpy.arange(count)[:, None] + 1) / count - 1, (rows[None, :] - inked[0]) / inked[1]
    places = (rows + _hanging(curve, across, down)).clip(0, height - 1.001)
    above = places.astype(numpy.intp)
    low, high = numpy.take_along_axis(profiles, above, axis=1), numpy.take_along_axis(profiles, above + 1, axis=1)
    total = (low + (high - low) * (places - above)).sum(axis=0)
    return float((numpy.diff(total) ** 2).sum())


def _hanging(curve: Curve, x: NDArray[numpy.float64], y: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    leaning, skewed, *bent = curve
    terms = ((3 * x**2 - 1) / 2, (5 * x**3 - 3 * x) / 2, (35 * x**4 - 30 * x**2 + 3) / 8)
    along = leaning * x + sum(weight * term for weight, term in zip(bent, terms, strict=True))
    # Each product is of one row or column until the last, which alone is as large as the page.
    return numpy.asarray(along + skewed * x * y, dtype=numpy.float64)
