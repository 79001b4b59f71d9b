"""Who is late is reminded, then the chef is told, then the direction: each once, whoever wakes the timers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import delais, journal, journey, organisation, relance
from app.courrier.tables import Agent, Avertissement, dues
from engine import Engine, Incident
from tests.courrier.marche import attendre, avertis, engine, faire, qui, recu, tache

__all__ = ["engine"]

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def apres(jours: int, minutes: int = 1) -> datetime:
    """Some jours ouvrés after Monday's act, and a minute."""
    return delais.plus_jours_ouvres(LUNDI, jours) + timedelta(minutes=minutes)


@pytest.fixture
def traite(session: Session, engine: Engine) -> None:
    """A courrier that the urbanisme is to annotate since Monday: reminder at 3 days, chef at 5, direction at 8."""
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")


@pytest.mark.usefixtures("traite")
def test_the_bureau_then_its_chef_then_the_direction_are_told_once(session: Session, engine: Engine) -> None:
    people = ("claire", "karim", "nadia", "helene", "paul", "maud")
    assert attendre(session, engine, now=LUNDI + timedelta(hours=1)) == 0
    assert attendre(session, engine, now=apres(3, -2)) == 0
    for jours, told in (
        (3, {"claire": 1, "karim": 1, "nadia": 1}), (5, {"claire": 1, "karim": 1, "nadia": 2}),
        (8, {"claire": 1, "karim": 1, "nadia": 2, "helene": 1}),
    ):
        assert attendre(session, engine, now=apres(jours)) == 1
        assert attendre(session, engine, now=apres(jours)) == 0
        assert {who: len(notices) for who, notices in avertis(session, *people).items() if notices} == told
    assert avertis(session, "claire", "nadia", "helene") == {
        "claire": ["relance agent"], "nadia": ["relance agent", "escalade chef"], "helene": ["escalade direction"],
    }
    assert attendre(session, engine, now=apres(60)) == 0


@pytest.mark.usefixtures("traite")
def test_a_clock_that_was_stopped_tells_all_that_is_due_once(session: Session, engine: Engine) -> None:
    assert attendre(session, engine, now=apres(30)) == 3
    assert avertis(session, "claire", "helene") == {"claire": ["relance agent"], "helene": ["escalade direction"]}
    noted = [(line.acteur, line.acte) for line in session.scalars(select(journal.LigneJournal)) if line.acteur == "horloge"]
    assert noted == [("horloge", "relance"), ("horloge", "escalade"), ("horloge", "escalade")]


@pytest.mark.usefixtures("traite")
def test_two_clocks_wake_a_timer_once(session: Session, engine: Engine) -> None:
    [timer] = engine.due(session, now=apres(3))
    assert journey.reveiller(session, engine, timer, now=apres(3)) is not None
    session.commit()
    assert journey.reveiller(session, engine, timer, now=apres(3)) is None
    assert avertis(session, "claire") == {"claire": ["relance agent"]}


def test_only_the_holder_is_reminded_and_nobody_once_it_is_done(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    journey.prendre(session, engine, qui(session, "claire"), tache(session, courrier, "annoter").id, now=LUNDI)
    session.commit()
    attendre(session, engine, now=apres(3))
    assert avertis(session, "claire", "karim") == {"claire": ["relance agent"], "karim": []}
    attendre(session, engine, now=apres(5))
    [notice] = [one for one in relance.non_lus(session, "nadia") if one.genre == "escalade"]
    assert notice.texte == "« Annoter » est en retard et attend Claire Aubry : Bruit du chantier (A-2026-00001)."
    faire(session, engine, "claire", courrier, "annoter", now=apres(6), suite="classer", note="")
    assert attendre(session, engine, now=apres(60)) == 0


def test_without_a_chef_the_next_above_is_told_and_without_any_the_direction(session: Session, engine: Engine) -> None:
    recu(session, engine, now=LUNDI, bureau="permis")
    recu(session, engine, now=LUNDI, bureau="services-techniques")
    attendre(session, engine, now=apres(1))
    assert avertis(session, "nadia", "helene") == {"nadia": ["relance agent"], "helene": ["relance agent"]}
    attendre(session, engine, now=apres(3))
    assert avertis(session, "nadia")["nadia"] == ["relance agent"]
    assert avertis(session, "helene")["helene"] == ["relance agent", "escalade direction", "escalade direction"]


@pytest.mark.parametrize("confidentialite", ["restreint", "personnel"])
def test_a_notice_says_nothing_of_what_is_kept_close(session: Session, engine: Engine, confidentialite: str) -> None:
    recu(session, engine, now=LUNDI, confidentialite=confidentialite, objet="Situation de Madame Roux")
    attendre(session, engine, now=apres(5))
    texts = session.scalars(select(Avertissement.texte)).all()
    assert len(texts) == 2
    assert all("courrier confidentiel (A-2026-00001)" in text for text in texts)
    assert not any("Roux" in text for text in texts)


def test_bureaux_are_told_of_what_comes_for_information(session: Session, engine: Engine) -> None:
    recu(session, engine, now=LUNDI, nature="information", circuit="information", copies=("etat-civil",))
    told = avertis(session, "claire", "karim", "nadia", "paul", "rose", "jules")
    assert told.pop("jules") == []
    assert list(told.values()) == [["information agent"]] * 5


@pytest.mark.usefixtures("traite")
def test_a_notice_is_sent_once_tried_again_and_given_up(session: Session, engine: Engine, mairie: dict[str, Agent]) -> None:
    mairie["karim"].courriel = ""
    session.commit()
    attendre(session, engine, now=apres(3))
    due = relance.a_avertir(session, now=apres(3))
    assert session.scalars(select(Avertissement.etat).where(Avertissement.agent == "karim")).one() == "affiche"
    assert len(due) == 2
    notice = relance.reserver(session, due[0], now=apres(3))
    assert notice is not None
    assert relance.reserver(session, due[0], now=apres(3)) is None
    assert relance.a_avertir(session, now=apres(3)) == due[1:]
    assert relance.a_avertir(session, now=apres(3, 7)) == due, "what a dead sender held is due again"
    for essai in range(1, dues.ESSAIS_MAX + 1):
        relance.echoue(session, due[0], "serveur muet", definitif=False, now=apres(3 + essai))
        assert notice.etat == ("echec" if essai == dues.ESSAIS_MAX else "a_envoyer")
        relance.reserver(session, due[0], now=apres(4 + essai))
    assert notice.essais == dues.ESSAIS_MAX
    relance.averti(session, due[1])
    session.commit()
    assert relance.a_avertir(session, now=apres(60)) == []
    relance.lire(session, "claire", now=apres(4))
    assert relance.non_lus(session, "claire") == []


def test_what_fails_in_the_database_says_nothing_of_the_letter(session: Session, engine: Engine) -> None:
    """An incident is read by those who set it right, who may not read the courrier."""
    courrier = recu(session, engine, now=LUNDI, objet="Situation de Madame Roux")
    taken = Avertissement(cle="x", agent="nadia", courrier_id=courrier.id, genre="relance", texte="", cree_le=LUNDI)
    session.add(taken)
    session.flush()
    taken.cle = f"relance:agent:relancer_qualifier:{tache(session, courrier, 'qualifier').id}:{apres(1).isoformat()}:nadia"
    session.commit()
    attendre(session, engine, now=apres(1))
    cause = session.scalars(select(Incident.cause)).one()
    assert "IntegrityError" in cause
    assert "Roux" not in cause
    assert "INSERT" not in cause


def test_what_one_who_left_should_do_is_told_to_those_who_remain(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    journey.prendre(session, engine, qui(session, "claire"), tache(session, courrier, "annoter").id, now=LUNDI)
    organisation.partir(session, "claire", par="alix", now=LUNDI)
    session.commit()
    session.expire_all()
    attendre(session, engine, now=apres(3))
    assert avertis(session, "claire", "karim") == {"claire": [], "karim": ["relance agent"]}
