"""A courrier on its circuit, for the tests of what happens along it: the shipped circuits, acts done, time passing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from app.courrier import circuits, habilitations, journey, organisation, relance
from app.courrier.habilitations import Moi
from app.courrier.registre import Contact, Saisie
from app.courrier.services import SERVICES
from app.courrier.tables import Agent, Courrier, Nature
from engine import Definition, Engine, Step, Task

ROOT = Path(__file__).parents[2]
DRAWINGS = ("arrivee", "information")
FIRST_DAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@cache
def _deployees() -> tuple[Mapping[str, object], ...]:
    """The rows of what this town hall deployed, made once: checking a circuit takes long."""
    base = create_engine("sqlite://")
    Definition.metadata.create_all(base)
    engine = Engine(circuits.hote(SERVICES))
    with Session(base, autoflush=False) as session:
        for path in sorted((ROOT / "forms").glob("*.form")):
            engine.deploy(session, path.read_bytes(), by="sacha", now=FIRST_DAY, kind="form", key=path.stem)
        for kind, names in (("dmn", ["orientation"]), ("bpmn", DRAWINGS)):
            for name in names:
                source = (ROOT / f"processes/{name}.{kind}").read_bytes()
                done = engine.deploy(session, source, by="sacha", now=FIRST_DAY, kind=kind)
                assert done.definition is not None, [finding.message for finding in done.findings]
        session.flush()
        rows = session.execute(select(Definition.__table__).order_by(Definition.id)).mappings().all()
    base.dispose()
    return tuple({name: value for name, value in row.items() if name != "id"} for row in rows)


@pytest.fixture
def engine(session: Session, mairie: Mapping[str, Agent]) -> Engine:  # its people come first
    """The engine with what this town hall deployed; in a new table the rows get the numbers that they pin."""
    for row in _deployees():
        session.execute(insert(Definition.__table__).values(**row))
    session.commit()
    return Engine(circuits.hote(SERVICES))


def recu(
    session: Session, engine: Engine, *, now: datetime, bureau: str = "urbanisme", nature: str = "courrier",
    circuit: str = "arrivee", objet: str = "Bruit du chantier", confidentialite: str = "", copies: tuple[str, ...] = (),
) -> Courrier:  # fmt: skip
    """A courrier that Bruno registered and that is on its circuit."""
    cle = session.scalars(select(Nature.id).where(Nature.cle == nature)).one()
    saisie = Saisie(
        sens="arrivee", canal="papier", objet=objet, nature_id=cle,
        bureau_id=organisation.bureau(session, bureau).id, confidentialite=confidentialite,
        correspondant=Contact(civilite="Mme", nom="Caradec", courriel="y.caradec@example.org"),
    )  # fmt: skip
    donnees = {"bureau": bureau, "nature": nature, "bureaux": [bureau, *copies]}
    courrier = journey.enregistrer(session, engine, saisie, circuit=circuit, donnees=donnees, par="bruno", now=now)
    session.commit()
    return courrier


def qui(session: Session, identifiant: str) -> Moi:
    """Somebody as the trade knows who asks."""
    return habilitations.moi(session, organisation.agent(session, identifiant))


def tache(session: Session, courrier: Courrier, step: str) -> Task:
    """The open task of a step."""
    found = select(Task).where(Task.instance_id == courrier.instance_id, Task.step == step, Task.closed_at.is_(None))
    return session.scalars(found).one()


def ouvertes(session: Session, courrier: Courrier) -> list[str]:
    """The steps that are open."""
    found = select(Task.step).where(Task.instance_id == courrier.instance_id, Task.closed_at.is_(None))
    return sorted(session.scalars(found))


def faire(session: Session, engine: Engine, who: str, courrier: Courrier, step: str, *, now: datetime, **posted: object) -> Step:
    """Somebody does a step, as the entrances do."""
    number = tache(session, courrier, step).id
    done = journey.faire(session, engine, qui(session, who), number, posted, now=now)
    session.commit()
    return done


def attendre(session: Session, engine: Engine, *, now: datetime) -> int:
    """The clock at this moment: every due timer fired; how many were."""
    fired = 0
    for timer in engine.due(session, now=now):
        fired += journey.reveiller(session, engine, timer, now=now) is not None
        session.commit()
    return fired


def avertis(session: Session, *agents: str) -> dict[str, list[str]]:
    """What each was told: kind and level of their notices, in order."""
    return {
        agent: [f"{avis.genre} {avis.niveau}" for avis in reversed(relance.non_lus(session, agent))] for agent in agents
    }  # fmt: skip
