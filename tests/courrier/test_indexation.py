"""Who writes, what an e-mail says of itself, and texts that no rule expects."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.courrier.indexation import CHAMPS, proposer
from app.courrier.ports import PageLue
from tests.letters.grille import MAIRIE, NOUS, NOW, ODILE, centree, champs, message, page, valeurs


def test_the_sender_is_the_block_that_is_not_the_recipients() -> None:
    trouves = champs(page(*ODILE, *MAIRIE, (50, 300, "Monsieur le Maire,")))
    assert {champ: trouves[champ].valeur for champ in ("expediteur", "adresse", "code_postal", "ville")} == {
        "expediteur": "Odile FERRANDIER",
        "adresse": "14 chemin des Alouettes",
        "code_postal": "72990",
        "ville": "Saint-Aubin-des-Prés",
    }
    assert trouves["code_postal"].boite == pytest.approx((50 / 600, 66 / 800, 80 / 600, 76 / 800))
    assert trouves["ville"].extrait == "72990 Saint-Aubin-des-Prés"


def test_on_an_invoice_our_own_address_on_top_is_not_the_senders() -> None:
    notre = [(x - 270, y - 80, texte) for x, y, texte in MAIRIE]
    pied = (centree(740, "Menuiserie Baudouin et Fils"), centree(753, "ZA des Grands Champs – 72991 Vallon-le-Petit"))
    trouves = valeurs(page(*notre, (50, 200, "Facture n° F2026-0187"), *pied))
    assert trouves["expediteur"] == "Menuiserie Baudouin et Fils"
    assert trouves["adresse"] == "ZA des Grands Champs"
    assert (trouves["code_postal"], trouves["ville"]) == ("72991", "Vallon-le-Petit")
    assert trouves["objet"] == "Facture n° F2026-0187"
    assert trouves["reference"] == "F2026-0187"


def test_the_same_words_as_ours_are_a_sender_when_they_are_not_ours() -> None:
    autre = (
        (50, 40, "Mairie de Pont-Aubert"),
        (50, 53, "5 rue du Port"),
        (50, 66, "72993 Pont-Aubert"),
        (50, 79, "Tél. 02 43 99 88 00"),
    )
    assert valeurs(page(*autre, *MAIRIE))["expediteur"] == "Mairie de Pont-Aubert"


def test_a_hamlet_is_an_address() -> None:
    lue = page((50, 40, "LEGENDRE Marcel"), (50, 53, "La Petite Brosse"), (50, 66, "72990 Saint-Aubin-des-Prés"))
    assert valeurs(lue)["adresse"] == "La Petite Brosse"


def test_without_any_address_the_signature_names_the_sender() -> None:
    lue = page(
        (50, 500, "Veuillez agréer, Monsieur le Maire, mes salutations distinguées."),
        (320, 540, "Le président,"),
        (320, 553, "Alain Boisramé"),
    )
    assert champs(lue)["expediteur"].valeur == "Alain Boisramé"
    assert champs(lue)["expediteur"].confiance < 0.5


COURRIEL = {
    "from": "Awa Diarra <Awa.Diarra@courrier.example>",
    "subject": "RE: TR : demande de place à la crèche",
    "date": "Mon, 31 Aug 2026 23:30:00 +0000",
    "message-id": "<1@courrier.example>",
}


def test_an_email_speaks_by_its_headers() -> None:
    trouves = valeurs(message("Bonjour,\nje cherche une place.\n\nAwa Diarra\n06 52 00 73 18"), entetes=COURRIEL)
    assert trouves == {
        "expediteur": "Awa Diarra",
        "courriel": "awa.diarra@courrier.example",
        "objet": "demande de place à la crèche",
        "date_courrier": "2026-09-01",  # half past one in the morning in Paris
        "telephone": "06 52 00 73 18",
    }


def test_an_email_without_a_date_or_a_name_still_proposes_what_it_has() -> None:
    entetes = {"from": "awa@courrier.example", "date": "hier", "subject": ""}
    assert valeurs(message("Bonjour"), entetes=entetes) == {
        "courriel": "awa@courrier.example",
        "expediteur": "awa@courrier.example",
    }


def test_a_forward_by_ourselves_is_doubtful() -> None:
    trouves = champs(message("Bonjour"), entetes={"from": "Mairie <mairie@saint-aubin.example>", "subject": "TR: voirie"})
    assert trouves["expediteur"].confiance < 0.5


@pytest.mark.parametrize("pages", [(), (message(""),), (page(),), (page((0, 0, "")),), (page((5, 5, "€ № ﷽ İ ẞ")),)])
def test_nothing_is_proposed_from_nothing(pages: Sequence[PageLue]) -> None:
    assert proposer(pages, now=NOW) == ()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=80), max_size=12))
def test_no_text_is_strange_enough_to_fail(textes: list[str]) -> None:
    lignes = [(50.0, 40.0 + 13 * rang, " ".join(texte.split())) for rang, texte in enumerate(textes)]
    for lue in (page(*lignes), message("\n".join(textes))):
        for proposition in proposer([lue], now=NOW, nous=NOUS):
            assert proposition.valeur
            assert proposition.champ in CHAMPS


@pytest.mark.parametrize("texte", ["le 3 mai, " * 20_000, "a" * 200_000, "0" * 200_000, "du " * 60_000, "(" * 100_000])
def test_an_endless_line_comes_to_an_end(texte: str) -> None:
    assert isinstance(proposer([message(texte)], now=NOW), tuple)


def test_proposals_come_in_the_forms_order_with_page_and_extract() -> None:
    trouvees = proposer([page(*ODILE, (320, 100, "Pont-Aubert, le 4 mai 2026"), (50, 200, "Objet : voirie"))], now=NOW)
    rangs = [CHAMPS.index(p.champ) for p in trouvees]
    assert rangs == sorted(rangs)
    assert len(rangs) == 6
    assert all(p.page == 1 and 0 < p.confiance < 1 and p.boite and p.extrait and p.raison for p in trouvees)
