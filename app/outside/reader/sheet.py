"""A sheet photographed on a table: its four corners are found, and it is laid flat."""

import cv2
import numpy
from numpy.typing import NDArray

from app.outside.reader.scan import Gray

Corners = NDArray[numpy.float32]
"""Four points in dots: top left, top right, bottom right, bottom left."""

_SIDE = 500
# The sheet is what is light: all of it, even where a shadow falls, and nothing of the table.
_THRESHOLDS = (1.0, 0.85, 0.7, 0.55)
_LEAST, _MOST = 0.3, 0.97
_FITS = 0.97
_DARKER = 0.8
_ROUGH = (0.015, 0.03, 0.05)


def corners(image: Gray) -> Corners | None:
    """Where the corners of a light sheet on something darker stand; None when the picture is nothing but the page."""
    scale = min(1.0, _SIDE / max(image.shape))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    # Ink is wiped away first: only the sheet's own edge is looked for.
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, numpy.ones((9, 9), numpy.uint8))
    wiped = numpy.asarray(cv2.medianBlur(closed, 5), dtype=numpy.uint8)
    middle, _ = cv2.threshold(wiped, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    found = [each for share in _THRESHOLDS if (each := _quadrangle(wiped, middle * share))]
    if not found:
        return None
    fit, corner = max(found, key=lambda each: each[0])
    return _ordered(corner / numpy.float32(scale)) if fit >= _FITS else None


def flat(corner: Corners) -> tuple[NDArray[numpy.float64], tuple[int, int]]:
    """The 3×3 matrix that lays the sheet flat, and the size, width and height in dots, that it then has."""
    left_top, right_top, right_bottom, left_bottom = corner
    width = round(float(numpy.hypot(*(right_top - left_top)) + numpy.hypot(*(right_bottom - left_bottom))) / 2)
    height = round(float(numpy.hypot(*(left_bottom - left_top)) + numpy.hypot(*(right_bottom - right_top))) / 2)
    straight = numpy.array([[0, 0], [width, 0], [width, height], [0, height]], numpy.float32)
    return numpy.asarray(cv2.getPerspectiveTransform(corner, straight)), (width, height)


def _quadrangle(wiped: Gray, threshold: float) -> tuple[float, Corners] | None:
    """The four-sided shape of the largest light part, with how well it fits: 1 when it does."""
    light = (wiped > threshold).astype(numpy.uint8)
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    for rough in _ROUGH:
        shape = numpy.asarray(cv2.approxPolyDP(hull, rough * cv2.arcLength(hull, closed=True), closed=True), dtype=numpy.int32)
        if len(shape) == 4:
            break
    else:
        return None
    area = cv2.contourArea(shape)
    if not _LEAST < area / light.size < _MOST or not _stands_out(wiped, shape):
        return None
    return 1 - abs(1 - cv2.contourArea(outline) / area), shape.reshape(4, 2).astype(numpy.float32)


def _stands_out(wiped: Gray, shape: NDArray[numpy.int32]) -> bool:
    """Tell whether what lies round the shape is darker than what is in it."""
    inside = cv2.fillConvexPoly(numpy.zeros_like(wiped), shape, 1) == 1
    return float(numpy.median(wiped[~inside])) < _DARKER * float(numpy.median(wiped[inside]))


def _ordered(points: Corners) -> Corners:
    """Clockwise from the corner nearest to the picture's own top left."""
    total, lean = points.sum(axis=1), points[:, 0] - points[:, 1]
    return points[[int(total.argmin()), int(lean.argmax()), int(total.argmax()), int(lean.argmin())]]
