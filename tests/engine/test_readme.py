"""The example in the engine's README works as it is written."""

import doctest
from pathlib import Path


def test_the_example_works() -> None:
    path = Path(__file__).parents[2] / "engine/README.md"
    result = doctest.testfile(str(path), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE, encoding="utf-8")
    assert result.attempted > 5
    assert result.failed == 0
