"""The circuit `depart`, walked along every path."""

from tests.circuits.walk import check


def test_every_path_leads_to_the_end() -> None:
    assert check("depart", bureau="urbanisme", nature="demande", sens="depart", echeance=None, urgent=False).states > 10
