"""Rules under words: they are taken off before tesseract looks, which loses a line that is underlined."""

import cv2
import numpy

from app.outside.reader.scan import Gray

_INK = 215
_LONG = 0.05
"""Of the page's width: longer than any stroke of a letter, shorter than most words are underlined."""
_THICK = 0.004
_REACH = 3
"""Dots above and below which ink must stand for a stroke to be crossing the rule rather than lying on it."""


def erased(image: Gray, flat: Gray) -> Gray:
    """The picture without its thin level rules; strokes that cross one are left whole.

    `flat` is the same picture with its paper made white. A picture without rules comes back as it is.
    """
    width = image.shape[1]
    ink = (flat < _INK).astype(numpy.uint8)
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, numpy.ones((1, max(20, round(_LONG * width))), numpy.uint8))
    rules[cv2.morphologyEx(rules, cv2.MORPH_OPEN, numpy.ones((max(6, round(_THICK * width)), 1), numpy.uint8)) > 0] = 0
    if not rules.any():
        return image
    # The paler rim of a rule goes with it.
    band = cv2.dilate(rules, numpy.ones((3, 3), numpy.uint8)) > 0
    above, below = numpy.zeros_like(ink), numpy.zeros_like(ink)
    above[_REACH:], below[:-_REACH] = ink[:-_REACH], ink[_REACH:]
    paper = cv2.dilate(image, numpy.ones((2 * _REACH + 3, 1), numpy.uint8))
    bare = image.copy()
    gone = band & ~((above > 0) & (below > 0))
    bare[gone] = paper[gone]
    return bare
