"""The town hall that is measured: the whole application on a database of its own, with the reference circuit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, select

from app import create_app, migrations
from app.config import DEMO, Config
from app.courrier import journey
from app.courrier.registre import Saisie
from app.courrier.tables import Courrier, Nature
from app.db import db, transaction, tune
from app.web.context import parts
from engine import Task
from tests.support import certificats
from tests.support.circuits import ROOT, deploy_shipped
from tests.support.cluster import Cluster
from tests.support.people import populate

REFERENCE = Path(__file__).with_name("reference.bpmn")
AGENT, BUREAU = "claire", "urbanisme"
ANSWERS: dict[str, dict[str, str]] = {
    "annoter": {"note": "Vu avec le demandeur, dossier complet.", "suite": "repondre"},
    "valider": {"decision": "approuver", "note": ""},
    "viser": {"decision": "viser"},
}
"""What the agent answers at each step of the reference circuit."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What the measurements share: a folder, a cluster, and whether to be quick."""

    folder: Path
    cluster: Cluster
    quick: bool

    def many(self, usual: int, quick: int) -> int:
        """How many times, or how many rows."""
        return quick if self.quick else usual

    def url(self, kind: str, name: str) -> str:
        """The address of a new, empty database."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        self.cluster.create(name)
        return self.cluster.url(name).replace("postgresql://", "postgresql+psycopg://", 1)


def settings(url: str, folder: Path) -> Config:
    """The settings of a town hall kept in `folder`."""
    return Config(
        instance=folder, database_url=url, documents_url=(folder / "documents").as_uri(), secret_key="m" * 64,
        smtp_url=(folder / "outbox").as_uri(), index_path=folder / "index", organisme=DEMO, expediteur=DEMO.courriel,
        certificats=certificats.dossier(),
    )


@contextmanager
def town(bench: Bench, kind: str, name: str) -> Iterator[Flask]:
    """The application, its people, the shipped circuits and the reference one, in an application context."""
    url = bench.url(kind, name)
    engine = create_engine(url)
    tune(engine)
    migrations.upgrade(engine)
    engine.dispose()
    populate(url)
    app = create_app(settings(url, bench.folder / name))
    with app.app_context():
        deploy_shipped(parts())
        with transaction() as session:
            done = parts().engine.deploy(session, REFERENCE.read_bytes(), by="systeme", now=datetime.now(UTC))
        assert done.definition is not None, [finding.message for finding in done.findings]
        yield app
        db.session.remove()
        db.engine.dispose()


def environment(app: Flask) -> dict[str, str]:
    """The same settings for a process of its own."""
    config: Config = app.extensions["vaguemestre"].config
    return {
        "VAGUEMESTRE_INSTANCE": str(config.instance), "DATABASE_URL": config.database_url, "SECRET_KEY": config.secret_key,
        "DOCUMENTS_URL": config.documents_url, "SMTP_URL": config.smtp_url, "VAGUEMESTRE_INDEX_PATH": str(config.index_path),
        "VAGUEMESTRE_ORGANISME": DEMO.nom, "VAGUEMESTRE_ADRESSE_EXPEDITEUR": config.expediteur, "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def register(count: int) -> list[int]:
    """Register this many courriers on the reference circuit; their ids."""
    ids = []
    for number in range(count):
        with transaction() as session:
            nature = session.scalars(select(Nature).where(Nature.cle == "urbanisme")).one()
            saisie = Saisie(sens="arrivee", canal="papier", objet=f"Demande de permis {number}", nature_id=nature.id)
            courrier = journey.enregistrer(
                session, parts().engine, saisie, circuit="reference", donnees={"bureau": BUREAU, "nature": nature.cle},
                par="odile", now=datetime.now(UTC),
            )  # fmt: skip
            ids.append(courrier.id)
        db.session.remove()
    return ids


def open_task(courrier_id: int) -> tuple[int, str]:
    """The open task of a courrier, and its act; read apart from what is measured."""
    query = select(Task.id, Task.act).join(Courrier, Courrier.instance_id == Task.instance_id)
    found = db.session().execute(query.where(Courrier.id == courrier_id, Task.closed_at.is_(None))).one()
    db.session.remove()
    return found[0], found[1]
