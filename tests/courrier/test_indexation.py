"""What a letter proposes for the form: the traps seen on real mail first, then the project's own letters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.courrier.indexation import CHAMPS, Proposition, proposer
from app.courrier.ports import Mot, PageLue

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NOUS = (
    "Mairie de Saint-Aubin-des-Prés",
    "1 place de la Fontaine",
    "72990 Saint-Aubin-des-Prés",
    "mairie@saint-aubin.example",
    "02 43 99 00 00",
)
# A page of 600 × 800 points, letters 6 points wide and 10 high.
LARGEUR, HAUTEUR, LETTRE, CORPS = 600.0, 800.0, 6.0, 10.0


def page(*lignes: tuple[float, float, str], numero: int = 1) -> PageLue:
    """A page typed on a grid: each line at x and y, in points."""
    mots: list[Mot] = []
    for x, y, texte in lignes:
        gauche = x
        for jeton in texte.split(" "):
            droite = gauche + LETTRE * len(jeton)
            mots.append((jeton, gauche / LARGEUR, y / HAUTEUR, droite / LARGEUR, (y + CORPS) / HAUTEUR, 95.0))
            gauche = droite + LETTRE
    texte = "\n".join(texte for _, _, texte in lignes)
    return PageLue(numero=numero, largeur=LARGEUR, hauteur=HAUTEUR, texte=texte, mots=mots, source="ocr", confiance=95.0)


def centree(y: float, texte: str) -> tuple[float, float, str]:
    return (LARGEUR - LETTRE * len(texte)) / 2, y, texte


def champs(*pages: PageLue, nous: Sequence[str] = NOUS, entetes: Mapping[str, str] | None = None) -> dict[str, Proposition]:
    return {p.champ: p for p in proposer(pages, now=NOW, nous=nous, entetes=entetes)}


def valeurs(*pages: PageLue, nous: Sequence[str] = NOUS, entetes: Mapping[str, str] | None = None) -> dict[str, str]:
    return {champ: p.valeur for champ, p in champs(*pages, nous=nous, entetes=entetes).items()}


def seule(texte: str, y: float = 100.0) -> dict[str, str]:
    return valeurs(page((50, y, texte)))


ODILE = ((50, 40, "Odile FERRANDIER"), (50, 53, "14 chemin des Alouettes"), (50, 66, "72990 Saint-Aubin-des-Prés"))
MAIRIE = (
    *((320, 120, "Monsieur le Maire"), (320, 133, "Mairie de Saint-Aubin-des-Prés")),
    *((320, 146, "1 place de la Fontaine"), (320, 159, "72990 Saint-Aubin-des-Prés")),
)


# --- dates


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


# --- objet


def test_an_objet_over_two_lines_is_whole() -> None:
    lue = page(
        (50, 200, "Objet : recours gracieux contre l’arrêté"), (50, 213, "du 3 septembre 2026"), (50, 239, "Monsieur le Maire,")
    )
    assert valeurs(lue)["objet"] == "recours gracieux contre l’arrêté du 3 septembre 2026"


def test_an_objet_goes_on_under_its_own_first_word() -> None:
    lue = page((50, 200, "Objet : Communication des analyses"), (98, 213, "Source du Gué"), (50, 252, "Monsieur le Maire,"))
    assert valeurs(lue)["objet"] == "Communication des analyses Source du Gué"


def test_a_label_midway_between_the_two_lines_of_its_objet() -> None:
    lue = page((50, 206, "Objet :"), (150, 200, "Demande d’autorisation de voirie"), (150, 213, "pour un échafaudage"))
    assert valeurs(lue)["objet"] == "Demande d’autorisation de voirie pour un échafaudage"


@pytest.mark.parametrize("suite", ["Monsieur le Maire,", "P.J. : deux photographies", "Madame, Monsieur,", "Réf. : 26-14"])
def test_an_objet_stops_where_something_else_begins(suite: str) -> None:
    lue = page((50, 200, "Objet : trous dans la chaussée de la route qui mène à La Petite Brosse et au moulin"), (50, 213, suite))
    assert valeurs(lue)["objet"].endswith("au moulin")


def test_an_objet_stops_at_a_blank_line() -> None:
    lue = page((50, 200, "Objet : place en crèche"), (50, 230, "je vous écris pour demander"), (50, 243, "une place en crèche."))
    assert valeurs(lue)["objet"] == "place en crèche"


def test_the_word_objet_within_a_sentence_is_no_heading() -> None:
    assert "objet" not in seule("Cette lettre a pour objet : de vous saluer", y=300)


# --- registered letters


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Lettre recommandée avec accusé de réception n° 1A 204 117 8830 5", "1A 204 117 8830 5"),
        ("LRAR n° 2C12345678901", "2C12345678901"),
        ("Recommandé RR 12 345 678 9 FR", "RR 12 345 678 9 FR"),
        ("Par lettre recommandée avec avis de réception", "LRAR"),
        ("L.R.A.R.", "LRAR"),
    ],
)
def test_a_registered_letter_says_so_on_a_line_of_its_own(texte: str, attendu: str) -> None:
    assert seule(texte)["recommande"] == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "Objet : accusé de réception de votre demande",
        "Accusé de réception de votre courriel",
        "J’accuse réception de votre lettre recommandée du 21 septembre",
        "Recommandations pour la cantine, à lire par les parents avant la réunion prévue en janvier",
    ],
)
def test_an_acknowledgement_is_not_a_registered_letter(texte: str) -> None:
    assert "recommande" not in seule(texte)


# --- telephone, e-mail


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Tél. : 06 39 98 41 07", "06 39 98 41 07"),
        ("07.00.55.08.09", "07 00 55 08 09"),
        ("Portable 0639984107", "06 39 98 41 07"),
        ("+33 6 39 98 41 07", "06 39 98 41 07"),
        ("+33 (0)2 43 99 12 60", "02 43 99 12 60"),
    ],
)
def test_telephones_are_read_as_they_are_written(texte: str, attendu: str) -> None:
    assert seule(texte)["telephone"] == attendu


@pytest.mark.parametrize(
    "texte",
    [
        "N° Commande 1510-20300/139",
        "SIRET : 452 392 731 00025",
        "Standard 02 43 99 00 00",
        "n° 0612.34.56.78",
        "IBAN FR76 3000 4000 0312",
    ],
)
def test_order_numbers_and_our_own_are_not_the_senders_telephone(texte: str) -> None:
    assert "telephone" not in seule(texte)


def test_a_fax_comes_after_a_telephone() -> None:
    lue = page((50, 40, "Télécopie : 02 41 99 70 16"), (50, 53, "Téléphone : 02 41 99 70 15"))
    assert valeurs(lue)["telephone"] == "02 41 99 70 15"


def test_the_mail_address_is_the_senders_not_ours() -> None:
    lue = page((50, 40, "Votre message à mairie@saint-aubin.example"), (50, 300, "Répondez à Awa.Diarra@courrier.example."))
    assert valeurs(lue)["courriel"] == "awa.diarra@courrier.example"


# --- sender


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


# --- references, delays


@pytest.mark.parametrize(
    ("texte", "champ", "attendu"),
    [
        ("N/Réf. : SUCC/2026/318-HV", "reference", "SUCC/2026/318-HV"),
        ("Nos réf, : AS-26-077", "reference", "AS-26-077"),
        ("Référence courrier : PJS/2019D/1234", "reference", "PJS/2019D/1234"),
        ("Références : CCDR/DG/26-411 Affaire suivie par : Y. Le Tellier", "reference", "CCDR/DG/26-411"),
        ("V/Réf : 2026-D-0345", "notre_reference", "2026-D-0345"),
        ("VIRéf : 2026-D-0345", "notre_reference", "2026-D-0345"),
        ("Vos références : PC 072 990 26 0058", "notre_reference", "PC 072 990 26 0058"),
        ("V/Réf 2026-D-0345", "notre_reference", "2026-D-0345"),
        ("Dossier n° 26/118", "reference", "26/118"),
    ],
)
def test_references_are_told_apart(texte: str, champ: str, attendu: str) -> None:
    trouves = seule(texte)
    assert trouves[champ] == attendu
    assert len({"reference", "notre_reference"} & set(trouves)) == 1


@pytest.mark.parametrize("texte", ["Références Désignation Quantité", "Réf. : voir ci-dessous", "une référence en la matière"])
def test_the_word_alone_is_no_reference(texte: str) -> None:
    assert "reference" not in seule(texte)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("Merci de nous répondre sous quinze jours.", "15 jours"),
        ("Je vous demande une réponse sous huitaine.", "8 jours"),
        ("Sans réponse dans un délai d’un mois, nous saisirons la commission.", "1 mois"),
        ("Merci de répondre dans un délai de 2 (deux) mois.", "2 mois"),
        ("Je vous prie de répondre avant le 1er décembre 2026.", "2026-12-01"),
        ("Merci de répondre au plus tard le vendredi 8 janvier.", "2027-01-08"),
        ("Nous souhaitons une réponse d’ici le 15/12/2026.", "2026-12-15"),
    ],
)
def test_the_time_asked_for_is_read(texte: str, attendu: str) -> None:
    assert seule(texte, y=400)["delai"] == attendu


def test_a_delay_cut_by_the_end_of_a_line_is_read() -> None:
    lue = page((50, 400, "Je vous serais reconnaissante de me répondre dans un délai de"), (50, 413, "deux mois, faute de quoi"))
    assert valeurs(lue)["delai"] == "2 mois"


@pytest.mark.parametrize(
    "texte",
    [
        "Vous disposez d’un recours dans un délai de deux mois.",
        "Tout paiement sous trente jours évite des pénalités.",
        "Les travaux dureront trois mois.",
    ],
)
def test_the_time_we_are_given_to_appeal_or_pay_is_not_asked_of_us(texte: str) -> None:
    assert "delai" not in seule(texte, y=400)


# --- e-mail


COURRIEL = {
    "from": "Awa Diarra <Awa.Diarra@courrier.example>",
    "subject": "RE: TR : demande de place à la crèche",
    "date": "Mon, 31 Aug 2026 23:30:00 +0000",
    "message-id": "<1@courrier.example>",
}


def message(texte: str) -> PageLue:
    return PageLue(numero=1, largeur=595.0, hauteur=842.0, texte=texte, mots=(), source="couche")


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


# --- whatever the page


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
