"""What the checker calls sound does end: every drawing that is accepted is walked at random, saved and restored."""

import pytest

from tests.engine.sketches import HERE
from tests.engine.sloppy import sloppy
from tests.walk.__main__ import Outcome, walk_file

NAMES = sorted(path.stem for path in HERE.glob("*.bpmn"))


def _end(outcome: Outcome) -> None:
    assert outcome.kind in ("completed", "refused"), outcome.reason
    assert outcome.kind == "completed" or outcome.reason


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_of_the_zoo_is_refused_or_walked_to_its_end(name: str) -> None:
    _end(walk_file((HERE / f"{name}.bpmn").read_bytes(), walks=20))


@pytest.mark.parametrize("seed", range(60))
def test_a_sloppy_drawing_is_refused_or_walked_to_its_end(seed: int) -> None:
    _end(walk_file(sloppy(seed), walks=3))
