"""What a page looks like in 256 bits, so that the same sheet scanned again is known, however it lay on the glass.

The perceptual hash of Zauner, «Implementation and Benchmarking of Perceptual Image Hash Functions» (2010), at 16 × 16: the
low frequencies of the page, each above or below their median. At 8 × 8 all letters look the same.
"""

import cv2
import numpy

from app.outside.reader.scan import Gray

_SIDE = 64
_KEPT = 16
_STRAIGHTENED_HEIGHT = 512
_QUARTERS = {90: -1, 180: 2, 270: 1}


def of(page: Gray, *, angle: float = 0.0, turn: int = 0) -> str:
    """64 hexadecimal digits; `angle`: that its lines climb, in degrees; `turn`: degrees clockwise that bring it upright."""
    scale = min(1.0, _STRAIGHTENED_HEIGHT / max(page.shape))
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    if angle:
        level = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), angle, 1.0)
        small = cv2.warpAffine(small, level, size, borderValue=(255,))
    upright = numpy.rot90(small, _QUARTERS[turn]) if turn else small
    square = cv2.resize(numpy.ascontiguousarray(upright), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.dct(square.astype(numpy.float32))[:_KEPT, :_KEPT]
    return numpy.packbits(low > numpy.median(low)).tobytes().hex()
