"""How near two files are, and what is made of it: signatures, pages compared one by one, who sent what on which day."""

import random
from dataclasses import replace

import pytest

from app.courrier.doublons import signatures
from app.courrier.doublons.fonds import Page
from app.courrier.doublons.jugement import Emission, juger
from app.courrier.doublons.voisins import Voisin, ecart_des_pages
from app.courrier.tables import Piece
from tests.courrier.test_doublons import PETITION, VUE, abimee


def test_a_resemblance_is_the_share_of_common_shingles() -> None:
    mots = [f"mot{rang} suivi" for rang in range(400)]
    une = signatures.de_texte(" ".join(mots))
    for part in (0.9, 0.6, 0.3):
        communs, graine = int(len(mots) * part), random.Random(3)
        autres = mots[:communs] + ["".join(graine.choices("abcdefghij", k=9)) for _ in mots[communs:]]
        mienne, sienne = ({" ".join(m)[d : d + 5] for d in range(len(" ".join(m)) - 4)} for m in (mots, autres))
        exacte = len(mienne & sienne) / len(mienne | sienne)
        assert signatures.ressemblance(une, signatures.de_texte(" ".join(autres))) == pytest.approx(exacte, abs=0.13)
    assert signatures.de_texte("Trop court pour être reconnu.") == ""
    assert signatures.ressemblance(une, "") is None
    assert signatures.de_texte(PETITION.upper().replace(" ", "\n")) == signatures.de_texte(PETITION)


@pytest.mark.parametrize("bits", [0, 16, 31])
def test_pages_that_are_near_always_meet(bits: int) -> None:
    for graine in range(60):
        autre = abimee(VUE, bits, graine)
        assert set(signatures.cles_voisines(VUE)) & set(signatures.cles_de_la_page(autre))
        assert signatures.distance(VUE, autre) == bits


def test_pages_at_the_threshold_meet_nearly_always() -> None:
    meetings = [
        bool(set(signatures.cles_voisines(VUE)) & set(signatures.cles_de_la_page(abimee(VUE, signatures.PROCHES, graine))))
        for graine in range(500)
    ]
    assert sum(meetings) / len(meetings) > 0.98


def test_letters_of_several_pages_are_compared_page_by_page() -> None:
    une = Page(texte="un", empreinte=VUE, blanche=False)
    deux = Page(texte="deux", empreinte=abimee(VUE, 128), blanche=False)
    vide, sale = Page(texte="", empreinte="", blanche=True), Page(texte="", empreinte=abimee(VUE, 120, 5), blanche=False)
    encore = [replace(page, empreinte=abimee(page.empreinte, 20)) for page in (une, deux)]
    assert ecart_des_pages([une, deux], encore) == 20
    assert ecart_des_pages([une, vide, deux], encore) == 20
    assert ecart_des_pages([une, sale, deux], encore) == 20
    assert ecart_des_pages([une, deux], encore[::-1]) is None
    assert ecart_des_pages([une, deux], encore[:1]) is None
    assert ecart_des_pages([vide], [vide]) is None


def test_what_comes_by_e_mail_is_judged_by_what_it_is() -> None:
    """A paper that an e-mail brought is older than it; two e-mails are not of one day; what is attached to all tells nothing."""
    lucie = Emission(noms=frozenset({"lucie marchand"}))
    hier, ce_jour = (replace(lucie, jours=frozenset({jour})) for jour in ("2026-11-02", "2026-11-03"))
    papier, courriel = Piece(genre="original", mime="image/jpeg"), Piece(genre="original", mime="message/rfc822")
    jointe = Piece(genre="annexe", mime="application/pdf")
    for une, autre, verdict in (
        (papier, jointe, "texte"), (papier, courriel, "texte"), (courriel, courriel, "suite"), (jointe, jointe, "suite"),
        (papier, papier, "suite"),
    ):  # fmt: skip
        voisin = Voisin(mienne=une, sienne=autre, ressemblance=0.97, ecart=None)
        assert juger(voisin, ce_jour, hier) == verdict
        assert juger(voisin, ce_jour, Emission(noms=frozenset({"belhadj samir"}))) == "modele"
