"""The migrations lead to the very tables of the code, on both databases, however many start at once."""

import threading
from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine, insert, inspect, select, text, update
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import migrations
from app.courrier import doublons
from app.courrier.tables import FIGEES, Avertissement, Correspondant, Courrier, Depot, LigneHorloge, Piece
from app.db import tune
from engine.tables import Base

MOMENT, LATER = datetime(2026, 11, 2, 9, 0, tzinfo=UTC), datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
DUE = date(2026, 11, 24)
OLD_ROWS: tuple[tuple[str, dict[str, object]], ...] = (
    ("nature", {"id": 1, "cle": "demande", "nom": "Demande", "sens": "arrivee", "circuit": "arrivee", "delai": 15,
                "confidentialite": "interne", "silence": "SVR", "silence_mois": 2, "accuse": True, "dua": 5,
                "sort_final": "eliminer"}),
    ("correspondant", {"id": 1, "genre": "personne", "civilite": "Mme", "nom": "Caradec", "prenom": "Hélène", "organisme": "",
                       "adresse": "", "code_postal": "", "ville": "", "courriel": "", "telephone": "",
                       "cherche": "caradec helene | "}),
    *(("courrier", {
        "id": n, "correspondant_id": 1,
        "sens": "arrivee", "registre": "A", "annee": 2026, "numero": n, "chrono": f"A-2026-0000{n}", "canal": "papier",
        "objet": "Travaux", "nature_id": 1, "confidentialite": "interne", "priorite": "normale", "reference": "",
        "recommande": "", "recu_le": MOMENT, "echeance": DUE, "etat": "en_cours", "circuit": "",
        "orientation": "", "code_suivi": "", "enregistre_le": MOMENT, "enregistre_par": "odile", "numero_index": 1,
        "numero_indexe": 0, **more,
    }) for n, more in enumerate((
        {}, {"suspendu_le": LATER}, {"clos_le": LATER, "etat": "clos"}, {"sens": "depart", "repond_a": 1, "echeance": None},
    ), 1)),
    ("depot", {"id": 1, "canal": "papier", "origine": "scan.pdf", "sha256": "a" * 64, "recu_le": MOMENT, "depose_par": "odile",
               "etat": "enregistre", "motif": "", "page_lue": 1, "essais": 1, "propositions": [], "courrier_id": 1}),
    ("piece", {"id": 1, "courrier_id": 1, "depot_id": 1, "genre": "original", "version": 1, "nom": "scan.pdf", "sha256": "a" * 64,
               "taille": 9, "mime": "application/pdf", "pages": 1, "ajoutee_le": MOMENT, "ajoutee_par": "odile"}),
    *(("journal", {"numero": n, "quand": LATER, "acteur": who, "acte": what, "sujet": about, "ligne": "", "precedente": "",
                   "empreinte": ""})
      for n, (who, what, about) in enumerate((("claire", "suspendre", "courrier:2"), ("marc", "clore", "courrier:3")), 1)),
    ("avis", {"id": 7, "cle": "relance:1", "agent": "claire", "courrier_id": 1, "genre": "relance", "niveau": "agent",
              "texte": "Annoter vous attend.", "cree_le": MOMENT, "etat": "affiche", "essais": 0, "erreur": ""}),
)  # fmt: skip


def _engine(url: str) -> Engine:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    tune(engine)
    return engine


def _indexes(engine: Engine) -> dict[str, tuple[object, ...]]:
    inspector = inspect(engine)
    return {
        str(index["name"]): (table, tuple(index["column_names"]), index["unique"], repr(_condition(index)))
        for table in inspector.get_table_names() for index in inspector.get_indexes(table)
    }


def _triggers(engine: Engine) -> dict[str, str]:
    asked = {"sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
             "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"}  # fmt: skip
    with engine.connect() as connection:
        return {str(name): str(written) for name, written in connection.execute(text(asked[engine.dialect.name]))}


def _condition(index: ReflectedIndex) -> str:
    return "".join(str(value) for key, value in index.get("dialect_options", {}).items() if key.endswith("_where"))


def test_from_nothing_to_the_tables_of_today(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert migrations.current(connection) == migrations.head()
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []
    engine.dispose()


def test_the_indexes_and_triggers_are_those_of_the_metadata_conditions_included(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    migrations.upgrade(engine)
    migrated, closed = _indexes(engine), _triggers(engine)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    assert migrated == _indexes(engine)
    assert closed == _triggers(engine)
    assert all(any(name.startswith(table.name) for name in closed) for table in FIGEES)
    assert any("closed_at IS NULL" in str(index) for index in migrated.values())
    engine.dispose()


def test_two_that_start_at_once_do_it_once(empty_database_url: str) -> None:
    faults: list[Exception] = []

    def start() -> None:
        engine = _engine(empty_database_url)
        try:
            migrations.upgrade(engine)
        except Exception as fault:
            faults.append(fault)
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_second_start_changes_nothing(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    migrations.upgrade(engine)
    before = _indexes(engine)
    migrations.upgrade(engine)
    assert _indexes(engine) == before
    engine.dispose()


def test_what_an_older_release_holds_is_kept(empty_database_url: str) -> None:
    engine = _engine(empty_database_url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(migrations._config(connection), "0004")
        before = MetaData()
        before.reflect(connection)
        for table, row in OLD_ROWS:
            connection.execute(insert(before.tables[table]).values(row))
    migrations.upgrade(engine)
    with Session(engine) as session:
        notice = session.scalars(select(Avertissement)).one()
        assert (notice.id, notice.cle, notice.agent, notice.courrier_id) == (7, "relance:1", "claire", 1)
        clock = session.scalars(select(LigneHorloge).order_by(LigneHorloge.courrier_id, LigneHorloge.id))
        assert [(line.courrier_id, line.geste, line.moment, line.par) for line in clock] == [
            (1, "debut", MOMENT, "odile"), (2, "debut", MOMENT, "odile"), (2, "suspension", LATER, "claire"),
            (3, "debut", MOMENT, "odile"), (3, "fin", LATER, "marc"),
        ]
        assert session.scalars(select(Courrier.echeance).order_by(Courrier.id)).all() == [DUE, None, DUE, None]
        assert session.scalars(select(Courrier.correspondant_id)).all() == [1] * 4
        assert session.scalars(select(Piece.depot_id).join(Depot)).all() == [1]
        assert session.scalars(select(Correspondant.nom)).all() == ["Caradec"]
        assert doublons.anciennes(session, limite=9) == ["a" * 64]
        with pytest.raises(IntegrityError):
            session.execute(update(Courrier).values(correspondant_id=2))
    engine.dispose()
