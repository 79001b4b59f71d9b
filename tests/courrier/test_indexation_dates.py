"""The letter’s own date, among those it speaks of."""

import pytest

from tests.letters.grille import HAUTEUR, champs, page, seule, valeurs


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Pont-Aubert, le 12 octobre 2026", "2026-10-12"),
        ("Pont-Aubert, le 1er mars 2026", "2026-03-01"),
        ("Pont-Aubert, le ler mars 2026", "2026-03-01"),
        ("À Maison-Neuve, le 4juin 2026", "2026-06-04"),
        ("Le mer. 14 janvier 2026", "2026-01-14"),
        ("Le 19/10/2026", "2026-10-19"),
        ("Le 19.10.26", "2026-10-19"),
        ("Date : 2026-10-19", "2026-10-19"),
        ("Fait à Pont-Aubert, le 3 août 2026.", "2026-08-03"),
        ("Vallon, le 5 FÉVRIER 2026", "2026-02-05"),
        ("Vallon, le 7 sept. 2026", "2026-09-07"),
        ("Saint-Julien-du-Pré, le 7 mai 2026", "2026-05-07"),
    ],
)
def test_a_letter_is_dated_in_many_ways(texte: str, attendu: str) -> None:
    assert seule(texte)["date_courrier"] == attendu


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Pont-Aubert, le 4 novembre", "2026-11-04"),
        ("Pont-Aubert, le 15 décembre", "2025-12-15"),
        ("Pont-Aubert, le 22 novembre", "2026-11-22"),
        ("Pont-Aubert, le 29 février", "2024-02-29"),
    ],
)
def test_a_date_without_a_year_is_the_latest_not_to_come_and_says_so(texte: str, attendu: str) -> None:
    trouvee = champs(page((50, 100, texte)))["date_courrier"]
    assert trouvee.valeur == attendu
    assert "sans année" in trouvee.raison
    entiere = champs(page((50, 100, f"{texte} {attendu[:4]}")))["date_courrier"]
    assert trouvee.confiance < entiere.confiance


@pytest.mark.parametrize(
    "texte",
    [
        "Tél : 06.08.09.07.55",
        "06.08.09.07.55",
        "Le 31/02/2026",
        "Mon fils Issa, né le 22 mars 2026",
        "votre arrêté du 3 septembre 2026",
        "Échéance : 30/11/2026",
        "depuis le 12 octobre 2026",
        "N° Commande 1510-20300/139 + 1605-200300/97",
        "Je reprends mon travail le 4 janvier 2026 et je cherche une place",
    ],
)
def test_what_only_looks_like_the_letters_date_is_not_proposed(texte: str) -> None:
    assert "date_courrier" not in seule(texte, y=400)


def test_the_letters_date_wins_over_those_of_its_body() -> None:
    lue = page(
        (320, 100, "Clairmont, le 6 octobre 2026"),
        (50, 300, "J’accuse réception de votre demande du 21 septembre 2026, complétée le"),
        (50, 313, "30 septembre 2026 et qui sera examinée le 12 janvier 2027."),
    )
    assert valeurs(lue)["date_courrier"] == "2026-10-06"


def test_a_date_cut_by_the_end_of_its_line_is_whole() -> None:
    lue = page((320, 100, "Saint-Aubin-des-Prés, le 12 octobre"), (320, 113, "2025"))
    trouvee = champs(lue)["date_courrier"]
    assert trouvee.valeur == "2025-10-12"
    assert trouvee.boite is not None
    assert trouvee.boite[3] == pytest.approx(123 / HAUTEUR)
