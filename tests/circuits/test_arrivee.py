"""The circuit `arrivee`, walked along every path."""

from tests.circuits.walk import check


def test_every_path_leads_to_the_end() -> None:
    assert check("arrivee", bureau="urbanisme", nature="demande", sens="arrivee", echeance=None, urgent=False).states > 10
