"""A letter folded in three, taken by a telephone under a hand: it is laid flat, its lines are drawn level, and it is read."""

import cv2
import numpy
import pytest
from numpy.typing import NDArray

from app.outside.reader import Reader, curl, sheet
from tests.letters import imprimer
from tests.outside.test_reader_ocr import boxes, error_rate

NAME = "place_creche"
Points = NDArray[numpy.float64]


def sag(across: Points, width: int, height: int) -> Points:
    """Dots by which the lines of the folded letter hang."""
    return 0.004 * height * numpy.sin(numpy.pi * (1.3 * across / width + 0.4))


def bent(page: imprimer.Picture) -> imprimer.Picture:
    height, width = page.shape
    across, down = numpy.meshgrid(numpy.arange(width, dtype=numpy.float64), numpy.arange(height, dtype=numpy.float64))
    hung = (down + sag(across, width, height)).astype(numpy.float32)
    return numpy.asarray(
        cv2.remap(page, across.astype(numpy.float32), hung, cv2.INTER_LINEAR, borderValue=(255,)), dtype=numpy.uint8
    )


def seen(height: int, width: int) -> Points:
    """The 3×3 matrix from the letter to the picture: the telephone was not held above it."""
    corner = numpy.array([[0, 0], [width, 0], [width, height], [0, height]], numpy.float32)
    askew = numpy.array([[0.02, 0.04], [0.97, 0.015], [0.92, 0.97], [0.06, 0.94]], numpy.float32)
    askew *= numpy.array([width, height], numpy.float32)
    return numpy.asarray(cv2.getPerspectiveTransform(corner, askew), dtype=numpy.float64)


def taken(page: imprimer.Picture) -> imprimer.Picture:
    """On a table hardly darker than the shadow that a hand casts over one corner and over the table."""
    height, width = page.shape
    view = cv2.warpPerspective(bent(page), seen(height, width), (width, height), borderValue=(110,))
    shadow = numpy.zeros((height, width), numpy.float32)
    cv2.ellipse(shadow, (width, round(height * 0.8)), (width // 2, height // 3), 20, 0, 360, (1.0,), -1)
    lit = view * (0.93 - 0.42 * cv2.GaussianBlur(shadow, (0, 0), 20))
    noise = numpy.random.default_rng(7).normal(0, 4, page.shape)
    return (lit + noise).clip(0, 255).astype(numpy.uint8)


def test_a_folded_letter_photographed_under_a_hand_is_read_and_its_words_are_found_on_the_picture() -> None:
    page = imprimer.pages(NAME)[0]
    height, width = page.shape
    reader = Reader()
    read = reader.read(imprimer.jpeg(taken(page))).pages[0]
    assert error_rate(read.texte, imprimer.text(NAME)) < 0.003
    straight = {text: (x, y) for text, x, y in boxes(reader.read(imprimer.pdf(NAME)).pages[0])}
    back = numpy.linalg.inv(seen(height, width))
    gaps = []
    for text, x, y in boxes(read):
        if text in straight:
            point = back @ numpy.array([x * width, y * height, 1.0])
            across, down = point[:2] / point[2]
            there = (across / width, (down + sag(across, width, height)) / height)
            gaps.append(float(numpy.abs(numpy.subtract(there, straight[text])).max()))
    assert len(gaps) > 30
    assert max(gaps) < 0.01


def test_the_edge_of_a_shadow_is_not_taken_for_the_edge_of_the_sheet() -> None:
    page = imprimer.pages(NAME)[0]
    height, width = page.shape
    corners = sheet.corners(taken(page))
    assert corners is not None
    letter = numpy.array([[[0, 0], [width, 0], [width, height], [0, height]]], numpy.float64)
    wanted = cv2.perspectiveTransform(letter, seen(height, width))
    assert numpy.abs(corners - wanted[0]).max() < 0.015 * height


def test_lines_that_hang_are_drawn_level_and_level_ones_are_left() -> None:
    page = imprimer.pages(NAME)[0]
    assert curl.found(page) is None
    hanging = curl.found(bent(page))
    assert hanging is not None
    level = curl.levelled(bent(page), hanging)
    assert curl.found(level) is None
    # What belongs at a place is found as far below it as the paper was bent.
    across, down = numpy.linspace(0.15, 0.85, 15) * page.shape[1], numpy.full(15, page.shape[0] * 0.4)
    depth = hanging.depth(across, down) + sag(across, page.shape[1], page.shape[0])
    assert float(depth.max() - depth.min()) < 0.0015 * page.shape[0]


def test_a_page_without_a_line_has_no_curl() -> None:
    assert curl.found(numpy.full((800, 600), 255, numpy.uint8)) is None


@pytest.mark.parametrize("shade", [40, 255])
def test_nothing_but_a_page_has_no_corners(shade: int) -> None:
    assert sheet.corners(numpy.full((800, 600), shade, numpy.uint8)) is None
