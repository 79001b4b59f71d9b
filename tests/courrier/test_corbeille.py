"""The corbeille: what is mine, my bureau's, to sign; the most pressing first, a page at a time; counts that agree."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.courrier import corbeille, habilitations
from app.courrier.corbeille import Filtre
from app.courrier.errors import Introuvable
from app.courrier.tables import Acces, Courrier
from engine import Engine, Instance, Task, TaskGroup
from tests.courrier.marche import engine, faire, qui, recu, tache

__all__ = ["engine"]

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
VUES = ("moi", "bureau", "parapheur")


def voit(session: Session, who: str, vue: str = "moi", **narrowed: object) -> list[str]:
    """The subjects that somebody's list shows."""
    page = corbeille.liste(session, qui(session, who), Filtre(vue=vue, **narrowed), now=LUNDI)  # type: ignore[arg-type]
    return [ligne.courrier.objet for ligne in page.lignes]


def posees(session: Session, model: Courrier, *, steps: int, group: str = "urbanisme.chef", act: str = "faire") -> list[int]:
    """More open tasks of the same courrier's instance, without an échéance for one in three."""
    instance = session.get_one(Instance, model.instance_id)
    made = []
    for rank in range(steps):
        due = None if rank % 3 == 0 else LUNDI + timedelta(hours=rank % 5)
        task = Task(instance_id=instance.id, subject=instance.subject, token=f"x{group}{rank}", step="x", name="X", act=act,
                    opened_at=LUNDI, due=due)  # fmt: skip
        session.add(task)
        session.flush()
        session.add(TaskGroup(task_id=task.id, group_key=group, due=due))
        made.append(task.id)
    session.commit()
    return made


def test_free_tasks_of_my_groups_are_mine_those_of_my_bureau_are_its(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI, objet="Le mur")
    assert (voit(session, "nadia"), voit(session, "claire"), voit(session, "claire", "bureau")) == (["Le mur"], [], [])
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    assert voit(session, "nadia") == []
    for who in ("claire", "karim", "nadia"):
        assert voit(session, who, "bureau") == ["Le mur"]
    engine.take(session, tache(session, courrier, "annoter").id, by="claire", now=LUNDI)
    session.commit()
    assert (voit(session, "claire"), voit(session, "karim")) == (["Le mur"], [])
    assert voit(session, "karim", "bureau") == ["Le mur"]
    for who in ("paul", "helene", "marin", "jules"):
        assert [voit(session, who, vue) for vue in VUES] == [[], [], []]


def test_the_parapheur_is_what_awaits_a_signature(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    posees(session, courrier, steps=1, group="elu", act="signer")
    habilitations.ouvrir(session, courrier.id, "elu", "circuit", now=LUNDI)
    session.commit()
    assert voit(session, "marin", "parapheur") == ["Bruit du chantier"]
    assert voit(session, "nadia", "parapheur") == []


def test_pages_follow_each_other_whatever_the_dates(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    posees(session, courrier, steps=60)
    moi, seen, after = qui(session, "nadia"), [], None
    while True:
        page = corbeille.liste(session, moi, Filtre(), now=LUNDI, apres=after)
        seen += [(ligne.tache.due or corbeille.JAMAIS, ligne.tache.id) for ligne in page.lignes]
        if page.suite is None:
            break
        after = page.suite
    assert len(seen) == 61
    assert seen == sorted(seen)
    assert len(set(seen)) == 61


def test_filters_narrow_by_nature_step_lateness_and_words(session: Session, engine: Engine) -> None:
    recu(session, engine, now=LUNDI, objet="Le mur de 100 %")
    recu(session, engine, now=LUNDI - timedelta(days=9), objet="La clôture", nature="recours")
    assert voit(session, "nadia") == ["La clôture", "Le mur de 100 %"]
    for narrowed, seen in (
        ({"nature": "recours"}, ["La clôture"]), ({"etape": "Qualifier"}, ["La clôture", "Le mur de 100 %"]),
        ({"etape": "Annoter"}, []), ({"retard": True}, ["La clôture"]), ({"mots": "MUR"}, ["Le mur de 100 %"]),
        ({"mots": "100 %"}, ["Le mur de 100 %"]), ({"mots": "_"}, []), ({"mots": "caradec"}, ["La clôture", "Le mur de 100 %"]),
        ({"mots": "A-2026-00002"}, ["La clôture"]), ({"mots": "rien"}, []),
    ):  # fmt: skip
        assert voit(session, "nadia", **narrowed) == seen, narrowed
    natures, steps = corbeille.choix(session, qui(session, "nadia"), "moi")
    assert (natures, steps) == ([("courrier", "Courrier simple"), ("recours", "Recours gracieux")], ["Qualifier"])


def test_counts_are_what_the_lists_show_and_stop_at_a_ceiling(
    session: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    courrier = recu(session, engine, now=LUNDI - timedelta(days=9))
    moi = qui(session, "nadia")
    posees(session, courrier, steps=6)
    posees(session, courrier, steps=2, group="urbanisme")
    counted = corbeille.compteurs(session, moi, now=LUNDI)
    assert {vue: counted[vue] for vue in VUES} == {vue: len(voit(session, "nadia", vue)) for vue in VUES}
    assert counted["retard"] == len(voit(session, "nadia", retard=True))
    assert corbeille.compteurs(session, qui(session, "sacha"), now=LUNDI) == dict.fromkeys(counted, 0)
    monkeypatch.setattr("app.courrier.corbeille.attente.PLAFOND", 3)
    assert corbeille.compteurs(session, moi, now=LUNDI)["moi"] == 4


def test_a_task_is_fetched_through_rights_and_may_be_done_by_few(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    task = tache(session, courrier, "qualifier")
    for who, may in (("nadia", True), ("claire", False), ("maud", False)):
        assert corbeille.tache(session, qui(session, who), task.id) == (task, courrier)
        assert corbeille.peut_agir(session, qui(session, who), task) is may
    for who, number in (("paul", task.id), ("nadia", 999)):
        with pytest.raises(Introuvable):
            corbeille.tache(session, qui(session, who), number)
    faire(session, engine, "nadia", courrier, "qualifier", now=LUNDI, decision="traiter")
    assert corbeille.tache(session, qui(session, "nadia"), task.id)[0].closed_by == "nadia"
    assert not corbeille.peut_agir(session, qui(session, "nadia"), task)


def test_after_an_act_comes_the_most_pressing_of_mine(session: Session, engine: Engine) -> None:
    assert corbeille.suivante(session, qui(session, "nadia")) is None
    recu(session, engine, now=LUNDI)
    old = recu(session, engine, now=LUNDI - timedelta(days=3))
    found = corbeille.suivante(session, qui(session, "nadia"))
    assert found is not None
    assert found.instance_id == old.instance_id


def test_what_is_closed_to_me_is_not_listed_even_with_a_task(session: Session, engine: Engine) -> None:
    courrier = recu(session, engine, now=LUNDI)
    session.execute(update(Acces).where(Acces.courrier_id == courrier.id).values(groupe=Acces.groupe + "-non"))
    session.commit()
    assert voit(session, "nadia") == []
