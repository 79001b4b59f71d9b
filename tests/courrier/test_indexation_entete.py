"""Letterheads as they are set: lines that a narrow column cut, several offices, a hierarchy, what they do beside who they are."""

from dataclasses import replace

import pytest

from app.courrier.indexation.coupures import recollees
from app.courrier.indexation.lignes import Ligne
from app.courrier.indexation.lignes import lignes as lire
from tests.letters.grille import MAIRIE, champs, page, seule, valeurs


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        # Cut by a narrow column: after a word that calls for another, a bare number, a hyphen, in an aside.
        (("Amicale des pêcheurs du", "Haut-Vivier", "chez le trésorier, 7", "ruelle du Four, 72991 Vallon-le-", "Petit"),
         ("Amicale des pêcheurs du Haut-Vivier", "7 ruelle du Four", "Vallon-le-Petit")),
        (("Lucie Aubert-Petit", "18 avenue du Maréchal", "Foch", "72603 Mamers", "cedex"),
         ("Lucie Aubert-Petit", "18 avenue du Maréchal Foch", "Mamers cedex")),
        (("Foyer des Tilleuls", "(groupe Belle-Rive, 4 quai Neuf,", "49000 Angers)", "2 rue Basse", "72991 Vallon-le-Petit"),
         ("Foyer des Tilleuls", "2 rue Basse", "Vallon-le-Petit")),
        # What they do is not who they are; whose home it is stands before the place, a room belongs to it.
        (("ATELIER DU COIN | Encadrements", "salle Verdi, 3 rue Basse", "72991 Vallon-le-Petit"),
         ("ATELIER DU COIN", "salle Verdi, 3 rue Basse", "Vallon-le-Petit")),
        (("THÉÂTRE DU FIL – compagnie Morin", "Courrier : Lise Morin, Le Clos, 72991 Vallon-le-Petit"),
         ("THÉÂTRE DU FIL", "Le Clos", "Vallon-le-Petit")),
        # The lowest level of a public body writes; «11e bataillon» is no street.
        (("MINISTÈRE DES PONTS", "Direction régionale des bacs", "Unité départementale des gués", "5 rue Basse", "72000 Le Mans"),
         ("Unité départementale des gués", "5 rue Basse", "Le Mans")),
        (("MINISTÈRE DES PONTS", "11e régiment de pontonniers", "5 rue Basse", "72000 Le Mans"),
         ("11e régiment de pontonniers", "5 rue Basse", "Le Mans")),
        (("RÉPUBLIQUE FRANÇAISE", "Département de la Sarthe", "Mairie du Gué", "5 rue Basse", "72240 Le Gué"),
         ("Mairie du Gué", "5 rue Basse", "Le Gué")),
        (("Direction générale des bacs",
          "Direction départementale des gués", "Trésorerie du Gué", "5 rue Basse", "72240 Le Gué"),
         ("Trésorerie du Gué", "5 rue Basse", "Le Gué")),
        # A couple, and a hamlet above a road without a number.
        (("M. et Mme Jean et Odile Morin", "Les Basses-Noues", "route du Gué", "72240 Le Gué"),
         ("Jean et Odile Morin", "Les Basses-Noues, route du Gué", "Le Gué")),
        # Without first names it is no person's name.
        (("Mme ou M. Morin", "5 rue Basse", "72240 Le Gué"), ("Mme ou M. Morin", "5 rue Basse", "Le Gué")),
        # A reader of pictures puts a blank before a hyphen.
        (("Odile Ferrandier", "5 rue Basse", "72990 Saint -Aubin-des-Prés"),
         ("Odile Ferrandier", "5 rue Basse", "Saint-Aubin-des-Prés")),
        # No Canadian code has the letter O.
        (("Rose Thibault", "12, rang Nord, app. 3", "Saint-Casimir (Québec) GOA 3LO"),
         ("Rose Thibault", "12, rang Nord, app. 3", "Saint-Casimir")),
    ],
)  # fmt: skip
def test_a_head_is_read_as_it_is_meant(lignes: tuple[str, ...], attendu: tuple[str, str, str]) -> None:
    lues = valeurs(page(*((50, 40 + 13 * rang, ligne) for rang, ligne in enumerate(lignes)), *MAIRIE))
    assert (lues["expediteur"], lues["adresse"], lues["ville"]) == attendu


def test_of_two_offices_the_letter_comes_from_the_one_where_it_is_dated() -> None:
    tete = ((50, 40, "Cabinet Morin"), (50, 53, "Bureau du Mans : 8 rue Haute – 72000 Le Mans"),
            (50, 66, "Bureau de Mamers : 2 place Basse – 72600 Mamers"))  # fmt: skip
    assert valeurs(page(*tete, *MAIRIE, (320, 200, "À Mamers, le 3 juin 2026")))["adresse"] == "2 place Basse"
    assert valeurs(page(*tete, *MAIRIE, (320, 200, "Le Mans, le 3 juin 2026")))["adresse"] == "8 rue Haute"


def test_a_head_that_leans_is_one_block() -> None:
    droite = page((236, 40, "Chez Basile"), (60, 53, "siret 732 829 320 00074 – TVA non applicable, art. 293 B du CGI, net"),
                  (248, 66, "Le Clos"), (218, 79, "72991 Vallon-le-Petit"))  # fmt: skip
    penche = replace(droite, mots=[
        (mot, x0, y0 - 0.02 * x0, x1, y1 - 0.02 * x0, sure) for mot, x0, y0, x1, y1, sure in droite.mots
    ])  # fmt: skip
    assert valeurs(penche)["expediteur"] == valeurs(droite)["expediteur"] == "Chez Basile"


def test_a_name_alone_at_the_end_signs() -> None:
    corps = (50, 300, "il y a des gravats au bout du chemin, merci de les enlever")
    assert valeurs(page(corps, (330, 330, "Sarah Petit")))["expediteur"] == "Sarah Petit"
    signee = page((50, 300, "Salutations distinguées."), (330, 330, "La trésorière, Sarah Petit"))
    assert valeurs(signee)["expediteur"] == "Sarah Petit"
    assert "expediteur" not in valeurs(page(corps, (50, 343, "Bonnes vacances")))


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (("Mesdames et Messieurs les maires du canton", "(liste B)"), "Mesdames et Messieurs les maires du canton"),
        (("Mme Claire Montel", "accueil mairie Saint-Aubin"), "Mme Claire Montel"),
        (("Madame la Maire de Saint-Aubin-", "des-Prés", "1 place de la Fontaine"), "Madame la Maire de Saint-Aubin-des-Prés"),
        (("Madame le Maire de Saint-Aubin-des-Prés",), "Madame le Maire de Saint-Aubin-des-Prés"),
        (("M. Paul Rigaud, conseiller", "municipal délégué", "mairie de Saint-Aubin"),
         "M. Paul Rigaud, conseiller municipal délégué"),
        (("Mme Agnès Petit", "72990", "Mairie de Saint-Aubin-des-Prés"), "Mme Agnès Petit"),
    ],
)
def test_an_envelope_names_us_in_many_ways(lignes: tuple[str, ...], attendu: str) -> None:
    assert valeurs(page(*((320, 120 + 13 * rang, ligne) for rang, ligne in enumerate(lignes))))["destinataire"] == attendu


def test_a_page_of_lines_that_all_go_on_is_not_put_together_without_end() -> None:
    toutes = [Ligne(page=1, texte="au bord de l’étang du-", mots=(), forme=1.4)] * 400
    assert max(len(ligne.texte) for ligne in recollees(toutes)) <= 240
    # Nor is a word that fills the page taken for a line.
    assert max(len(ligne.texte) for ligne in lire([page((50, 50, "a" * 100_000))])) <= 1000


def test_what_follows_a_number_or_a_subject_is_not_part_of_it() -> None:
    assert seule("Nos réf. : 26.118 — Morin c/ commune")["reference"] == "26.118"
    autres = champs(page((50, 200, "Nos réf. : 26.118 — Morin c/ commune")))["reference"].autres
    assert [autre.valeur for autre in autres] == ["26.118 — Morin c/ commune"]
    assert seule("Dossier : A 2026 00118")["reference"] == "A 2026 00118"
    assert seule("N° 1204/2 BP MAMERS")["reference"] == "1204/2 BP MAMERS"
    assert seule("Votre courrier D-2026-000318 du 29 octobre")["notre_reference"] == "D-2026-000318"
    lue = page((50, 200, "Objet : banc cassé"), (50, 213, "bonjour, le banc du square est cassé depuis un mois"))
    assert valeurs(lue)["objet"] == "banc cassé"
