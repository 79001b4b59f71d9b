"""The manager's counts: late and soon due, by bureau, circuit and agent; within what each may see; safe in a spreadsheet."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import journey, rapports
from app.courrier.rapports import Rapport
from app.courrier.tables import Courrier
from engine import Engine, Task
from tests.courrier.marche import engine, faire, qui, recu, tache

__all__ = ["engine"]

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@pytest.fixture
def stock(session: Session, engine: Engine) -> None:
    """Nadia's bureau: one late and held by Claire, one late at its chef, one soon due, one on time; Rose's: one late."""
    first = recu(session, engine, now=LUNDI - timedelta(days=21), objet="Ancien")
    faire(session, engine, "nadia", first, "qualifier", now=LUNDI - timedelta(days=19), decision="traiter")
    journey.prendre(session, engine, qui(session, "claire"), tache(session, first, "annoter").id, now=LUNDI - timedelta(days=19))
    recu(session, engine, now=LUNDI - timedelta(days=4), objet="Oublié")
    recu(session, engine, now=LUNDI, objet="Neuf")
    later = recu(session, engine, now=LUNDI, objet="Long")
    faire(session, engine, "nadia", later, "qualifier", now=LUNDI, decision="traiter")
    faire(session, engine, "claire", later, "annoter", now=LUNDI, suite="repondre", note="")
    recu(session, engine, now=LUNDI - timedelta(days=7), objet="Naissance", bureau="etat-civil")
    session.commit()


def rapport(session: Session, who: str, **narrowed: str) -> Rapport:
    return rapports.etablir(session, qui(session, who), now=LUNDI, **narrowed)


def objets(report: Rapport) -> list[str]:
    return [ligne.courrier.objet for ligne in report.lignes]


@pytest.mark.usefixtures("stock")
def test_what_is_late_comes_first_then_what_soon_will_be(session: Session) -> None:
    report = rapport(session, "maud")
    assert objets(report) == ["Ancien", "Naissance", "Oublié", "Neuf"]
    assert [ligne.niveau for ligne in report.lignes] == ["retard", "retard", "retard", "bientot"]
    assert (report.retard, report.bientot, report.en_cours) == (3, 1, 5)
    assert report.lignes[0].jours == 19


@pytest.mark.usefixtures("stock")
def test_stocks_by_bureau_circuit_and_agent(session: Session) -> None:
    report = rapport(session, "maud")
    urbanisme, etat_civil = report.par_bureau
    assert (urbanisme.nom, urbanisme.a_l_heure, urbanisme.bientot, urbanisme.retard, urbanisme.total) == ("Urbanisme", 1, 1, 2, 4)
    assert (etat_civil.nom, etat_civil.retard, etat_civil.bloque) == ("État civil", 1, "Qualifier")
    assert etat_civil.mediane is None
    assert urbanisme.mediane == pytest.approx(0.0), "two days, and twice the day itself"
    assert [(one.nom, one.total) for one in report.par_agent] == [("claire", 1)]
    assert [(one.nom, one.retard) for one in report.par_circuit] == [("arrivee", 3)]


@pytest.mark.usefixtures("stock")
def test_each_sees_their_own(session: Session) -> None:
    assert objets(rapport(session, "nadia")) == ["Ancien", "Oublié", "Neuf"]
    assert objets(rapport(session, "rose")) == ["Naissance"]
    assert objets(rapport(session, "claire")) == []
    assert len(objets(rapport(session, "helene"))) == 4


def test_a_manager_counts_nothing_of_what_is_kept_close(session: Session, engine: Engine) -> None:
    recu(session, engine, now=LUNDI - timedelta(days=9), confidentialite="restreint")
    recu(session, engine, now=LUNDI - timedelta(days=9), confidentialite="personnel")
    report = rapport(session, "maud")
    assert (objets(report), report.retard, report.en_cours, report.par_bureau) == ([], 0, 0, [])
    assert rapports.arrives(session, qui(session, "maud")) == (0, 0)
    assert sum(recus for _, recus, _ in rapports.volumes(session, qui(session, "maud"), now=LUNDI)) == 0
    assert rapport(session, "helene").retard == 1


@pytest.mark.usefixtures("stock")
def test_three_words_narrow_it(session: Session) -> None:
    assert objets(rapport(session, "maud", bureau="État civil")) == ["Naissance"]
    assert objets(rapport(session, "maud", etape="Annoter")) == ["Ancien"]
    assert objets(rapport(session, "maud", circuit="information")) == []
    assert rapport(session, "maud", etape="Annoter").en_cours == 1


def test_what_was_closed_in_time_and_the_weeks(session: Session, engine: Engine) -> None:
    moi = qui(session, "maud")
    assert rapports.etablir(session, moi, now=LUNDI).a_temps is None
    for days in (40, 5):
        courrier = recu(session, engine, now=LUNDI - timedelta(days=days))
        yesterday = LUNDI - timedelta(days=1)
        faire(session, engine, "nadia", courrier, "qualifier", now=yesterday, decision="classer", motif="Sans objet.")
        courrier.etat = "clos"
        session.commit()
    assert rapports.etablir(session, moi, now=LUNDI).a_temps == pytest.approx(0.5)
    weeks = rapports.volumes(session, moi, now=LUNDI, semaines=6)
    assert [week for week, _, _ in weeks] == sorted(week for week, _, _ in weeks)
    assert len(weeks) == 7
    assert sum(recus for _, recus, _ in weeks) == 2
    assert [clos for _, _, clos in weeks][-2:] == [2, 0]
    assert rapports.arrives(session, moi) == (0, 2)


@pytest.mark.parametrize("wicked", ["=1+1", "+1", "-1", "@a", "\t=1", " =1", "＝1", "－1"])
def test_no_cell_computes(session: Session, engine: Engine, wicked: str) -> None:
    recu(session, engine, now=LUNDI - timedelta(days=9))
    session.scalars(select(Courrier)).one().objet = wicked
    session.scalars(select(Task)).one().name = wicked
    session.commit()
    content = rapports.tableur(rapport(session, "maud").lignes)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert (rows[1][1], rows[1][6]) == (f"'{wicked}", f"'{wicked}")
    assert rows[0][0] == "Numéro"
    assert content.startswith("\ufeff".encode())
