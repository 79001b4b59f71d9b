"""What service tasks do to a courrier: given to a bureau, closed, stopped and started again, sent."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import horloge, journal, reponse, services
from app.courrier.errors import Introuvable, SaisieRefusee
from app.courrier.tables import Acces, Agent, Courrier, Envoi, JourFerme
from engine import Call, Instance
from tests.courrier.lettres import arrivee, decrire_bureaux, rediger

LUNDI = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def courrier(session: Session, mairie: dict[str, Agent]) -> Courrier:
    decrire_bureaux(session)
    return arrivee(session, now=LUNDI)


def appeler(session: Session, courrier: Courrier, topic: str, *, now: datetime = LUNDI, **data: object) -> object:
    """As the engine calls a service."""
    call = Call(session=session, instance=Instance(), subject=f"courrier:{courrier.id}", step="s", name="S", inputs=data,
                data=data, now=now, by="claire")  # fmt: skip
    result = services.SERVICES[topic](call)
    session.commit()
    return result


def test_another_bureau_takes_the_courrier_with_its_rights(session: Session, courrier: Courrier) -> None:
    assert appeler(session, courrier, "courrier.affecter", bureau="etat-civil") == {"bureau": "etat-civil"}
    groups = set(session.scalars(select(Acces.groupe).where(Acces.courrier_id == courrier.id)))
    assert {"etat-civil", "etat-civil.chef"} <= groups
    assert "urbanisme" not in groups
    for wrong in ("lune", ""):
        with pytest.raises(SaisieRefusee, match="n’existe pas"):
            appeler(session, courrier, "courrier.affecter", bureau=wrong)
        session.rollback()


@pytest.mark.parametrize(("topic", "data", "etat"), [
    ("courrier.clore", {}, "clos"), ("courrier.clore", {"decision": "signer"}, "clos"), ("courrier.classer", {}, "sans_suite"),
    ("courrier.clore", {"decision": "classer"}, "sans_suite"), ("courrier.clore", {"suite": "classer"}, "sans_suite"),
])  # fmt: skip
def test_a_courrier_is_closed_once(session: Session, courrier: Courrier, topic: str, data: dict[str, str], etat: str) -> None:
    appeler(session, courrier, topic, **data)
    appeler(session, courrier, "courrier.clore", now=datetime(2026, 12, 1, tzinfo=UTC))
    assert (courrier.etat, courrier.clos_le) == (etat, LUNDI)
    assert [line.acte for line in journal.lire(session, f"courrier:{courrier.id}")].count("clore") == 1


def test_an_echeance_stands_still_and_moves_on(session: Session, courrier: Courrier) -> None:
    assert courrier.echeance == date(2026, 12, 4)
    appeler(session, courrier, "delai.reprendre")
    assert courrier.echeance == date(2026, 12, 4)
    appeler(session, courrier, "delai.suspendre", motif="pièces demandées")
    appeler(session, courrier, "delai.suspendre", now=datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    assert (horloge.lire(session, courrier).suspendue_le, courrier.echeance) == (LUNDI.date(), None)
    # Closed by the town hall meanwhile: nobody waited for anything on that day, nor does the new échéance count it.
    session.add(JourFerme(jour=date(2026, 11, 20), motif="pont"))
    appeler(session, courrier, "delai.reprendre", now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert courrier.echeance == date(2026, 12, 11)
    appeler(session, courrier, "courrier.clore", now=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert [(one.geste, one.par, one.motif) for one in horloge.lignes(session, courrier)] == [
        ("debut", "bruno", ""), ("suspension", "claire", "pièces demandées"), ("reprise", "claire", ""), ("fin", "claire", ""),
    ]
    acts = [line.acte for line in journal.lire(session, f"courrier:{courrier.id}")]
    assert (acts.count("suspendre"), acts.count("reprendre")) == (1, 1)


def test_a_letter_gets_its_number_once_and_is_sent_as_was_chosen(session: Session, courrier: Courrier) -> None:
    with pytest.raises(Introuvable, match="réponse"):
        appeler(session, courrier, "courrier.preparer_reponse")
    session.rollback()
    rediger(session, courrier, now=LUNDI)
    assert appeler(session, courrier, "courrier.preparer_reponse") == {"depart": "D-2026-00001"}
    assert appeler(session, courrier, "courrier.preparer_reponse") == {"depart": "D-2026-00001"}
    projet = reponse.de(session, courrier)
    assert projet.etat == "a_composer"
    with pytest.raises(SaisieRefusee, match="pas encore signée"):
        appeler(session, courrier, "courrier.expedier", canal="remise", preuve="au guichet")
    session.rollback()
    projet.etat = "signee"
    session.commit()
    appeler(session, courrier, "courrier.expedier", canal="remise", preuve="au guichet")
    sent = session.scalars(select(Envoi).where(Envoi.genre == "reponse")).one()
    assert (sent.canal, sent.etat, sent.preuve) == ("remise", "remis", "au guichet")


def test_who_wrote_is_told_it_came_unless_the_nature_needs_none(session: Session, courrier: Courrier) -> None:
    reponse.semer(session)
    appeler(session, courrier, "courrier.accuser_reception")
    dispatch = session.scalars(select(Envoi)).one()
    assert (dispatch.genre, dispatch.canal, dispatch.destinataire) == ("accuse", "courriel", "y.caradec@example.org")
    silent = arrivee(session, now=LUNDI, nature="depart")
    session.get_one(services.Nature, silent.nature_id).accuse = False
    appeler(session, silent, "courrier.accuser_reception")
    assert len(session.scalars(select(Envoi)).all()) == 1


def test_every_topic_is_one_that_circuits_may_name() -> None:
    assert set(services.SERVICES) == {
        "courrier.accuser_reception", "courrier.affecter", "courrier.notifier", "courrier.relancer", "courrier.escalader",
        "courrier.preparer_reponse", "courrier.expedier", "courrier.classer", "courrier.clore", "delai.suspendre",
        "delai.reprendre",
    }  # fmt: skip
