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
_AT_THE_EDGE = 2
_ALIKE = 0.4
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
    found = [each for share in _THRESHOLDS if (each := _quadrangle(wiped, middle * share)) and each[0] >= _FITS]
    if not found:
        return None
    # A shape that has corners of the picture itself is the last to be believed, but is tried like any other look.
    _, corner = max(found, key=lambda each: (not _framed(each[1], wiped.shape), each[0] * _oblong(each[1])))
    return corner / numpy.float32(scale)


def flat(corner: Corners) -> tuple[NDArray[numpy.float64], tuple[int, int]]:
    """The 3×3 matrix that lays the sheet flat, and the size, width and height in dots, that it then has."""
    top, right, bottom, left = _sides(corner)
    width, height = round((top + bottom) / 2), round((left + right) / 2)
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
    corner = _ordered(shape.reshape(4, 2).astype(numpy.float32))
    if _oblong(corner) < _ALIKE:
        return None
    return 1 - abs(1 - cv2.contourArea(outline) / area), corner


def _stands_out(wiped: Gray, shape: NDArray[numpy.int32]) -> bool:
    """Tell whether what lies round the shape is darker than what is in it."""
    inside = cv2.fillConvexPoly(numpy.zeros_like(wiped), shape, 1) == 1
    return float(numpy.median(wiped[~inside])) < _DARKER * float(numpy.median(wiped[inside]))


def _framed(corner: Corners, shape: tuple[int, ...]) -> bool:
    """Tell whether two corners or more are those of the picture: light was shared out otherwise than between sheet and table."""
    frame = numpy.array([[0, 0], [shape[1], 0], [shape[1], shape[0]], [0, shape[0]]], numpy.float32)
    return int((numpy.abs(corner - frame).max(axis=1) <= _AT_THE_EDGE).sum()) > 1


def _oblong(corner: Corners) -> float:
    """1 when opposite sides are as long: a sheet cut at the edge of a shadow has one long side and one short."""
    top, right, bottom, left = _sides(corner)
    return min(top, bottom) / max(top, bottom, 1.0) * min(left, right) / max(left, right, 1.0)


def _sides(corner: Corners) -> tuple[float, float, float, float]:
    """The length of the top, the right, the bottom and the left, in dots."""
    top, right, bottom, left = numpy.hypot(*(numpy.roll(corner, -1, axis=0) - corner).T)
    return float(top), float(right), float(bottom), float(left)


def _ordered(points: Corners) -> Corners:
    """Clockwise from the corner nearest to the picture's own top left."""
    total, lean = points.sum(axis=1), points[:, 0] - points[:, 1]
    return points[[int(total.argmin()), int(lean.argmax()), int(total.argmax()), int(lean.argmin())]]
