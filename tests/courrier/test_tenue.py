"""Closing the registers: chained, exactly once whoever closes and whoever registers, and nothing moves after without a line."""

import csv
import hashlib
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import consultation, deviations, etiquettes, habilitations, journal, registre, tenue
from app.courrier.errors import DejaFait, SaisieRefusee
from app.courrier.tables import Agent, Arrete, Correction, Courrier, Nature
from app.outside.vault import Vault
from tests.courrier.atelier import atelier

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
MARDI = LUNDI + timedelta(days=1)
JOUR = date(2026, 11, 16)
TITRE = tenue.Titre(organisme="Mairie", registre="Registre", debut=JOUR, fin=JOUR, par="Maud", quand=MARDI, journal=(3, "a" * 64))
FORGE = '{"rang":1}'
Mairie = dict[str, Agent]


def inscrire(session: Session, objet: str = "Bruit rue des Tilleuls", now: datetime = LUNDI, **more: object) -> Courrier:
    nature = session.scalars(select(Nature.id).where(Nature.cle == "courrier")).one()
    saisie = registre.Saisie(**{"sens": "arrivee", "canal": "papier", "objet": objet, "nature_id": nature, **more})
    return registre.enregistrer(session, saisie, par="bruno", now=now)


@pytest.fixture
def coffre(tmp_path: Path) -> Vault:
    return Vault((tmp_path / "coffre").as_uri())


def motifs(session: Session, coffre: Vault) -> list[str]:
    return [str(ecart.motif) for ecart in tenue.verifier(session, coffre).ecarts]


def test_days_are_closed_in_order_each_chained_to_the_one_before(session: Session, mairie: Mairie, coffre: Vault) -> None:
    for jour in range(3):
        inscrire(session, now=LUNDI + timedelta(days=jour))
        inscrire(session, now=LUNDI + timedelta(days=jour), sens="interne")
    session.flush()
    with pytest.raises(SaisieRefusee):
        tenue.arreter(session, "A", JOUR, par="bruno", now=LUNDI)
    premier, second = tenue.arreter(session, "A", JOUR + timedelta(days=1), par="bruno", now=LUNDI + timedelta(days=2))
    assert [(un.rang, un.jour, un.nombre, un.premier) for un in (premier, second)] == [
        (1, JOUR, 1, "A-2026-00001"), (2, JOUR + timedelta(days=1), 1, "A-2026-00002"),
    ]
    assert (premier.precedente, second.precedente) == (journal.ORIGINE, premier.empreinte)
    marques = [ligne.partition("\t")[0] for ligne in second.lignes.splitlines()]
    assert second.contenu == hashlib.sha256("".join(f"{marque}\n" for marque in marques).encode()).hexdigest()
    with pytest.raises(DejaFait):
        tenue.arreter(session, "A", JOUR, par="bruno", now=LUNDI + timedelta(days=3))
    session.commit()
    bilan = tenue.verifier(session, coffre)
    assert (bilan.arretes, bilan.inscriptions, bilan.ecarts) == (2, 2, ())
    assert [journal.details(ligne)["empreinte"] for ligne in journal.lire(session, "registre:A")] == [
        premier.empreinte, second.empreinte]


def test_a_closed_day_keeps_the_names_it_was_closed_with(session: Session, mairie: Mairie) -> None:
    ecrit = inscrire(session, correspondant=registre.Contact(nom="Simonet", prenom="Aude"))
    arrete = tenue.arreter(session, "A", JOUR, par="bruno", now=MARDI)[0]
    assert ecrit.correspondant_id
    nouveau = registre.Contact(nom="Simonet-Durand", prenom="Aude")
    registre.modifier(session, ecrit.correspondant_id, nouveau, par="bruno", now=MARDI)
    session.commit()
    lignes = tenue.lignes(session, "A", JOUR, JOUR, moi=None)
    assert [ligne.mots["correspondant"] for ligne in lignes] == ["Aude Simonet"]
    assert tenue.empreinte(lignes) == arrete.contenu


def test_a_correction_is_a_new_line_and_the_closing_still_holds(session: Session, mairie: Mairie, coffre: Vault) -> None:
    ecrit = inscrire(session)
    tenue.arreter(session, "A", JOUR, par="bruno", now=MARDI)
    session.commit()
    bruno = habilitations.moi(session, mairie["bruno"])
    voulu = deviations.inscrit(session, ecrit)
    deviations.rectifier(session, bruno, ecrit.id, replace(voulu, objet="Bruit de nuit"), raison="objet incomplet", now=MARDI)
    session.commit()
    assert motifs(session, coffre) == []
    [ligne] = tenue.lignes(session, "A", JOUR, JOUR, moi=None)
    assert ligne.mots["objet"] == "Bruit rue des Tilleuls"
    cahier = tenue.cahier(session, "A", JOUR, JOUR, moi=None)
    page = tenue.html(TITRE, cahier, tenue.du_jour(session, "A", JOUR), noms={"bruno": "Bruno Hamon"})
    assert "Rectifié le 17/11/2026 par Bruno Hamon (objet) : Bruit rue des Tilleuls → Bruit de nuit" in page


@pytest.mark.parametrize(("faute", "dit"), [
    (update(Courrier).values(objet="Autre chose"), "A-2026-00001 : « objet » n’est plus ce qui fut arrêté"),
    (update(Courrier).values(enregistre_le=LUNDI - timedelta(days=3)), "A-2026-00001 n’est plus au registre"),
    (update(Arrete).values(nombre=7), "ses colonnes ne disent pas"),
    (update(Arrete).values(lignes="0\t{}\n"), "la liste de ses lignes a été changée"),
    (update(Arrete).values(ligne=FORGE, empreinte=journal.sceller(journal.ORIGINE, FORGE)), "le journal ne le connaît pas"),
    (update(Arrete).values(fichier="b" * 64), "manque au coffre"),
])
def test_what_is_changed_behind_the_register_is_named(
    session: Session, mairie: Mairie, coffre: Vault, faute: object, dit: str
) -> None:  # fmt: skip
    inscrire(session)
    tenue.arreter(session, "A", JOUR, par="bruno", now=MARDI)
    session.commit()
    session.execute(faute)  # type: ignore[call-overload]
    session.commit()
    session.expire_all()
    assert any(dit in motif for motif in motifs(session, coffre))


def test_a_day_is_closed_once_while_clerks_still_register_in_it(database_url: str, mairie: Mairie, coffre: Vault) -> None:
    """Four slow clerks began before midnight; three clocks close the day: each number is in the closing, or was never given."""
    refuses, soir = [], datetime(2026, 11, 16, 22, 59, tzinfo=UTC)
    with atelier(database_url) as session:
        inscrire(session, now=soir)
        session.commit()

    def registrer() -> None:
        with atelier(database_url) as session:
            for _ in range(4):
                try:
                    inscrire(session, now=soir)
                    session.commit()
                except SaisieRefusee as refus:
                    session.rollback()
                    refuses.append(refus)

    def arreter() -> None:
        with atelier(database_url) as session:
            try:
                tenue.arreter(session, "A", JOUR, par="horloge", now=MARDI)
                session.commit()
            except DejaFait:
                session.rollback()

    fils = [threading.Thread(target=quoi) for quoi in (registrer, registrer, arreter, registrer, arreter, registrer, arreter)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    with atelier(database_url) as session:
        [fait] = session.scalars(select(Arrete))
        assert fait.nombre == 17 - len(refuses)
        assert motifs(session, coffre) == []


def test_a_letter_received_on_a_closed_day_is_told_and_stands_in_todays_register(session: Session, mairie: Mairie) -> None:
    inscrire(session)
    tenue.arreter(session, "A", JOUR, par="bruno", now=MARDI)
    tardif = inscrire(session, now=MARDI, recu_le=LUNDI)
    assert str(tenue.avis(session, tardif)).startswith("Le registre du 16/11/2026 est arrêté : ce courrier est inscrit à celui")
    assert tenue.avis(session, inscrire(session, now=MARDI)) == ""
    assert [ligne.courrier.id for ligne in tenue.lignes(session, "A", JOUR, JOUR, moi=None)] != [tardif.id]


def test_every_number_of_a_period_is_printed_and_what_is_closed_is_not_said(session: Session, mairie: Mairie) -> None:
    inscrire(session, correspondant=registre.Contact(nom="Caradec"))
    inscrire(session, "Affaire de famille", confidentialite="personnel", destinataires=("paul",))
    inscrire(session, now=LUNDI.replace(hour=23))  # Tuesday in Paris
    maud = habilitations.moi(session, mairie["maud"])
    lignes = tenue.lignes(session, "A", JOUR, JOUR, moi=maud)
    assert [(ligne.courrier.chrono, ligne.ouvert) for ligne in lignes] == [("A-2026-00001", True), ("A-2026-00002", False)]
    assert "Affaire" not in tenue.fichier(lignes)
    entier = tenue.lignes(session, "A", JOUR, JOUR, moi=None)
    assert tenue.empreinte(lignes) == tenue.empreinte(entier)
    page = tenue.html(TITRE, tenue.cahier(session, "A", JOUR, JOUR, moi=maud), None, noms={})
    assert "A-2026-00002</td><td colspan=\"7\"><em>Non communiqué." in page
    assert "Affaire" not in page
    assert len(tenue.lignes(session, "A", JOUR, JOUR + timedelta(days=1), moi=maud)) == 3


def test_a_day_lasts_until_the_next_midnight_also_when_the_clock_changes(session: Session, mairie: Mairie) -> None:
    bruno = habilitations.moi(session, mairie["bruno"])
    for jour, heure in ((date(2026, 3, 29), 22), (date(2026, 10, 25), 23)):
        fin = datetime(jour.year, jour.month, jour.day, heure, tzinfo=UTC)
        dernier, _suivant = inscrire(session, now=fin - timedelta(minutes=1)), inscrire(session, now=fin)
        lus = (
            [une.chrono for une in consultation.registre(session, bruno, "A", jour)],
            [un.chrono for un in etiquettes.du_jour(session, bruno, "A", jour)],
            [une.courrier.chrono for une in tenue.lignes(session, "A", jour, jour, moi=bruno)],
        )
        assert lus == ([dernier.chrono],) * 3


def test_a_letter_rewritten_leaves_the_first_subject_in_the_register(session: Session, mairie: Mairie) -> None:
    from app.courrier.reponse import depart

    parti = inscrire(session, "Premier objet", sens="interne")
    depart._reecrire(session, parti, "Second objet", "claire", MARDI)
    session.flush()
    [trace] = session.scalars(select(Correction).where(Correction.courrier_id == parti.id))
    assert (trace.ancien, trace.nouveau, trace.par) == ("Premier objet", "Second objet", "claire")


def test_a_closing_that_would_take_long_is_done_in_several(
    session: Session, mairie: Mairie, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("app.courrier.tenue.arretes.A_LA_FOIS", 2)
    for jour in range(3):
        inscrire(session, now=LUNDI + timedelta(days=jour))
    session.flush()
    fin, later = JOUR + timedelta(days=2), LUNDI + timedelta(days=3)
    rangs = [[fait.rang for fait in tenue.arreter(session, "A", fin, par="bruno", now=later)] for _ in range(2)]
    assert rangs == [[1, 2], [3]]


def test_a_long_period_is_counted_and_read_a_portion_at_a_time(session: Session, mairie: Mairie) -> None:
    """Whatever its length: the same lines in the same order as in one piece, across the end of a year, in a table as well."""
    veille = datetime(2025, 12, 31, 12, 0, tzinfo=UTC)
    for rang in range(7):
        secret = "personnel" if rang == 3 else ""
        inscrire(session, objet=f"=Objet {rang}", now=veille + timedelta(hours=8 * rang), confidentialite=secret)
    session.commit()
    debut, fin = date(2025, 12, 31), date(2026, 1, 2)
    entier = tenue.lignes(session, "A", debut, fin, moi=None)
    assert [ligne.courrier.chrono for ligne in entier] == [
        "A-2025-00001", "A-2025-00002", *(f"A-2026-0000{rang}" for rang in range(1, 6))]
    coupes = [tenue.de_portion(session, "A", debut, fin, une, moi=None)
              for une in tenue.portions(session, "A", debut, fin, taille=2)]  # fmt: skip
    assert [len(coupe) for coupe in coupes] == [2, 2, 2, 1]
    assert "".join(map(tenue.fichier, coupes)) == tenue.fichier(entier)
    jours = [(date(2025, 12, 31), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 1, 2), fin)]
    assert (tenue.nombre(session, "A", debut, fin), [*tenue.nombres(session, "A", jours)]) == (7, [2, 3, 2])
    assert tenue.a_arreter(session, "A", jusqua=fin) == [jour for jour, _ in jours]
    maud = habilitations.moi(session, mairie["maud"])
    tableau = b"".join(tenue.csv_de(session, "A", debut, fin, moi=maud, noms={})).decode("utf-8-sig")
    rangs = list(csv.reader(tableau.splitlines(), delimiter=";"))
    assert [rang[-1] for rang in rangs[1:]] == [ligne.empreinte for ligne in entier]
    assert {"'=Objet 0", "Non communiqué"} <= {cellule for rang in rangs for cellule in rang}
    assert "Objet 3" not in tableau


def test_a_long_day_is_printed_by_booklets_that_lead_to_its_digest(
    session: Session, mairie: Mairie, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("app.courrier.tenue.cahiers.CAHIER", 2)
    for rang in range(5):
        inscrire(session, objet=f"Objet {rang}")
    session.flush()
    [arrete] = tenue.arreter(session, "A", JOUR, par="bruno", now=MARDI)
    marques = [ligne.empreinte for ligne in tenue.lignes(session, "A", JOUR, JOUR, moi=None)]
    jusque = [hashlib.sha256("".join(f"{une}\n" for une in marques[:n]).encode()).hexdigest() for n in (2, 4, 5)]
    assert jusque[-1] == arrete.contenu
    lus = [tenue.cahier(session, "A", JOUR, JOUR, rang, moi=None) for rang in (1, 2, 3, 9)]
    assert [(lu.rang, lu.sur, lu.avant, len(lu.lignes)) for lu in lus] == [(1, 3, 0, 2), (2, 3, 2, 2), (3, 3, 4, 1), (3, 3, 4, 1)]
    assert [lu.empreinte for lu in lus[:3]] == jusque
    pages = [tenue.html(TITRE, lu, arrete, noms={}) for lu in lus[:3]]
    for page, marque, objet in zip(pages, jusque, ("Objet 0", "Objet 2", "Objet 4"), strict=True):
        assert marque in page
        assert objet in page
    assert "Objet 0" not in pages[1]
    assert "head -n 4 fichier" in pages[1]
    assert "cahier 2 sur 3" in pages[1]
    somme = tenue.sommaire(TITRE, arrete, noms={})
    assert all(marque in somme for marque in jusque)
    assert arrete.empreinte in somme
    assert "Objet" not in somme


def test_closings_are_read_again_a_period_at_a_time(session: Session, mairie: Mairie, coffre: Vault) -> None:
    for jour in range(3):
        inscrire(session, now=LUNDI + timedelta(days=jour))
    session.flush()
    premier, second, _dernier = tenue.arreter(session, "A", JOUR + timedelta(days=2), par="bruno", now=LUNDI + timedelta(days=3))
    session.commit()
    bilan = tenue.verifier(session, coffre, "A", debut=second.jour, fin=second.jour)
    assert (bilan.arretes, bilan.inscriptions, bilan.ecarts) == (1, 1, ())
    # What comes before is out of the period, but what it is chained to is looked at.
    session.execute(update(Arrete).where(Arrete.id == premier.id).values(empreinte="0" * 64))
    session.commit()
    session.expire_all()
    [ecart] = tenue.verifier(session, coffre, "A", debut=second.jour, fin=second.jour).ecarts
    assert (ecart.jour, str(ecart.motif)) == (JOUR + timedelta(days=1), "il n’est pas lié à l’arrêté d’avant")
