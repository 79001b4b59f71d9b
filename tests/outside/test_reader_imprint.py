"""What a page looks like: the same sheet scanned again is near, another letter, of the same hand or not, is far."""

from itertools import combinations

import cv2
import numpy
import pytest

from app.outside.reader import Reader, imprint, preparing
from tests.letters import imprimer
from tests.letters.imprimer import Picture

NEAR = 40
"""Bits of 256: the threshold of app.courrier.doublons."""


def scanned_again(page: Picture, seed: int) -> Picture:
    """Another day, another scanner: leaning, further down on the glass, at another resolution, darker, noisy."""
    draw = numpy.random.default_rng(seed)
    far = page.shape[1] // 100
    leaning = imprimer.leaning(page, 0.7 if seed % 2 else -0.7)
    moved = numpy.array([[1, 0, draw.integers(-far, far + 1)], [0, 1, draw.integers(-far, far + 1)]], numpy.float32)
    shifted = cv2.warpAffine(leaning, moved, page.shape[::-1], borderValue=(255,))
    scale = (0.75, 1.2, 1.5)[seed % 3]
    other = cv2.resize(shifted, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return (other * draw.uniform(0.8, 0.95) + draw.normal(0, 8, other.shape)).clip(0, 255).astype(numpy.uint8)


def of(page: Picture) -> str:
    state = preparing.inspect(page)
    return imprint.of(state.flat, angle=state.angle)


def bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.fixture(scope="module")
def letters() -> list[Picture]:
    return [page for name in imprimer.NAMES for page in imprimer.pages(name, 100)]


def test_the_same_sheet_scanned_again_is_near(letters: list[Picture]) -> None:
    far = [
        (rank, found) for rank, page in enumerate(letters)
        if (found := bits(of(imprimer.clean(page, rank)), of(scanned_again(page, rank)))) > NEAR
    ]
    assert far == []


def test_other_letters_are_far(letters: list[Picture]) -> None:
    known = [of(page) for page in letters]
    assert min(bits(one, other) for one, other in combinations(known, 2)) > NEAR


def test_a_page_lying_on_its_side_is_known_once_it_is_upright(letters: list[Picture]) -> None:
    for turn, quarters in ((90, 1), (180, 2), (270, 3)):
        lying = numpy.ascontiguousarray(numpy.rot90(letters[0], quarters))
        assert bits(imprint.of(lying, turn=turn), imprint.of(letters[0])) < NEAR / 2


def test_a_letter_printed_and_scanned_looks_like_its_file() -> None:
    reader = Reader()
    [file] = reader.read(imprimer.pdf("place_creche")).pages
    [scan] = reader.read(imprimer.jpeg(imprimer.clean(imprimer.pages("place_creche")[0], 1))).pages
    assert file.source == "couche"
    assert scan.source == "ocr"
    assert bits(file.empreinte, scan.empreinte) <= NEAR
