"""The bodies of the house kept by the administrator: opened with their bureaux, named, closed, never lost once they counted."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.courrier import delais, journal, registre
from app.courrier.errors import SaisieRefusee
from app.courrier.tables import Bureau, Courrier
from app.db import transaction
from app.travaux import utc
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, register, shown

HERE = "/administration/organismes"
YEAR = delais.jour(utc()).year
FOLLOW = {"follow_redirects": True}


def test_a_body_is_opened_with_its_bureaux_named_closed_and_kept(office: Flask) -> None:
    ines, claire = visitor(office, "ines"), visitor(office, "claire")
    with guichet.looking(office) as session:
        urbanisme = str(session.scalars(select(Bureau.id).where(Bureau.cle == "urbanisme")).one())
    refused = fine(ines.post(HERE, {"cle": "c", "nom": " "}), 422)
    assert shown(refused, "2 champs à corriger", "Donnez un sigle", "Écrivez le nom")
    page = ines.post(HERE, {"cle": "ccas", "nom": "CCAS de  Saint-Aubin", "bureaux": [urbanisme]}, **FOLLOW)
    assert shown(page, "CCAS de Saint-Aubin", f"CCAS-A-{YEAR}-…", "aucun donné", "Bureaux rattachés : Urbanisme")
    # What the bureau writes is proposed for it, what others write is not.
    assert 'value="CCAS" selected' in claire.get("/nouveau/depart").text
    assert 'value="CCAS" selected' not in visitor(office, "yanis").get("/nouveau/depart").text
    # Opened by mistake, it can be taken back; once a number was given, it is closed at most.
    ines.post(HERE, {"cle": "EPCI", "nom": "Erreur"})
    assert shown(ines.post(f"{HERE}/EPCI/suppression", **FOLLOW), "L’organisme est supprimé")
    number = register(office, organisme="CCAS")
    assert shown(ines.post(f"{HERE}/CCAS/suppression", **FOLLOW), "cet organisme peut être fermé, non supprimé")
    assert shown(ines.post(f"{HERE}/CCAS", {"nom": "Action sociale"}, **FOLLOW), "Action sociale", "Aucun bureau rattaché")
    assert shown(ines.post(f"{HERE}/CCAS/fermeture", **FOLLOW), "fermé le", f"CCAS-A-{YEAR}-00001")
    fine(ines.post(f"{HERE}/CCAS/fermeture"), 409)
    assert 'value="CCAS"' not in visitor(office, "odile").get("/accueil").text
    with pytest.raises(SaisieRefusee, match="Cet organisme est fermé"):
        register(office, organisme="CCAS")
    with pytest.raises(SaisieRefusee, match="Cet organisme est fermé"):
        register(office, organisme="CCAS", repond_a=register(office))
    with office.app_context(), transaction() as session:
        asked = session.get_one(Courrier, number)
        answer = registre.enregistrer(session, registre.Saisie(
            sens="depart", canal="papier", objet="Réponse", nature_id=asked.nature_id, correspondant=asked.correspondant_id,
            repond_a=number, organisme="CCAS",
        ), par="claire", now=utc())  # fmt: skip
        assert answer.chrono == f"CCAS-D-{YEAR}-00001"
    assert shown(ines.post(f"{HERE}/CCAS/reouverture", **FOLLOW), "L’organisme est rouvert")
    with guichet.looking(office) as session:
        said = [(line.acteur, line.acte) for line in journal.lire(session, "organisme:CCAS")]
        assert session.scalars(select(Courrier.chrono).where(Courrier.registre == "CCASA")).all() == [f"CCAS-A-{YEAR}-00001"]
    assert said == [("ines", acte) for acte in (
        "ouvrir-organisme", "rattacher-bureaux", "renommer-organisme", "rattacher-bureaux", "fermer-organisme",
        "rouvrir-organisme",
    )]  # fmt: skip
