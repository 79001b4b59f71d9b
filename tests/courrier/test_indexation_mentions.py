"""Objet, registered mail, telephone, e-mail, references, delays, and what only looks like them."""

import pytest

from tests.letters.grille import MAIRIE, NOUS, champs, page, seule, valeurs


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


def test_a_wrong_key_of_an_international_number_is_doubted() -> None:
    sure, doute = (champs(page((50, 100, f"Recommandé RR 12 345 678 {cle} FR")))["recommande"].confiance for cle in (5, 9))
    assert sure > 0.9 > 0.8 > doute
    assert seule("Lettre RAR N° 1A 155 667 8899 0") == {"recommande": "1A 155 667 8899 0"}


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


def test_a_third_partys_telephone_is_told_by_the_lines_round_it_not_round_one_that_begins_alike() -> None:
    lue = page((50, 320, "Le plombier"), (50, 360, "Vous pouvez me joindre le soir."), (50, 430, "Il pleut dans la cave."),
               (50, 500, "Le plombier de l’immeuble, au 02 43 99 17 20, n’est jamais venu réparer."))  # fmt: skip
    assert "telephone" not in valeurs(lue)


def test_a_fax_comes_after_a_telephone() -> None:
    lue = page((50, 40, "Télécopie : 02 41 99 70 16"), (50, 53, "Téléphone : 02 41 99 70 15"))
    assert valeurs(lue)["telephone"] == "02 41 99 70 15"


def test_a_provider_shared_with_us_hides_nobody() -> None:
    lue = page((50, 40, "à commune@orange.fr"), (50, 300, "awa@orange.fr"))
    assert valeurs(lue, nous=("commune@orange.fr",))["courriel"] == "awa@orange.fr"
    assert "courriel" not in valeurs(page((50, 40, "à commune@orange.fr")), nous=("commune@orange.fr",))


def test_the_mail_address_is_the_senders_not_ours() -> None:
    lue = page((50, 40, "Votre message à mairie@saint-aubin.example"), (50, 300, "Répondez à Awa.Diarra@courrier.example."))
    assert valeurs(lue)["courriel"] == "awa.diarra@courrier.example"


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
        ("Vous voudrez bien me répondre pour le 30 juin 2026 au plus tard.", "2026-06-30"),
        ("Si le paiement n’intervient pas sous huit jours, nous saisirons le juge.", "8 jours"),
        ("Merci de procéder à son paiement sous huitaine.", "8 jours"),
        ("Merci d’agir dans un délai d’un mois à compter de la réception de la présente.", "1 mois après réception"),
        ("Je vous prie d’intervenir sous 48 heures.", "48 heures"),
        ("Merci de répondre sous dix jours ouvrables.", "10 jours ouvrables"),
        ("Merci de me répondre dans les 3 semaines.", "3 semaines"),
        ("La loi vous laisse un mois, au-delà duquel nous saisirons la CADA.", "1 mois"),
    ],
)
def test_the_time_asked_for_is_read(texte: str, attendu: str) -> None:
    assert seule(texte, y=400)["delai"] == attendu


def test_a_day_without_its_year_is_the_next_one_for_who_wrote() -> None:
    lue = page((50, 100, "Vallon, le 20 avril 2026"), (50, 400, "Merci de me répondre avant le 15 mai."))
    assert valeurs(lue)["delai"] == "2026-05-15"


def test_a_title_above_the_greeting_stands_for_an_objet() -> None:
    tete = ((50, 40, "Odile FERRANDIER"), (50, 53, "14 chemin des Alouettes"), (50, 66, "72990 Saint-Aubin-des-Prés"))
    titre = champs(page(*tete, (50, 200, "Relance pour loyer impayé"), (50, 226, "Madame, Monsieur,")))["objet"]
    assert (titre.valeur, titre.confiance) == ("Relance pour loyer impayé", 0.55)
    for ligne in ("Lettre recommandée", "Vallon, le 20 avril 2026", "Réf. : 26-14", "P.J. : deux photographies"):
        assert "objet" not in valeurs(page(*tete, (50, 200, ligne), (50, 226, "Madame, Monsieur,"))), ligne


def test_without_a_subject_the_sentence_that_asks_is_offered_and_fills_nothing() -> None:
    corps = ("J’habite ici depuis dix ans. Je vous demande de", "bien vouloir curer le fossé. Merci.", "Salutations distinguées")
    lue = champs(page((50, 250, "Madame,"), *((50, 290 + 13 * rang, ligne) for rang, ligne in enumerate(corps))))["objet"]
    assert (lue.valeur, lue.confiance) == ("Je vous demande de bien vouloir curer le fossé", 0.3)
    assert "objet" not in valeurs(page((50, 250, "Madame,"), (50, 290, "Le chat dort. Salutations distinguées")))


def test_who_the_envelope_names_is_the_recipient() -> None:
    mairie = [(320, 133 + 13 * rang, ligne) for rang, ligne in enumerate(NOUS[:3])]
    assert valeurs(page((320, 120, "Mme Claire Montel"), *mairie))["destinataire"] == "Mme Claire Montel"
    assert valeurs(page((320, 120, "Monsieur le Maire"), *mairie))["destinataire"] == "Monsieur le Maire"
    compose = page((320, 120, "Mairie"), (320, 133, "Service scolaire – M. Lucas Martin"))
    assert valeurs(compose)["destinataire"] == "M. Lucas Martin"


def test_a_sender_told_in_one_line_of_the_foot() -> None:
    pied = valeurs(page((60, 770, "Amis du Lavoir – 3 rue Basse – 72990 Vallon-le-Petit – lavoir@asso.example")))
    assert (pied["expediteur"], pied["adresse"], pied["ville"]) == ("Amis du Lavoir", "3 rue Basse", "Vallon-le-Petit")


def test_a_foot_that_runs_on_over_its_lines_is_one_address() -> None:
    pied = (
        (40, 760, "Amis du Lavoir – harmonie fondée en 1887 – SIRET 732 829 320 00074 – 3 rue Basse – 72240 Domfront-en-"),
        (40, 773, "Champagne – Secrétariat : Mme Tabourier – lavoir@asso.example – 02 43 20 61 39"),
    )
    lues = valeurs(page((50, 300, "Bonjour,"), *pied))
    attendues = ("Amis du Lavoir", "3 rue Basse", "72240", "Domfront-en-Champagne", "lavoir@asso.example", "73282932000074")
    assert tuple(lues[champ] for champ in ("expediteur", "adresse", "code_postal", "ville", "courriel", "siret")) == attendues


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (("72650 La Bazoge", "5, allée des Tilleuls", "Monsieur Fabrice Quentel"),
         ("Fabrice Quentel", "5, allée des Tilleuls", "72650")),
        (("Odile Ferrandier, institutrice", "domicile : 31 route de Conlie", "72240 Conlie"),
         ("Odile Ferrandier", "31 route de Conlie", "72240")),
        (("Les Amis du Lavoir", "Le Clos, bâtiment B", "12 bis rue Basse", "B.P. 40017", "72603 Mamers cedex"),
         ("Les Amis du Lavoir", "12 bis rue Basse", "72603")),
        (("Frauenchor Oberweiler", "Am Kirchweg 4", "D-79410 Badenweiler"), ("Frauenchor Oberweiler", "Am Kirchweg 4", "79410")),
        (("MINISTÈRE DE LA FORÊT", "Direction départementale des bois", "19, boulevard Paixhans", "72042 LE MANS CEDEX 9"),
         ("Direction départementale des bois", "19, boulevard Paixhans", "72042")),
    ],
)  # fmt: skip
def test_a_sender_writes_their_lines_in_their_own_order(lignes: tuple[str, ...], attendu: tuple[str, str, str]) -> None:
    lues = valeurs(page(*((50, 40 + 13 * rang, ligne) for rang, ligne in enumerate(lignes)), *MAIRIE))
    assert (lues["expediteur"], lues["adresse"], lues["code_postal"]) == attendu


def test_what_else_a_field_may_be_comes_after_it_and_less_sure() -> None:
    tete = ((50, 40, "Amis du Lavoir"), (50, 53, "3 rue Basse"), (50, 66, "72240 Conlie"), (50, 79, "lavoir@asso.example"))
    fin = ((50, 400, "Écrivez à jean@courrier.example"), (50, 500, "Salutations distinguées."), (320, 540, "Alain Boisramé"))
    lues = champs(page(*tete, *MAIRIE, *fin))
    assert [un.valeur for un in lues["expediteur"].autres] == ["Alain Boisramé"]
    assert [un.valeur for un in lues["courriel"].autres] == ["jean@courrier.example"]
    for lue in (lues["expediteur"], lues["courriel"]):
        assert all(un.confiance < 0.5 < lue.confiance and un.boite for un in lue.autres)


def test_a_delay_cut_by_the_end_of_a_line_is_read() -> None:
    lue = page((50, 400, "Je vous serais reconnaissante de me répondre dans un délai de"), (50, 413, "deux mois, faute de quoi"))
    assert valeurs(lue)["delai"] == "2 mois"


@pytest.mark.parametrize(
    "texte",
    [
        "Vous disposez d’un recours dans un délai de deux mois.",
        "Tout paiement sous trente jours évite des pénalités.",
        "Paiement : sous 30 jours par virement.",
        "La fête est prévue pour le 30 juin 2026.",
        "Les travaux dureront trois mois.",
        "Je vous demande de tenir la convention, qui courait jusqu’au 31 août 2027.",
    ],
)
def test_the_time_we_are_given_to_appeal_or_pay_is_not_asked_of_us(texte: str) -> None:
    assert "delai" not in seule(texte, y=400)
