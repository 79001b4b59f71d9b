"""The circuit `information`, walked along every path."""

import pytest

from tests.circuits.walk import check


@pytest.mark.parametrize("bureaux", [["voirie"], ["voirie", "urbanisme"], ["voirie", "urbanisme", "finances"]])
def test_every_bureau_reads_it_whatever_the_order(bureaux: list[str]) -> None:
    told = check("information", bureaux=bureaux, bureau="direction-generale", nature="information", echeance=None, urgent=False)
    assert "lire" in told.steps
