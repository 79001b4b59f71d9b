"""The demo: installed once, walked through the real circuits, with work for each of its people and nothing left hanging."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import (
    collecte,
    corbeille,
    depot,
    envoi,
    habilitations,
    journal,
    organisation,
    rapports,
    recherche,
    relance,
    reponse,
)
from app.courrier.demandes.reception import REGISTRE
from app.courrier.tables import Annotation, Avertissement, Courrier, Demande, Depot, Envoi, LigneJournal, Registre, Reponse
from app.db import db, transaction
from app.demo import etat, maison
from app.demo.canaux import BOITE
from app.demo.installation import installer
from app.wiring import Parts
from engine import Incident, Task, Timer

# `make run` is on SQLite; the journey of a letter is shown on PostgreSQL elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LETTRES = 40
MAINTENANT = datetime(2026, 11, 17, 14, 30, tzinfo=UTC)


@pytest.fixture
def mairie(app: Flask) -> Iterator[Flask]:
    """The application with the demo in it, of fewer letters than it has."""
    with app.app_context():
        installer(app.extensions["vaguemestre"], now=MAINTENANT, avance=lambda _: None, nombre=LETTRES)
        yield app


def test_the_demo_stands_as_if_people_had_worked_there_for_weeks(mairie: Flask) -> None:
    parts: Parts = mairie.extensions["vaguemestre"]
    session = db.session()
    tous_les_etats(session)
    rien_ne_pend(session, parts)
    numeros_et_journal(session)
    chacun_a_du_travail(session)
    le_guichet_attend(session)
    assert list((parts.config.instance / "outbox").glob("*.eml"))


def tous_les_etats(session: Session) -> None:
    """Every state of a courrier and of a letter, every step, every decision, every kind of reminder."""
    courriers = session.scalars(select(Courrier)).all()
    assert {c.etat for c in courriers} == {"en_cours", "clos", "sans_suite"}
    assert {c.sens for c in courriers} == {"arrivee", "depart", "interne"}
    assert {c.circuit for c in courriers if c.instance_id} == {"arrivee", "depart", "interne", "information"}
    assert {c.confidentialite for c in courriers} == {"interne", "restreint", "personnel"}
    assert "urgente" in {c.priorite for c in courriers}
    assert set(session.scalars(select(Task.step).where(Task.closed_at.is_(None)))) == {
        "qualifier", "annoter", "rediger", "valider", "signer", "expedier", "viser", "corriger", "traiter", "lire",
    }
    assert set(session.scalars(select(Reponse.etat))) == {"projet", "a_signer", "signee", "envoyee"}
    assert {(notice.genre, notice.niveau) for notice in session.scalars(select(Avertissement))} >= {
        ("relance", "agent"), ("escalade", "chef"), ("escalade", "direction"), ("information", "agent"),
    }
    decisions = {journal.details(ligne).get("decision") for ligne in session.scalars(select(LigneJournal))}
    assert decisions >= {"traiter", "reorienter", "approuver", "renvoyer", "signer", "refuser", "viser"}
    assert session.scalar(select(func.count()).select_from(Annotation))


def rien_ne_pend(session: Session, parts: Parts) -> None:
    """What is open has a task or a timer, what was due has been done, nothing has failed."""
    tenus = Courrier.instance_id.in_(select(Task.instance_id).where(Task.closed_at.is_(None)))
    attendus = Courrier.instance_id.in_(select(Timer.instance_id))
    en_cours = select(Courrier).where(Courrier.etat == "en_cours")
    assert session.scalars(en_cours.where(Courrier.instance_id.is_not(None), ~tenus, ~attendus)).all() == []
    lettres = session.scalars(en_cours.where(Courrier.instance_id.is_(None))).all()
    assert [session.get_one(Courrier, lettre.repond_a or 0).etat for lettre in lettres] == ["en_cours"] * len(lettres)
    assert session.scalars(select(Incident)).all() == []
    assert session.scalars(select(Envoi).where(Envoi.etat == "echec")).all() == []
    assert reponse.a_composer(session, now=MAINTENANT) == []
    assert envoi.a_envoyer(session, now=MAINTENANT) == []
    assert relance.a_avertir(session, now=MAINTENANT) == []
    assert parts.engine.due(session, now=MAINTENANT) == []
    assert not recherche.a_indexer(session, limite=10)


def numeros_et_journal(session: Session) -> None:
    """The numbers have no gap; the journal is whole, and in the order of the hours."""
    for registre in session.scalars(select(Registre)):
        numeros = select(Courrier.numero).where(Courrier.registre == registre.cle, Courrier.annee == registre.annee)
        demandes = select(Demande.id) if registre.cle == REGISTRE else numeros
        assert sorted(session.scalars(demandes)) == list(range(1, registre.dernier + 1))
    assert journal.verifier(session) > 10 * LETTRES
    heures = session.scalars(select(LigneJournal.quand).order_by(LigneJournal.numero)).all()
    assert heures == sorted(heures)
    assert heures[-1] <= MAINTENANT


def chacun_a_du_travail(session: Session) -> None:
    """Those whom a visitor may become find something to do."""
    def compteurs(identifiant: str) -> Mapping[str, int]:
        return corbeille.compteurs(session, habilitations.moi(session, organisation.agent(session, identifiant)), now=MAINTENANT)

    assert compteurs("odile")["bureau"] >= 1
    assert [nom for nom in ("claire", "marc", "yanis", "sophie", "nadia") if compteurs(nom)["moi"] == 0] == []
    assert compteurs("helene")["parapheur"] >= 2
    nadia = habilitations.moi(session, organisation.agent(session, "nadia"))
    assert rapports.etablir(session, nadia, now=MAINTENANT).retard >= 3
    assert {identifiant for identifiant, *_ in maison.visiteurs()} <= {agent.identifiant for agent in organisation.tous(session)}


def le_guichet_attend(session: Session) -> None:
    """At the door: pictures nobody has read, letters to register, one to look at, the same file twice."""
    compte = depot.compter(session)
    assert compte["a_lire"] >= 3
    assert compte["a_enregistrer"] >= 1
    assert (compte["a_verifier"], compte["ecarte"]) == (1, 1)
    assert session.scalar(select(func.count()).where(Depot.doublon_de.is_not(None))) == 1
    # By every way in: the mailbox is paused, no server is called.
    attendent = session.scalars(select(Depot).where(Depot.etat == "a_enregistrer")).all()
    assert {"courriel", "formulaire", "guichet"} <= {d.canal for d in attendent}
    assert list(collecte.noms(session, [d.id for d in attendent]).values()) == [BOITE]
    assert [boite.etat for boite in collecte.liste(session)] == ["pause"]
    assert session.scalars(select(Demande.accuse)).all() == ["envoye"]


def test_it_leaves_a_database_that_has_people_alone(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            maison.installer(session, domaine="mairie.example", now=MAINTENANT)
        assert not etat.a_installer(db.session())
        with pytest.raises(etat.BaseOccupee):
            installer(app.extensions["vaguemestre"], now=MAINTENANT, avance=lambda _: None)


def test_one_that_was_cut_short_begins_again(app: Flask) -> None:
    class Coupure(Exception):
        pass

    def couper(mot: str) -> None:
        if "semaine du" in mot:
            raise Coupure

    with app.app_context():
        parts = app.extensions["vaguemestre"]
        with pytest.raises(Coupure):
            installer(parts, now=MAINTENANT, avance=couper, nombre=3)
        assert etat.a_installer(db.session())
        dits: list[str] = []
        installer(parts, now=MAINTENANT, avance=dits.append, nombre=3)
        assert "interrompue" in dits[0]
        assert not etat.a_installer(db.session())
        assert journal.verifier(db.session())
