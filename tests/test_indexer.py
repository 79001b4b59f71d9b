"""What changed is carried to the index by the clock: once, again when the index is ruined, the others when one cannot be."""

from datetime import datetime
from pkgutil import resolve_name
from typing import Any

import pytest
from flask import Flask

from app import travaux
from app.courrier import habilitations, organisation, recherche
from app.courrier.tables import Courrier
from app.db import db, transaction
from tests.test_departs import _parts, _register


def _found(app: Flask, words: str) -> list[int]:
    session = db.session()
    odile = habilitations.moi(session, organisation.agent(session, "odile"))
    return [hit.courrier.id for hit in recherche.chercher(session, odile, _parts(app).index, recherche.question(words)).resultats]


def test_what_changed_reaches_the_index_once(town: Flask, now: datetime) -> None:
    courrier = _register(town, now)
    with town.app_context():
        assert travaux.indexer(_parts(town)) == 1
        assert travaux.indexer(_parts(town)) == 0
        assert _found(town, "nid-de-poule") == [courrier]


def test_a_ruined_index_is_made_again(town: Flask, now: datetime) -> None:
    first = _register(town, now)
    with town.app_context():
        travaux.indexer(_parts(town))
        for path in _parts(town).config.index_path.rglob("*"):
            if path.is_file():
                path.write_bytes(b"en vrac")
        second = _register(town, now)
        travaux.indexer(_parts(town))
        assert sorted(_found(town, "nid-de-poule")) == [first, second]


@pytest.mark.parametrize("broken", ["app.courrier.recherche.fiche", "app.outside.index_whoosh._document"])
def test_one_courrier_that_cannot_be_indexed_does_not_hide_the_others(
    town: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    first, culprit, last = (_register(town, now) for _ in range(3))
    with town.app_context():
        _parts(town).index.rebuild(())
        real = resolve_name(broken)

        def failing(*given: Any) -> Any:
            if getattr(given[-1], "courrier_id", getattr(given[-1], "id", None)) == culprit:
                raise ValueError("imprévu")
            return real(*given)

        monkeypatch.setattr(broken, failing)
        assert (travaux.indexer(_parts(town)), travaux.indexer(_parts(town))) == (3, 0)
        assert sorted(_found(town, "nid-de-poule")) == [first, last]
        assert caplog.text.count(f"le courrier {culprit} n’a pas pu être indexé") == 1
        monkeypatch.undo()
        with transaction() as session:
            recherche.marquer(session, session.get_one(Courrier, culprit))
        assert travaux.indexer(_parts(town)) == 1
        assert sorted(_found(town, "nid-de-poule")) == [first, culprit, last]
