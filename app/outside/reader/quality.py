"""What a scan is worth, by one simple measure each: blank, too coarse, too dark, blurred."""

import cv2
import numpy

from app.outside.reader.preparing import State
from app.outside.reader.scan import Gray, Scan

# Measured on the project's letters spoilt by degrees: a line of writing is 10,000 dots of ink, dust none, a shadow 3,000.
_INK = 200
_BLANK = 100
_SHADOW = 5000
# Below these, and only when the words are badly read: tesseract makes out many a page that measures worse.
_POOR = 75.0
_COARSE_DPI = 130.0
_DARK = 70.0
_SHARP = 0.45
_MARGIN = 40
_LOOKED_AT = 3600
"""Dots a side of what is looked at for its edges, all of an A4: a plan is blurred all over, and would fill the memory."""


def blank(ink: int, *, words: bool) -> bool:
    """Tell whether a page without words has nothing on it: no drawing, no handwriting either."""
    return not words and ink < _SHADOW


def untouched(ink: int) -> bool:
    """Tell whether a page is so white that there is nothing to look for."""
    return ink < _BLANK


def ink(flat: Gray) -> int:
    """Dots of ink, specks and edges of the sheet left out."""
    high, wide = flat.shape[0] // _MARGIN, flat.shape[1] // _MARGIN
    inner = flat[high : flat.shape[0] - high, wide : flat.shape[1] - wide]
    return int((cv2.medianBlur(numpy.ascontiguousarray(inner), 5) < _INK).sum())


def fault(scan: Scan, state: State, confidence: float) -> str:
    """What keeps the words of a scan from being read: `basse`, `sombre`, `floue`; nothing when they are, or when none is."""
    if confidence >= _POOR:
        return ""
    if scan.finesse and scan.finesse < _COARSE_DPI:
        return "basse"
    if float(numpy.median(state.paper[::8, ::8])) < _DARK:
        return "sombre"
    return "floue" if _sharpness(state.flat) < _SHARP else ""


def _sharpness(flat: Gray) -> float:
    """How steep the edges of the ink are: 1 from paper to ink in a dot, 0 with no edge at all."""
    top, left = (max(0, (side - _LOOKED_AT) // 2) for side in flat.shape)
    middle = numpy.ascontiguousarray(flat[top : top + _LOOKED_AT, left : left + _LOOKED_AT])
    even = cv2.medianBlur(middle, 3).astype(numpy.float32)
    slope = cv2.magnitude(cv2.Sobel(even, cv2.CV_32F, 1, 0), cv2.Sobel(even, cv2.CV_32F, 0, 1)) / 4
    contrast = max(255.0 - float(numpy.percentile(even, 1)), 1.0)
    return float(numpy.percentile(slope, 99)) / contrast
