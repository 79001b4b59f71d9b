"""How paper and pictures are spoilt, for the bench alone: by other means and other seeds than those the reader was tuned with."""

from collections.abc import Callable

import cv2
import numpy
from numpy.typing import NDArray

from tests.letters.imprimer import Picture

Chance = numpy.random.Generator
Light = NDArray[numpy.float32]
"""A page as light: 0 black, 1 white."""


def clean(page: Picture, chance: Chance) -> Picture:
    """A good scanner on a good day: a hair out of true, hardly any noise."""
    light = _turned(_light(page), float(chance.uniform(-0.4, 0.4)))
    return _picture(_blurred(light, 0.5) * 0.97 + chance.normal(0, 0.012, page.shape))


def bad(page: Picture, chance: Chance) -> Picture:
    """A tired office copier: leaning, faded and uneven, the other side seen through, dust, a dirty roller, a book's fold."""
    light = _light(page)
    if chance.random() < 0.5:
        light = light * (1 - 0.12 * (1 - _blurred(numpy.fliplr(light), 2.0)))
    light = _turned(light, float(chance.uniform(1.0, 4.0) * chance.choice((-1, 1))))
    black, white = chance.uniform(0.15, 0.4), chance.uniform(0.72, 0.95)
    light = black + light * (white - black)
    light = light * (1 - 0.22 * _clouds(page.shape, chance, 5))
    if chance.random() < 0.5:
        light = light * _fold(page.shape, chance)
    light = _blurred(light, float(chance.uniform(0.5, 0.9)))
    light = _dusty(light, chance)
    for column in chance.integers(0, page.shape[1], int(chance.integers(0, 4))):
        light[:, column : column + 1] *= chance.uniform(0.7, 0.95)
    return _picture(light + chance.normal(0, chance.uniform(0.03, 0.055), page.shape))


def photographed(page: Picture, chance: Chance) -> Picture:
    """A telephone held over a letter on a table: seen askew, curled paper, a hand's shadow, out of focus a little, JPEG."""
    light = _curled(_light(page), chance)
    light = _askew(light, chance)
    light = light * (1 - chance.uniform(0.2, 0.45) * _shadow(light.shape, chance)) * (1 - 0.2 * _clouds(light.shape, chance, 3))
    light = _out_of_focus(light, float(chance.uniform(0.7, 1.4)))
    noisy = _picture(light * chance.uniform(0.75, 0.95) + chance.normal(0, 0.02, light.shape))
    _, coded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(45, 75))])
    return numpy.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=numpy.uint8)


def aged(page: Picture, chance: Chance) -> Picture:
    """A typescript out of an archive: a ribbon worn here and there, strokes eaten thin or thick, paper gone brown and grainy."""
    ink = 1 - _light(page)
    ink = ink * (1 - 0.55 * _clouds(page.shape, chance, 40)) * (1 - 0.35 * chance.random(page.shape, dtype=numpy.float32))
    ink = _blurred(ink, float(chance.uniform(0.5, 0.9)))
    paper = chance.uniform(0.72, 0.9) - 0.12 * _clouds(page.shape, chance, 4)
    paper = paper + _blurred(chance.normal(0, 0.035, page.shape).astype(numpy.float32), 1.0)
    light = _turned((paper * (1 - 0.85 * ink)).astype(numpy.float32), float(chance.uniform(-0.8, 0.8)), border=0.8)
    return _picture(_dusty(light, chance, most=60) + chance.normal(0, 0.01, page.shape))


WAYS: dict[str, Callable[[Picture, Chance], Picture]] = {"clean": clean, "bad": bad, "photo": photographed, "old": aged}


def _light(page: Picture) -> Light:
    return page.astype(numpy.float32) / 255


def _picture(light: NDArray[numpy.floating]) -> Picture:
    return (light * 255).clip(0, 255).astype(numpy.uint8)


def _blurred(light: Light, sigma: float) -> Light:
    return numpy.asarray(cv2.GaussianBlur(light, (0, 0), sigma), dtype=numpy.float32)


def _turned(light: Light, angle: float, border: float = 1.0) -> Light:
    height, width = light.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(light, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(border,))
    return numpy.asarray(turned, dtype=numpy.float32)


def _clouds(shape: tuple[int, ...], chance: Chance, grain: int) -> Light:
    """Patches from 0 to 1, `grain` of them across."""
    few = chance.random((grain + 2, grain), dtype=numpy.float32)
    return numpy.asarray(cv2.resize(few, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=numpy.float32).clip(0, 1)


def _fold(shape: tuple[int, ...], chance: Chance) -> Light:
    """One side darkens towards a book's fold."""
    far = numpy.linspace(0, 1, shape[1], dtype=numpy.float32)
    far = far if chance.random() < 0.5 else far[::-1]
    return numpy.broadcast_to(1 - 0.5 * numpy.exp(-far / 0.06), shape).astype(numpy.float32)


def _dusty(light: Light, chance: Chance, most: int = 400) -> Light:
    """Specks of all sizes, dark ones and light ones."""
    spoilt = light.copy()
    for _ in range(int(chance.integers(most // 4, most))):
        place = (int(chance.integers(light.shape[1])), int(chance.integers(light.shape[0])))
        cv2.circle(spoilt, place, int(chance.integers(0, 3)), (float(chance.choice((0.1, 0.95))),), -1)
    return spoilt


def _curled(light: Light, chance: Chance) -> Light:
    """Lines that sag and rise over the page: paper that was folded in three."""
    height, width = light.shape
    across, down = numpy.meshgrid(numpy.arange(width, dtype=numpy.float32), numpy.arange(height, dtype=numpy.float32))
    depth = chance.uniform(0.001, 0.004) * height
    moved = down + depth * numpy.sin(across / width * numpy.pi * chance.uniform(0.7, 1.6) + chance.uniform(0, 3))
    return numpy.asarray(cv2.remap(light, across, moved.astype(numpy.float32), cv2.INTER_LINEAR, borderValue=(1,)), numpy.float32)


def _askew(light: Light, chance: Chance) -> Light:
    """The sheet seen from where the hand was, on a table darker than it."""
    height, width = light.shape
    side = 0.045 * min(height, width)
    corners = numpy.array([[0, 0], [width, 0], [width, height], [0, height]], numpy.float32)
    inward = numpy.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], numpy.float32)
    seen = (corners + inward * side + chance.uniform(-side, side, (4, 2)) * 0.9).astype(numpy.float32)
    table = float(chance.uniform(0.2, 0.5))
    view = cv2.getPerspectiveTransform(corners, seen)
    return numpy.asarray(cv2.warpPerspective(light, view, (width, height), borderValue=(table,)), dtype=numpy.float32)


def _shadow(shape: tuple[int, ...], chance: Chance) -> Light:
    """A hand's shadow, soft at its edge, over one corner."""
    height, width = shape
    mask = numpy.zeros(shape, numpy.float32)
    middle = (int(chance.choice((0.0, 1.0)) * width), int(chance.uniform(0.3, 1.0) * height))
    axes = (int(chance.uniform(0.3, 0.7) * width), int(chance.uniform(0.2, 0.5) * height))
    cv2.ellipse(mask, middle, axes, float(chance.uniform(0, 180)), 0, 360, (1.0,), -1)
    return _blurred(mask, float(chance.uniform(12, 40)))


def _out_of_focus(light: Light, radius: float) -> Light:
    """A lens's blur is a disc, not a bell."""
    reach = int(numpy.ceil(radius))
    down, across = numpy.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (radius + 0.5 - numpy.hypot(across, down)).clip(0, 1).astype(numpy.float32)
    return numpy.asarray(cv2.filter2D(light, -1, disc / disc.sum()), dtype=numpy.float32)
