"""The administrator's page of proposals: nothing at first, then what is right, what is mistaken for what, and the way back."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.orm import Session

from app.courrier import apprentissage
from app.courrier.apprentissage import Mesure, Modele
from app.courrier.apprentissage.modele import Discriminant
from app.courrier.tables import Confirmation, ModeleAppris
from tests.support.visitors import visitor
from tests.web import guichet
from tests.web.guichet import fine, plain, shown

MESURE = Mesure(exemples=240, classes=3, premier=0.75, trois=0.9, sures=0.5, justesse_sures=0.96, ecart=0.03)


def learn(session: Session, version: int, word: str) -> None:
    now = datetime.now(UTC)
    session.add(ModeleAppris(version=version, demande_le=now))
    session.flush()
    assert apprentissage.reserver(session, version, now=now)
    champ = Discriminant(classes=["recours", "scolaire"], biais=[0, 0], poids={word: [1, -1]}, temperature=1)
    modele = Modele(idf={word: 1.0}, champs={"nature": champ})
    apprentissage.appris(session, version, modele, {"nature": MESURE, "bureau": MESURE}, courriers=240, now=now)


def confirmed(session: Session, courrier: int, propose: str, choisi: str, rang: int) -> None:
    session.add(Confirmation(courrier_id=courrier, champ="nature", propose=propose, confiance=0.9, choisi=choisi, rang=rang,
                             quand=datetime.now(UTC)))  # fmt: skip


def test_the_page_says_what_was_right_and_leads_back(office: Flask) -> None:
    ines = visitor(office, "ines")
    empty = ines.get("/administration/propositions")
    assert shown(empty, "Rien n’est encore mesuré", "Rien n’est encore appris", "à partir de 200")
    courriers = [guichet.register(office, objet=f"Lettre {rang}") for rang in range(3)]
    guichet.write(office, lambda session: confirmed(session, courriers[0], "recours", "recours", 1))
    guichet.write(office, lambda session: confirmed(session, courriers[1], "scolaire", "recours", 2))
    guichet.write(office, lambda session: confirmed(session, courriers[2], "", "recours", 0))
    guichet.write(office, lambda session: learn(session, 1, "permis"))
    guichet.write(office, lambda session: learn(session, 2, "zut"))
    page = ines.get("/administration/propositions")
    assert shown(page, "Nature 3 2 50 % 100 %", "Recours gracieux 1 Enfance et écoles : 1", "75 % juste, 90 % dans les trois",
                 "coché d’avance : 50 %, juste à 96 %", "Revenir à cette version 1", "3 courriers")  # fmt: skip
    sent = fine(ines.post("/administration/propositions/versions/1"), 302)
    assert shown(ines.get(sent.location), "La version 1 propose à présent", "Mettre en service 2")
    fine(ines.post("/administration/propositions/versions/1"), 409)
    fine(ines.post("/administration/propositions/versions/7"), 302)
    assert shown(ines.get("/administration/propositions"), "La version 7 du modèle")

    def spoil(session: Session) -> None:
        session.get_one(ModeleAppris, 1).empreinte = "0" * 64

    guichet.write(office, spoil)
    assert shown(ines.get("/administration/propositions"), "Le modèle en service est abîmé")
    ines.post("/langue", {"lang": "en"})
    assert "Remettez" not in plain(ines.get("/administration/propositions"))
