"""What a user task does: rows of the trade for words, short facts for the circuit, one line for the journal."""

import json
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import annotations, journal, journey
from app.courrier.errors import Interdit, Introuvable, SaisieRefusee
from app.courrier.tables import Acces, Reponse
from engine import Engine, Instance
from engine.errors import FormRefused, TaskClosed, TaskHeld
from tests.courrier.marche import engine, faire, ouvertes, qui, recu, tache

__all__ = ["engine"]

SECRET = "Le voisin s’appelle Roux."


def test_words_become_remarks_and_never_the_circuits_data(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now)
    faire(session, engine, "nadia", courrier, "qualifier", now=now, decision="traiter", note=SECRET)
    faire(session, engine, "claire", courrier, "annoter", now=now, suite="repondre", note=f"{SECRET} Vu.")
    faire(session, engine, "claire", courrier, "rediger", now=now, objet="Votre lettre", corps=f"Madame,\n\n{SECRET}")
    faire(session, engine, "nadia", courrier, "valider", now=now, decision="renvoyer", motif=f"Sans nommer : {SECRET}")
    remarks = [(one.auteur, one.texte, one.contexte["etape"]) for one in annotations.commentaires(session, courrier)]
    assert remarks == [
        ("nadia", SECRET, "Qualifier"), ("claire", f"{SECRET} Vu.", "Annoter"), ("nadia", f"Sans nommer : {SECRET}", "Valider"),
    ]
    assert SECRET in session.scalars(select(Reponse.corps)).one()
    state = session.get_one(Instance, courrier.instance_id).state
    lines = [line.ligne for line in journal.lire(session, f"courrier:{courrier.id}")]
    assert b"Roux" not in state
    assert not any("Roux" in line for line in lines)
    reason = annotations.renvoi(session, courrier)
    assert reason is not None
    assert (reason.auteur, reason.texte) == ("nadia", f"Sans nommer : {SECRET}")


def test_each_act_is_one_line_with_its_decision(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now)
    faire(session, engine, "nadia", courrier, "qualifier", now=now, decision="classer", motif="Publicité.")
    lines = [line for line in journal.lire(session, f"courrier:{courrier.id}") if line.acteur == "nadia"]
    assert [line.acte for line in lines] == ["qualifier", "clore"]
    details = json.loads(lines[0].ligne)["details"]
    assert details["decision"] == "classer"
    assert details["nom"] == "Qualifier"
    assert courrier.etat == "sans_suite"


def test_urgency_is_marked_and_the_actor_keeps_seeing(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now)
    faire(session, engine, "nadia", courrier, "qualifier", now=now, decision="traiter", urgent="on")
    assert courrier.priorite == "urgente"
    opened = dict(session.execute(select(Acces.groupe, Acces.motif).where(Acces.courrier_id == courrier.id)).all())
    assert opened["@nadia"] == "acteur"


@pytest.mark.parametrize(("bureau", "words"), [
    ("urbanisme", "pas dans la liste"), ("", "à remplir"), ("lune", "pas dans la liste"),
])  # fmt: skip
def test_another_bureau_is_another_one(session: Session, engine: Engine, now: datetime, bureau: str, words: str) -> None:
    courrier = recu(session, engine, now=now)
    posted = {"decision": "reorienter", "bureau": bureau, "motif": "Ce n’est pas à nous."}
    with pytest.raises((SaisieRefusee, FormRefused)) as refusal:
        faire(session, engine, "nadia", courrier, "qualifier", now=now, **posted)
    errors = refusal.value.erreurs if isinstance(refusal.value, SaisieRefusee) else refusal.value.errors
    assert list(errors) == ["bureau"]
    assert words in errors["bureau"]
    session.rollback()
    assert ouvertes(session, courrier) == ["qualifier"]
    assert annotations.commentaires(session, courrier) == []


def test_who_may_not_does_nothing(session: Session, engine: Engine, now: datetime) -> None:
    courrier = recu(session, engine, now=now)
    for who, kind in (("claire", Interdit), ("maud", Interdit), ("paul", Introuvable), ("sacha", Introuvable)):
        with pytest.raises(kind):
            faire(session, engine, who, courrier, "qualifier", now=now, decision="traiter")
        session.rollback()
    faire(session, engine, "nadia", courrier, "qualifier", now=now, decision="traiter")
    number = tache(session, courrier, "annoter").id
    journey.prendre(session, engine, qui(session, "claire"), number, now=now)
    session.commit()
    with pytest.raises(TaskHeld):
        faire(session, engine, "karim", courrier, "annoter", now=now, suite="classer", note="")
    session.rollback()
    faire(session, engine, "claire", courrier, "annoter", now=now, suite="classer", note="")
    with pytest.raises(TaskClosed, match="claire"):
        journey.faire(session, engine, qui(session, "karim"), number, {"suite": "rien de juste"}, now=now)
