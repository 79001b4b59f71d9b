"""Sheets of correspondants: their envelope, their keys, their groups; merged and brought back exactly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import correspondants, habilitations, journal, registre
from app.courrier.correspondants import Contact, Filtre, cles, doublons, fiches, fusion, groupes
from app.courrier.errors import GesteRefuse, SaisieRefusee
from app.courrier.tables import Agent, Changement, CleFiche, Correspondant, Courrier, Membre
from tests.courrier.lettres import arrivee

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
MARDI = LUNDI + timedelta(days=1)
CARADEC = Contact(
    civilite="Mme", prenom="Hélène", nom="Caradec", adresse="Bâtiment B\n4, venelle du Moulin", code_postal="35190",
    ville="Saint-Aubin-des-Prés", courriel="h.caradec@mel.example", telephone="02 99 00 00 07",
)
KIOSQUE = Contact(genre="organisme", organisme="Les Amis du kiosque", code_postal="35190", ville="Saint-Aubin-des-Prés")
Mairie = dict[str, Agent]


def creer(session: Session, contact: Contact, **options: Any) -> Correspondant:
    return correspondants.creer(session, contact, par="bruno", now=LUNDI, **options)


def bruno(session: Session, mairie: Mairie) -> habilitations.Moi:
    return habilitations.moi(session, mairie["bruno"])


@pytest.mark.parametrize(("siret", "juste"), [
    ("73282932000074", True), ("73282932000075", False), ("35600000000048", True), ("35600000009075", True),
    ("35600000009076", False), ("7328293200007", False), ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", False),
])
def test_a_siret_has_its_key_and_the_posts_its_own(siret: str, juste: bool) -> None:
    assert correspondants.siret_juste(siret) is juste


@pytest.mark.parametrize(("contact", "lignes"), [
    (CARADEC, ["Mme Hélène Caradec", "Bâtiment B", "4 VENELLE DU MOULIN", "35190 SAINT AUBIN DES PRES"]),
    (Contact(nom="Le Roux", prenom="Yves", organisme="Œuvre du Vœu", adresse="BP 12\n3 bis, rue de l’Église\nAppt 4",
             code_postal="72990", ville="La Flèche cedex"),
     ["Œuvre du Vœu", "Yves Le Roux", "Appt 4", "3 BIS RUE DE L EGLISE", "BP 12", "72990 LA FLECHE CEDEX"]),
    (Contact(nom="Aubry", adresse="Résidence des Prés\nRue Basse\nLe Bourg", code_postal="35190", ville="Ici"),
     ["Aubry", "Résidence des Prés", "RUE BASSE", "LE BOURG", "35190 ICI"]),
    (Contact(nom="Aubry", adresse="Le Bourg", code_postal="35190", ville="Ici"), ["Aubry", "LE BOURG", "35190 ICI"]),
    (Contact(nom="Keller", adresse="Münsterplatz 3\n2. Stock", code_postal="79098", ville="Freiburg", pays="Allemagne"),
     ["Keller", "Münsterplatz 3", "2. Stock", "79098 FREIBURG", "ALLEMAGNE"]),
])
def test_an_envelope_has_the_lines_of_the_norm(contact: Contact, lignes: list[str]) -> None:
    assert correspondants.enveloppe(contact) == lignes


def test_all_the_people_of_a_body_follow_its_name(session: Session, mairie: Mairie) -> None:
    maison = creer(session, KIOSQUE)
    gens = [{"nom": f"Aubry {rang}", "organisme": maison.organisme, "organisme_id": maison.id} for rang in range(201)]
    fiches.ajouter(session, gens, acte="importer", par="bruno", now=LUNDI)
    correspondants.modifier(session, maison.id, replace(KIOSQUE, organisme="Le Kiosque"), par="bruno", now=LUNDI)
    assert set(session.scalars(select(Correspondant.organisme))) == {"Le Kiosque"}


def test_what_a_machine_stumbles_over_is_said() -> None:
    long = Contact(nom="N" * 39, adresse="1 rue A\n2 rue B\n3 rue C\n4 rue D\n5 rue E", code_postal="35190", ville="Ici")
    assert [remarque[:9] for remarque in correspondants.remarques(long)] == ["La ligne ", "L’adresse"]
    assert correspondants.remarques(replace(CARADEC, ville="")) == ["Il manque le code postal ou la ville."]
    assert correspondants.remarques(CARADEC) == []


def test_the_people_of_a_body_follow_it(session: Session, mairie: Mairie) -> None:
    maison = creer(session, replace(KIOSQUE, adresse="1 mail des Tilleuls"))
    yves = creer(session, Contact(nom="Le Roux", prenom="Yves", fonction="trésorier"), employeur=maison.id)
    rose = creer(session, Contact(nom="Ferrand", adresse="2 rue Basse", ville="Ailleurs"), employeur=maison.id)
    assert (yves.organisme, yves.adresse, rose.adresse) == ("Les Amis du kiosque", "1 mail des Tilleuls", "2 rue Basse")
    change = replace(KIOSQUE, organisme="Les Amis du grand kiosque", adresse="3 mail des Tilleuls")
    correspondants.modifier(session, maison.id, change, par="bruno", now=MARDI)
    assert (yves.organisme, yves.adresse, rose.adresse) == ("Les Amis du grand kiosque", "3 mail des Tilleuls", "2 rue Basse")
    assert correspondants.chercher(session, "grand roux") == [yves]
    dernier = correspondants.historique(session, yves)[0]
    assert (dernier.acte, dernier.avant) == (
        "organisme", {"organisme": "Les Amis du kiosque", "adresse": "1 mail des Tilleuls"},
    )
    with pytest.raises(SaisieRefusee) as refus:
        creer(session, Contact(nom="X"), employeur=yves.id)
    assert list(refus.value.erreurs) == ["organisme_id"]


def test_a_change_is_kept_with_what_was_there_and_the_journal_names_the_fields_alone(session: Session, mairie: Mairie) -> None:
    helene = creer(session, CARADEC)
    correspondants.modifier(session, helene.id, replace(CARADEC, nom="Le Bihan", courriel=""), par="bruno", now=MARDI)
    dernier = correspondants.historique(session, helene)[0]
    assert (dernier.avant, dernier.apres) == (
        {"nom": "Caradec", "courriel": "h.caradec@mel.example"}, {"nom": "Le Bihan", "courriel": ""},
    )
    assert "aradec" not in "".join(ligne.ligne for ligne in journal.lire(session, correspondants.sujet(helene.id)))


def test_no_e_mail_goes_to_who_does_not_want_any(session: Session, mairie: Mairie) -> None:
    helene = creer(session, replace(CARADEC, opposition="courriel"))
    libre = creer(session, replace(CARADEC, courriel="autre@mel.example", opposition="limitation"))
    assert (correspondants.joignable(helene), correspondants.joignable(libre)) == ("", "autre@mel.example")
    assert list(correspondants.toutes(session, Filtre())) == [helene]


def test_groups_hold_sheets_and_are_given_up_without_them(session: Session, mairie: Mairie) -> None:
    helene, amis = creer(session, CARADEC), creer(session, KIOSQUE)
    asso, autre = (groupes.nomme(session, nom, par="bruno", now=LUNDI) for nom in ("Associations", "Élus"))
    assert groupes.nomme(session, "  associations ", par="bruno", now=LUNDI) == asso
    groupes.placer(session, helene.id, [asso.id, 999], par="bruno", now=LUNDI)
    groupes.placer(session, amis.id, [asso.id, autre.id], par="bruno", now=LUNDI)
    assert correspondants.feuilleter(session, Filtre(groupe=asso.id)) == ([helene, amis], 2)
    assert groupes.comptes(session)[asso.id] == 2
    assert groupes.noms(session, [amis.id]) == {amis.id: ["Associations", "Élus"]}
    with pytest.raises(SaisieRefusee):
        groupes.renommer(session, autre.id, "ASSOCIATIONS", par="bruno", now=LUNDI)
    groupes.supprimer(session, asso.id, par="bruno", now=LUNDI)
    assert (groupes.de(session, helene.id), groupes.de(session, amis.id)) == ([], [autre.id])


@pytest.mark.parametrize("variante", [
    replace(CARADEC, nom="CARADECK", courriel="", telephone="", adresse=""),
    replace(CARADEC, prenom="Caradec", nom="Helene", courriel="x@y.example", telephone=""),
    replace(CARADEC, courriel="H.Caradec@mel.example", telephone="", code_postal="", nom="Autre"),
    replace(CARADEC, courriel="", telephone="+33 (0)2.99.00.00.07", code_postal="", nom="Autre"),
    replace(CARADEC, prenom="H.", courriel="", telephone="", adresse="4 v. du moulin"),
])
def test_a_sheet_typed_twice_is_proposed(session: Session, mairie: Mairie, variante: Contact) -> None:
    premiere, seconde = creer(session, CARADEC), creer(session, variante)
    creer(session, replace(CARADEC, nom="Aubry", prenom="Jean", courriel="", telephone=""))
    trouvees, total = doublons.paires(session)
    assert [(p.premiere, p.seconde) for p in trouvees] == [(premiere, seconde)]
    assert total == 1
    assert trouvees[0].raisons
    doublons.distinguer(session, seconde.id, premiere.id, par="bruno", now=LUNDI)
    assert doublons.paires(session) == ([], 0)
    assert doublons.de(session, premiere.id) == []


def test_what_many_share_tells_nothing_and_a_body_is_not_its_people(session: Session, mairie: Mairie) -> None:
    maison = creer(session, replace(KIOSQUE, courriel="contact@kiosque.example"))
    creer(session, Contact(nom="Le Roux", courriel="contact@kiosque.example"), employeur=maison.id)
    for rang in range(doublons.BLOC + 1):
        creer(session, Contact(nom=f"Standard {rang}", telephone="02 99 11 11 11"))
    assert doublons.paires(session) == ([], 0)


def test_sheets_of_before_get_their_keys(session: Session, mairie: Mairie) -> None:
    session.add(Correspondant(nom="Ancien", courriel="vieux@mel.example"))
    session.flush()
    assert (cles.rattraper(session), cles.rattraper(session)) == (1, 0)
    assert "courriel:vieux@mel.example" in cles.partageant(session, ["courriel:vieux@mel.example"])


def etat(session: Session) -> dict[str, list[list[object]]]:
    """All that a merge may touch, as it is in the database."""
    session.flush()
    tables = (Correspondant.__table__, Membre.__table__, CleFiche.__table__)
    rangs = {table.name: [list(rang) for rang in session.execute(select(table).order_by(*table.primary_key))] for table in tables}
    courriers = select(Courrier.id, Courrier.correspondant_id).order_by(Courrier.id)
    return {**rangs, "courrier": [list(rang) for rang in session.execute(courriers)]}


MOTS = st.sampled_from(["", "Caradec", "Hélène", "3 rue Basse\nBP 4", "35190", "M."])
FICHE = st.builds(
    Contact, genre=st.sampled_from(correspondants.GENRES), nom=st.sampled_from(["Caradec", "Aubry"]), prenom=MOTS, organisme=MOTS,
    civilite=st.sampled_from(["", "Mme"]), adresse=MOTS, notes=MOTS, courriel=st.sampled_from(["", "a@b.example"]),
)
COTE = st.sampled_from(["gardee", "otee"])


@given(data=st.data(), une=FICHE, autre=FICHE, choix=st.fixed_dictionaries(dict.fromkeys(correspondants.CHAMPS, COTE)))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_merge_undone_restores_exactly_both(
    session: Session, mairie: Mairie, data: st.DataObject, une: Contact, autre: Contact, choix: dict[str, str]
) -> None:
    with session.begin_nested() as essai:
        gardee, otee = creer(session, une), creer(session, autre)
        creer(session, Contact(nom="Le Roux"), employeur=otee.id) if autre.genre == "organisme" else None
        for fiche in (gardee, otee):
            nombre = data.draw(st.integers(0, 2))
            siens = [groupes.nomme(session, f"Groupe {rang}", par="bruno", now=LUNDI).id for rang in range(nombre)]
            groupes.placer(session, fiche.id, siens, par="bruno", now=LUNDI)
            inscrire(session, fiche.id, nombre)
        avant = etat(session)
        faite = fusion.fusionner(session, gardee.id, otee.id, choix, par="bruno", now=MARDI)
        assert {rang[1] for rang in etat(session)["courrier"]} <= {gardee.id}
        fusion.defaire(session, bruno(session, mairie), faite.id, now=MARDI)
        assert etat(session) == avant
        essai.rollback()
    session.expunge_all()


def inscrire(session: Session, fiche_id: int, nombre: int) -> list[Courrier]:
    """Courriers of a correspondant, registered on the Monday."""
    from tests.courrier.test_registre import saisie

    return [registre.enregistrer(session, saisie(session, correspondant=fiche_id), par="bruno", now=LUNDI) for _ in range(nombre)]


def test_what_came_since_a_merge_stays_or_goes_as_named(session: Session, mairie: Mairie) -> None:
    gardee, otee = creer(session, CARADEC), creer(session, replace(CARADEC, prenom="", telephone="02 99 00 00 08"))
    venu = arrivee(session, now=LUNDI, contact=None)
    venu.correspondant_id = otee.id
    session.commit()
    faite = fusion.fusionner(session, gardee.id, otee.id, {"telephone": "otee"}, par="bruno", now=MARDI)
    # Chosen before the merge, registered after it: it goes to the sheet that was kept.
    from tests.courrier.test_registre import saisie

    reste, rendu = (
        registre.enregistrer(session, saisie(session, correspondant=otee.id), par="bruno", now=MARDI + timedelta(hours=1))
        for _ in range(2)
    )
    assert {venu.correspondant_id, reste.correspondant_id, rendu.correspondant_id} == {gardee.id}
    assert [s.correspondant for s in correspondants.trouver(session, Contact(telephone="0299000008"))] == [gardee]
    assert correspondants.chercher(session, "caradec") == [gardee]
    correspondants.modifier(session, gardee.id, replace(CARADEC, telephone="02 99 00 00 09"), par="bruno", now=MARDI)
    moi = bruno(session, mairie)
    assert fusion.venus_depuis(session, moi, [faite]) == {faite.id: [reste, rendu]}
    _, retour = fusion.defaire(session, moi, faite.id, rendre=[rendu.id, venu.id], now=MARDI)
    assert (venu.correspondant_id, reste.correspondant_id, rendu.correspondant_id) == (otee.id, gardee.id, otee.id)
    assert (list(retour.gardes), retour.restes, gardee.telephone) == (["telephone"], 1, "02 99 00 00 09")
    with pytest.raises(GesteRefuse):
        fusion.defaire(session, moi, faite.id, now=MARDI)


def test_merges_are_undone_from_the_last(session: Session, mairie: Mairie) -> None:
    une, deux, trois = (creer(session, replace(CARADEC, notes=str(rang))) for rang in range(3))
    premiere = fusion.fusionner(session, deux.id, une.id, {}, par="bruno", now=LUNDI)
    seconde = fusion.fusionner(session, trois.id, deux.id, {}, par="bruno", now=LUNDI)
    moi = bruno(session, mairie)
    for faux in (lambda: fusion.defaire(session, moi, premiere.id, now=MARDI),
                 lambda: fusion.fusionner(session, trois.id, deux.id, {}, par="bruno", now=MARDI),
                 lambda: fusion.fusionner(session, trois.id, trois.id, {}, par="bruno", now=MARDI)):
        with pytest.raises(GesteRefuse):
            faux()
    assert correspondants.suivre(session, une.id) == trois
    fusion.defaire(session, moi, seconde.id, now=MARDI)
    fusion.defaire(session, moi, premiere.id, now=MARDI)
    assert [fiche.fusionne_vers for fiche in (une, deux, trois)] == [None] * 3
    assert session.scalars(select(Changement.acte).where(Changement.correspondant_id == trois.id)).all() == ["creer"]
