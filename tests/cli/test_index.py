"""The index, rebuilt from a terminal, by either of its names."""

import pytest
from flask import Flask


@pytest.mark.parametrize("words", [["index", "refaire"], ["reindex"]])
def test_the_index_is_made_again(town: Flask, words: list[str]) -> None:
    done = town.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    assert "0 courriers dans l’index" in done.output
