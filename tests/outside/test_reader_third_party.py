"""Letters that nobody here wrote, walked where they lie beside the checkout; they never come into it."""

from pathlib import Path

import pytest

from app.courrier.indexation import CHAMPS, proposer
from app.outside.reader import Reader
from tests.letters.grille import NOW

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "letters"
LETTERS = sorted(FOLDER.glob("*.pdf")) if FOLDER.is_dir() else []
# Read off the paper by eye, before the rules were tried on them.
DATED = {
    "mp_demande_place_creche": "2019-02-19",
    "mp_demande_subvention": "2018-11-23",
    "mp_etat_civil": "2019-03-13",
    "mp_facture": "2017-03-02",
    "mp_invitation": "2019-02-20",
    "mp_petition_square_carre": "2017-06-04",
    "mp_svr_route_chien_bruyant": "2019-02-15",
}


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_strangers_letter_is_read_and_its_date_found(path: Path) -> None:
    data = path.read_bytes()
    reading = Reader().read(data)
    assert all(page.texte and [mot[0] for mot in page.mots] == page.texte.split() for page in reading.pages)
    found = {proposition.champ: proposition for proposition in proposer(reading.pages, now=NOW)}
    assert set(found) <= set(CHAMPS)
    assert all(proposition.boite for proposition in found.values())
    if path.stem in DATED:
        assert found["date_courrier"].valeur == DATED[path.stem]
    assert Reader().render(data, page=1, largeur=300).startswith(b"\xff\xd8\xff")
