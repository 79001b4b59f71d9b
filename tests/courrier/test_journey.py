"""The conductor: a letter from its registration to its end, in whole transactions; what follows each step."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import journal, journey, organisation, reponse
from app.courrier.errors import Interdit, Introuvable, SaisieRefusee
from app.courrier.tables import Acces, Bureau, Courrier, LigneJournal, Registre
from engine import Engine, Incident, Task, TaskGroup
from engine.errors import FormRefused, TaskHeld, UnknownCircuit
from tests.courrier.marche import avertis, engine, faire, ouvertes, qui, recu, tache

__all__ = ["engine"]

CORPS = "Madame,\n\nNous avons bien reçu votre lettre."
LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def actes(session: Session, courrier: Courrier) -> list[str]:
    return [f"{line.acteur} {line.acte}" for line in journal.lire(session, f"courrier:{courrier.id}")]


def test_a_letter_walks_to_its_end(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    walked = [ouvertes(session, courrier)]
    for who, step, posted in (
        ("nadia", "qualifier", {"decision": "traiter"}), ("claire", "annoter", {"suite": "repondre", "note": "Vu."}),
        ("karim", "rediger", {"objet": "Votre lettre", "corps": CORPS}),
        ("nadia", "valider", {"decision": "approuver"}), ("marin", "signer", {"decision": "refuser", "motif": "À relire."}),
    ):
        faire(session, engine, who, courrier, step, now=LUNDI, **posted)
        walked.append(ouvertes(session, courrier))
    assert walked == [["qualifier"], ["annoter"], ["rediger"], ["valider"], ["signer"], ["rediger"]]
    told = ["bruno enregistrer", "nadia qualifier", "claire annoter", "karim rediger", "nadia valider", "marin signer"]
    assert [act for act in actes(session, courrier) if act in told] == told
    assert journal.verifier(session) == session.scalar(select(func.count()).select_from(LigneJournal))


def test_a_letter_refused_goes_back_to_who_wrote_it_while_they_may_still_write_it(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    faire(session, engine, "claire", courrier, "annoter", now=LUNDI, suite="repondre", note="Vu.")
    assert tache(session, courrier, "rediger").holder is None
    faire(session, engine, "karim", courrier, "rediger", now=LUNDI, objet="Votre lettre", corps=CORPS)
    faire(session, engine, "nadia", courrier, "valider", now=LUNDI, decision="renvoyer", motif="À relire.")
    assert tache(session, courrier, "rediger").holder == "karim"
    assert avertis(session, "karim", "claire") == {"karim": ["attribution agent"], "claire": []}
    assert "systeme transferer" in actes(session, courrier)
    faire(session, engine, "karim", courrier, "rediger", now=LUNDI, objet="Votre lettre", corps=CORPS)
    organisation.partir(session, "karim", par="ines", now=LUNDI)
    faire(session, engine, "nadia", courrier, "valider", now=LUNDI, decision="renvoyer", motif="Encore.")
    assert tache(session, courrier, "rediger").holder is None


def test_the_end_of_the_circuit_closes_the_courrier_and_the_index_is_due(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI, nature="information", circuit="information", copies=("etat-civil",))
    before = courrier.numero_index
    number = tache_de(session, courrier, "urbanisme")
    journey.faire(session, engine, qui(session, "claire"), number, {}, now=LUNDI)
    session.commit()
    assert (courrier.etat, ouvertes(session, courrier)) == ("en_cours", ["lire"])
    with pytest.raises(Interdit):
        journey.faire(session, engine, qui(session, "claire"), tache_de(session, courrier, "etat-civil"), {}, now=LUNDI)
    session.rollback()
    journey.faire(session, engine, qui(session, "paul"), tache_de(session, courrier, "etat-civil"), {}, now=LUNDI)
    session.commit()
    assert (courrier.etat, ouvertes(session, courrier)) == ("clos", [])
    assert courrier.numero_index > before


def tache_de(session: Session, courrier: Courrier, group: str) -> int:
    found = select(Task.id).join(TaskGroup, TaskGroup.task_id == Task.id).where(
        Task.instance_id == courrier.instance_id, TaskGroup.group_key == group, Task.closed_at.is_(None))  # fmt: skip
    return session.scalars(found).one()


def test_a_registration_that_fails_leaves_no_number(session: Session, engine: Engine) -> None:
    recu(session, engine, now=LUNDI)
    with pytest.raises(UnknownCircuit):
        recu(session, engine, now=LUNDI, circuit="lune")
    session.rollback()
    assert session.scalars(select(Registre.dernier).where(Registre.cle == "A")).one() == 1
    assert recu(session, engine, now=LUNDI).chrono == "A-2026-00002"


def test_a_refused_act_leaves_nothing(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    faire(session, engine, "claire", courrier, "annoter", now=LUNDI, suite="repondre", note="")
    lines = actes(session, courrier)
    for posted, kind in (
        ({"objet": "x", "corps": "Bonjour {{ inconnu }}"}, SaisieRefusee), ({"objet": "", "corps": ""}, FormRefused),
        ({"objet": "x", "corps": CORPS, "etat": "clos"}, FormRefused),
    ):
        with pytest.raises(kind):
            faire(session, engine, "claire", courrier, "rediger", now=LUNDI, **posted)
        session.rollback()
    assert reponse.chercher(session, courrier) is None
    assert actes(session, courrier) == lines
    assert ouvertes(session, courrier) == ["rediger"]


def test_signing_needs_a_signed_letter(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    faire(session, engine, "claire", courrier, "annoter", now=LUNDI, suite="repondre", note="")
    faire(session, engine, "claire", courrier, "rediger", now=LUNDI, objet="Votre lettre", corps=CORPS)
    faire(session, engine, "nadia", courrier, "valider", now=LUNDI, decision="approuver")
    with pytest.raises(SaisieRefusee, match="pas encore prête"):
        faire(session, engine, "marin", courrier, "signer", now=LUNDI, decision="signer")


def test_a_task_changes_hands(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    number = tache(session, courrier, "annoter").id
    claire, karim = qui(session, "claire"), qui(session, "karim")
    assert journey.prendre(session, engine, claire, number, now=LUNDI).holder == "claire"
    session.commit()
    for verb in (journey.prendre, journey.rendre):
        with pytest.raises(TaskHeld):
            verb(session, engine, karim, number, now=LUNDI)
        session.rollback()
    with pytest.raises(TaskHeld):
        journey.transferer(session, engine, karim, number, vers="nadia", now=LUNDI)
    session.rollback()
    for wrong in ("paul", "personne", "@karim", ""):
        with pytest.raises(SaisieRefusee, match="qui peut faire cette étape"):
            journey.transferer(session, engine, claire, number, vers=wrong, now=LUNDI)
    assert journey.transferer(session, engine, claire, number, vers="karim", now=LUNDI).holder == "karim"
    session.commit()
    assert avertis(session, "karim", "claire", "nadia") == {"karim": ["attribution agent"], "claire": [], "nadia": []}
    assert journey.rendre(session, engine, karim, number, now=LUNDI).holder is None
    session.commit()
    moves = [act for act in actes(session, courrier) if act.split()[1] in ("prendre", "rendre", "transferer")]
    assert moves == ["claire prendre", "claire transferer", "karim rendre"]
    colleagues = journey.collegues_de(session, session.get_one(Task, number))
    assert [agent.identifiant for agent in colleagues] == ["claire", "karim", "nadia"]


def test_nobody_takes_what_is_not_theirs(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    number = tache(session, courrier, "qualifier").id
    for verb in (journey.prendre, journey.rendre):
        for who, kind in (("claire", Interdit), ("helene", Interdit), ("paul", Introuvable), ("sacha", Introuvable)):
            with pytest.raises(kind):
                verb(session, engine, qui(session, who), number, now=LUNDI)


def test_an_incident_is_noted_tried_again_and_skipped_by_who_may(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    session.scalars(select(Bureau).where(Bureau.cle == "services-techniques")).one().cle = "technique"
    session.commit()
    values = {"decision": "reorienter", "bureau": "services-techniques"}
    engine.complete(session, tache(session, courrier, "qualifier").id, values, by="nadia", now=LUNDI)
    session.commit()
    [incident] = session.scalars(select(Incident)).all()
    assert "services-techniques" in incident.cause

    def traiter(who: str, number: int, *, passer: bool, motif: str = "Parce que.") -> None:
        journey.traiter_incident(session, engine, qui(session, who), number, passer=passer, motif=motif, now=LUNDI)
        session.commit()

    for who in ("nadia", "helene", "bruno"):
        with pytest.raises(Interdit):
            traiter(who, incident.id, passer=True)
    with pytest.raises(SaisieRefusee):
        traiter("maud", incident.id, passer=False, motif=" x ")
    traiter("maud", incident.id, passer=False)
    [again] = session.scalars(select(Incident).where(Incident.closed_at.is_(None))).all()
    traiter("alix", again.id, passer=True, motif="Bureau fermé.")
    assert ouvertes(session, courrier) == ["qualifier"]
    noted = [act for act in actes(session, courrier) if "incident" in act]
    assert noted == ["maud reprendre-incident", "systeme incident", "alix passer-incident"]


def test_who_acts_keeps_seeing_when_the_bureau_no_longer_does(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    posted = {"decision": "reorienter", "bureau": "etat-civil", "motif": "C’est un acte de naissance."}
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, **posted)
    groups = set(session.scalars(select(Acces.groupe).where(Acces.courrier_id == courrier.id)))
    assert {"@nadia", "etat-civil", "etat-civil.chef"} <= groups
    assert not {"urbanisme"} & groups
    assert ouvertes(session, courrier) == ["qualifier"]
    with pytest.raises(Introuvable):
        faire(session, engine, "claire", courrier, "qualifier", now=LUNDI, decision="traiter")
    session.rollback()
    faire(session, engine, "rose", courrier, "qualifier", now=LUNDI, decision="traiter")
    assert ouvertes(session, courrier) == ["annoter"]
