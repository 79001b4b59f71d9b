"""Which circuit and bureau a courrier takes, who may act on it, where it stands, what is to come."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import circuits, habilitations, organisation
from app.courrier.errors import Introuvable
from app.courrier.tables import Acces, Agent, Courrier, JourFerme, Nature
from engine import Engine
from engine.errors import DecisionError, UnknownCircuit
from tests.courrier.lettres import arrivee
from tests.courrier.marche import ROOT, engine, faire, qui, recu, tache

__all__ = ["engine"]

VENDREDI = datetime(2026, 11, 13, 15, 0, tzinfo=UTC)


def nature(session: Session, cle: str) -> Nature:
    return session.scalars(select(Nature).where(Nature.cle == cle)).one()


@pytest.mark.parametrize(("texte", "bureau"), [
    ("Demande de permis de construire", "urbanisme"), ("Un NID-DE-POULE sur la chaussée", "voirie"),
    ("Acte de naissance", "etat-civil"), ("Bonjour", None),
])  # fmt: skip
def test_the_words_of_a_letter_choose_a_bureau_with_a_reason(
    session: Session, engine: Engine, now: datetime, texte: str, bureau: str | None
) -> None:
    found = circuits.orienter(session, engine, sens="arrivee", nature=None, texte=texte, now=now)
    assert (found.circuit, found.bureau) == ("arrivee", bureau)
    assert found.pourquoi


def test_the_nature_decides_what_the_words_leave_open(session: Session, engine: Engine, now: datetime) -> None:
    def orienter(cle: str, texte: str = "Bonjour") -> circuits.Orientation:
        return circuits.orienter(session, engine, sens="arrivee", nature=nature(session, cle), texte=texte, now=now)

    assert orienter("information").circuit == "information"
    assert orienter("recours").bureau == "urbanisme"
    assert orienter("courrier").bureau is None
    assert orienter("courrier", "Centre d’examen du permis de conduire").bureau is None, "no permit of ours"
    assert orienter("courrier", "permis" + " x" * 500_000).bureau == "urbanisme", "only the beginning is looked at"


def test_without_a_decision_table_it_is_said(session: Session, mairie: dict[str, Agent], now: datetime) -> None:
    from app.courrier.services import SERVICES

    with pytest.raises(DecisionError, match="orientation"):
        circuits.orienter(session, Engine(circuits.hote(SERVICES)), sens="arrivee", nature=None, texte="x", now=now)


def test_a_circuit_that_is_not_deployed_is_named(session: Session, engine: Engine, now: datetime) -> None:
    with pytest.raises(UnknownCircuit, match="« lune »"):
        recu(session, engine, now=now, circuit="lune")


def test_a_subject_leads_to_its_courrier(session: Session, mairie: dict[str, Agent], now: datetime) -> None:
    courrier = arrivee(session, now=now)
    assert circuits.courrier_de(session, circuits.sujet(courrier)) is courrier
    for name in ("courrier:999", "courrier:x", "depot:1", ""):
        with pytest.raises(Introuvable):
            circuits.courrier_de(session, name)


def test_delays_are_counted_in_jours_ouvres_from_the_step(session: Session, engine: Engine) -> None:
    session.add(JourFerme(jour=date(2026, 11, 16), motif="Pont"))
    session.commit()
    courrier = recu(session, engine, now=VENDREDI)
    due = tache(session, courrier, "qualifier").due
    assert due == datetime(2026, 11, 17, 15, 0, tzinfo=UTC), "Friday, the week-end, a closed Monday, Tuesday at the same hour"


def test_its_data_are_keys_and_short_facts(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now, objet="Madame Roux se plaint")
    instance = session.scalars(select(circuits.atelier.Instance)).one()
    assert (courrier.instance_id, courrier.circuit) == (instance.id, "arrivee")
    assert b"Roux" not in instance.state
    assert courrier.echeance is not None
    assert courrier.echeance.isoformat().encode() in instance.state


def test_who_may_take_a_task_may_see_its_courrier(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now, confidentialite="personnel")
    assert circuits.groupes(session, tache(session, courrier, "qualifier")) == {"urbanisme.chef"}

    def sees(who: str) -> bool:
        return session.scalar(select(Courrier.id).where(habilitations.visible(qui(session, who)))) is not None

    assert [who for who in ("nadia", "claire", "helene", "bruno") if sees(who)] == ["nadia", "bruno"]
    faire(session, engine, "nadia", courrier, "qualifier", now=now, decision="traiter")
    assert sees("claire")
    assert not sees("paul")
    reasons = dict(session.execute(select(Acces.groupe, Acces.motif)).all())
    assert reasons["urbanisme"] == "circuit"


def test_where_it_stands_and_what_is_to_come(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now)
    faire(session, engine, "nadia", courrier, "qualifier", now=now, decision="traiter")
    progress = circuits.ou_en_est(session, engine, courrier)
    assert progress is not None
    assert "qualifier" in progress.done
    assert list(progress.active) == ["annoter"]
    to_come = circuits.previsions(session, progress, now=now)
    assert list(to_come)[:3] == ["rediger", "valider", "signer"]
    days = list(to_come.values())
    assert days == sorted(days)
    assert all(day.weekday() < 5 for day in days)
    assert days[0] >= date(2026, 11, 20)
    assert circuits.nom_du_circuit(session, courrier) == "Courrier arrivé"


def test_a_courrier_on_no_circuit_stands_nowhere(session: Session, engine: Engine, now: datetime) -> None:
    courrier = arrivee(session, now=now)
    assert circuits.ou_en_est(session, engine, courrier) is None
    assert circuits.nom_du_circuit(session, courrier) == ""


def test_the_chef_of_a_bureau_without_one_is_the_next_above(session: Session, engine: Engine, now: datetime) -> None:
    for bureau, group in (("permis", "urbanisme.chef"), ("services-techniques", "direction"), ("etat-civil", "etat-civil.chef")):
        courrier = recu(session, engine, now=now, bureau=bureau)
        assert circuits.groupes(session, tache(session, courrier, "qualifier")) == {group}
        assert organisation.groupe_chef(organisation.arbre(session), bureau) == group


def test_the_table_of_natures_hears_every_reason(session: Session, engine: Engine, now: datetime) -> None:
    source = (ROOT / "processes/nature.dmn").read_bytes()
    assert circuits.natures_dites(session, engine, "Facture impayée", now=now) == (), "a house without this table"
    engine.deploy(session, source, by="sacha", now=now, kind="dmn")
    dits = circuits.natures_dites(session, engine, "Je forme un RECOURS gracieux contre le permis de construire.", now=now)
    assert [(dit.nature, dit.poids) for dit in dits] == [("recours", 6.0), ("recours", 1.0), ("urbanisme", 4.0)]
    assert dits[0].pourquoi == "la lettre conteste une décision"
    within = "Je vous exprime mon étonnement : un véhicule immatriculé AB-123-CD est tombé en panne devant la fabrication."
    assert circuits.natures_dites(session, engine, within, now=now) == (), "a word is not heard inside another"
    blank = source.replace(b"<text>6</text>", b"<text></text>").replace(b"<text>4</text>", b'<text>"beaucoup"</text>')
    engine.deploy(session, blank, by="sacha", now=now, kind="dmn")
    dits = circuits.natures_dites(session, engine, "Je forme un RECOURS gracieux contre le permis de construire.", now=now)
    assert [(dit.nature, dit.poids) for dit in dits] == [("recours", 1.0)], "a rule whose weight is no number weighs nothing"
