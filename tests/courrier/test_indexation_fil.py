"""Whom a letter is for, which courrier of ours it answers, its SIRET, its urgency; and what only looks like them."""

import re

import pytest

from tests.house.sources import ROOT
from tests.letters.grille import MAIRIE, ODILE, champs, page, seule, valeurs


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("À l’attention de Mme Claire Montel", "Mme Claire Montel"),
        ("A l'attention du service urbanisme", "service urbanisme"),
        ("À l’att. de M. Roche, état civil", "M. Roche"),
        ("Attn : Service scolaire", "Service scolaire"),
    ],
)
def test_the_person_or_bureau_named_is_the_recipient(texte: str, attendu: str) -> None:
    assert seule(texte)["destinataire"] == attendu


def test_a_service_in_the_address_is_the_recipient_with_its_place() -> None:
    lue = champs(page(*ODILE, (320, 107, "Service des finances"), *MAIRIE))["destinataire"]
    assert (lue.valeur, lue.page) == ("Service des finances", 1)
    assert lue.boite == pytest.approx((320 / 600, 107 / 800, 440 / 600, 117 / 800))


@pytest.mark.parametrize(
    "ligne",
    [
        (50, 100, "Service : Pôle jeunesse et sport"),
        (50, 40, "Service clientèle"),
        (320, 500, "Service des finances"),
        (320, 120, "Madame le Maire"),
        (50, 300, "Je demande l’attention de vos services sur ce point."),
    ],
)
def test_the_senders_own_service_is_not_the_recipient(ligne: tuple[float, float, str]) -> None:
    assert "destinataire" not in valeurs(page(ligne))


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("V/Réf. : D-2026-00012", "D-2026-00012"),
        ("Suite à votre courrier A-2026-00345 du 3 mai", "A-2026-00345"),
        ("En réponse à votre lettre n° D – 2026 – 00012.", "D-2026-00012"),
    ],
)
def test_an_answer_quotes_our_number(texte: str, attendu: str) -> None:
    assert seule(texte)["chrono"] == attendu


@pytest.mark.parametrize(
    "texte", ["Permis PA-2026-00012", "D-2026-00012-3", "FACT1-D-2026-00012", "A-1926-00012", "D-2026-12", "D-2026-00012/B"]
)
def test_numbers_that_go_on_are_someone_elses(texte: str) -> None:
    assert "chrono" not in seule(texte)


def test_the_number_of_another_body_of_the_house_is_ours_where_none_is_surer() -> None:
    assert seule("Votre courrier CCAS-D-2026-00012")["chrono"] == "CCAS-D-2026-00012"
    lue = page((50, 100, "Vos références : FA-D-2026-00077"), (50, 130, "Pour mémoire D-2026-00012"))
    assert valeurs(lue)["chrono"] == "D-2026-00012"


def test_of_two_numbers_the_one_given_as_a_reference_is_the_thread() -> None:
    lue = page((50, 100, "Pour mémoire D-2025-00001"), (50, 130, "Vos références : D-2026-00077"))
    assert valeurs(lue)["chrono"] == "D-2026-00077"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("SIRET : 732 829 320 00074", "73282932000074"), ("Siret 35600000000048", "35600000000048"),
        ("73282932000074", "73282932000074"),
    ],
)
def test_a_siret_is_known_by_its_key(texte: str, attendu: str) -> None:
    assert seule(texte)["siret"] == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "Code 732 829 320 00075", "SIRET client : 732 829 320 00074", "SIREN 732 829 320", "n° 1573282932000074",
        "732829320000741",
    ],
)
def test_what_has_not_the_key_or_is_ours_is_no_siret_of_the_sender(texte: str) -> None:
    assert "siret" not in seule(texte)


def test_a_siret_misread_is_only_to_be_read_again() -> None:
    lu = champs(page((50, 100, "SIRET : 732 829 320 00075")))["siret"]
    assert (lu.valeur, lu.raison) == ("73282932000075", "numéro SIRET dont un chiffre est à relire")
    assert lu.confiance < 0.5, "it fills no field"


@pytest.mark.parametrize(
    ("texte", "sure"),
    [
        ("Nous vous mettons en demeure de réparer le mur.", True),
        ("MISE EN DEMEURE", True),
        ("Le mur menace : il y a danger imminent pour les passants.", True),
        ("Il est urgent d’agir.", False),
        ("Je vous rappelle l’urgence de notre situation.", False),
    ],
)
def test_a_letter_that_cannot_wait_says_why(texte: str, sure: bool) -> None:
    lue = champs(page((50, 300, texte)))["priorite"]
    assert lue.valeur == "urgente"
    assert (lue.confiance >= 0.8) is sure


@pytest.mark.parametrize(
    "texte",
    [
        "Pénalités dues sans mise en demeure préalable.",
        "Les intérêts courent sans qu’une mise en demeure soit nécessaire.",
        "Rien d’autre : ce n’est pas urgent.",
        "Il a été conduit au service des urgences.",
        "En cas d’urgence, composez le 15.",
        "Notre numéro d’urgence a changé.",
        "Nous cherchons un hébergement d’urgence.",
        "Réponse sans urgence.",
    ],
)
def test_conditions_services_and_denials_are_not_urgent(texte: str) -> None:
    assert "priorite" not in valeurs(page((50, 300, texte)))


def test_every_reason_is_known_to_the_catalogue() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "app/courrier/indexation").glob("*.py"))
    said = set(re.findall(r'"((?:[a-zà-ÿ]|en-)+[ -][^"\\\[(|]*[a-zà-ÿ»])"', code)) - {"reply-to"}
    english = (ROOT / "app/translations/en/LC_MESSAGES/messages.po").read_text("utf-8")
    assert len(said) > 20
    assert [reason for reason in sorted(said) if f'msgid "{reason}"' not in english] == []
