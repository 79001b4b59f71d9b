"""The slow work: done by workers when it is ordered, swept up by the clock when the order was lost, done once."""

import pickle
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app import lectures, travaux
from app.clock import Clock
from app.courrier import depot, texte
from app.courrier.ports import Lecteur, Lecture, PageLue
from app.courrier.tables import Depot, Empreinte, PageRetenue
from app.db import db, transaction
from app.jobs import Jobs, Workers
from app.wiring import Parts
from tests.letters import imprimer
from tests.support.waiting import until

LETTER = "<p>Madame la Maire, je conteste le refus de mon permis de construire.</p>"


def _parts(app: Flask) -> Parts:
    parts: Parts = app.extensions["vaguemestre"]
    return parts


def _jobs(app: Flask) -> Jobs:
    jobs: Jobs = app.extensions["travaux"]
    return jobs


def _deposit(app: Flask, data: bytes, mime: str = "application/pdf") -> int:
    kept = _parts(app).coffre.put(data)
    with app.app_context(), transaction() as session:
        return depot.deposer(session, coffre_range=kept, nom="lettre", mime=mime, canal="papier", par="odile",
                             now=datetime.now(UTC)).id


def _letter(app: Flask) -> bytes:
    return _parts(app).compositeur.pdf(LETTER, titre="Recours", auteur="M. Roux")


def _state(app: Flask, number: int) -> Depot:
    with app.app_context():
        return db.session().get_one(Depot, number)


@contextmanager
def _working(app: Flask) -> Iterator[None]:
    workers = Workers(_jobs(app), workers=2, shutdown_timeout=30)
    workers.start()
    yield
    workers.stop(graceful=True)


def test_a_letter_is_read_by_a_worker(town: Flask) -> None:
    number = _deposit(town, _letter(town))
    with _working(town):
        _jobs(town).lire(number)
        until(lambda: _state(town, number).etat != "a_lire")
    assert _state(town, number).etat == "a_enregistrer"
    with town.app_context():
        pages = texte.pages(db.session(), depot.pieces(db.session(), number)[0].id)
        assert "permis de construire" in pages[0].texte.replace("\n", " ")
        with transaction() as session:
            session.execute(update(Empreinte).values(regle=0))
        assert (lectures.rattraper(), lectures.rattraper()) == (1, 0)


def test_a_scan_gets_its_searchable_copy_beside_it_once(town: Flask) -> None:
    scan = imprimer.jpeg(imprimer.pages("place_creche")[0][:600])
    number = _deposit(town, scan, "image/jpeg")
    with town.app_context():
        travaux.lire(_parts(town), number)
        with transaction() as session:
            depot.ecarter(session, number, motif="essai", par="odile", now=datetime.now(UTC))
        with transaction() as session:
            depot.reprendre(session, number, par="odile", now=datetime.now(UTC))
        travaux.lire(_parts(town), number)
        original, copy = depot.pieces(db.session(), number)
        assert (original.genre, copy.genre, copy.nom) == ("original", "pdfa", "lettre (cherchable).pdf")
        assert _parts(town).coffre.get(original.sha256) == scan
        assert _parts(town).coffre.get(copy.sha256).startswith(b"%PDF")
        assert len(_parts(town).images.vignette(original.sha256, page=1, pages={1: 0})) < len(scan)


def test_what_cannot_be_read_is_set_aside_with_its_reason(town: Flask) -> None:
    number = _deposit(town, b"MZ, un programme")
    for _ in range(depot.ESSAIS):
        with town.app_context():
            with transaction() as session:
                session.get_one(Depot, number).reprise_le = None
            travaux.lire(_parts(town), number)
    set_aside = _state(town, number)
    assert set_aside.etat == "a_verifier"
    assert set_aside.motif


def test_a_lost_order_is_given_again_by_the_clock(town: Flask) -> None:
    number = _deposit(town, _letter(town))
    clock = Clock(_parts(town), _jobs(town), town.app_context)
    with _working(town):
        clock.start()
        until(lambda: _state(town, number).etat == "a_enregistrer")
        clock.stop()


def test_an_order_given_twice_is_done_once(town: Flask) -> None:
    number = _deposit(town, _letter(town))
    with town.app_context():
        travaux.lire(_parts(town), number)
        first = _state(town, number).essais
        travaux.lire(_parts(town), number)
    assert _state(town, number).essais == first == 1


def test_the_mail_of_the_day_is_read_before_old_letters_that_wait(town: Flask) -> None:
    old, letter = (_deposit(town, data) for data in (b"MZ ancien", b"MZ du jour"))
    with town.app_context():
        travaux.balayer(_jobs(town))
    of_the_day = _deposit(town, b"MZ urgent")
    _jobs(town).lire(of_the_day)
    given = [_jobs(town).huey.dequeue().args[0] for _ in range(3)]
    assert given == [of_the_day, old, letter]


def test_a_clock_adds_nothing_while_orders_wait(town: Flask) -> None:
    _deposit(town, _letter(town))
    with town.app_context():
        travaux.balayer(_jobs(town))
        assert _jobs(town).waiting() == 1
        travaux.balayer(_jobs(town))
        assert _jobs(town).waiting() == 1


class Watched:
    """The real reader, that tells which pages it was not asked to read, and dies after some of the others."""

    def __init__(self, app: Flask, *, dies_after: int = 99) -> None:
        self._reader, self._left, self.known = _parts(app).lecteur, dies_after, [list[int]()]

    def read(self, data: bytes, *, progress: Callable[[PageLue, int], None], connues: Mapping[int, PageLue]) -> Lecture:
        self.known.append(sorted(connues))

        def told(page: PageLue, total: int) -> None:
            progress(page, total)
            self._left -= 1
            if self._left == 0:
                raise KeyboardInterrupt

        return self._reader.read(data, progress=told, connues=connues)


def test_a_reading_cut_short_goes_on_where_it_stopped_and_the_same_bytes_are_read_once(
    town: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lectures, "SECONDS_BETWEEN_PROGRESS", 0.0)
    pages = "<p style='break-before:page'>".join(("<html lang=fr><p>un", "deux", "trois"))
    letter = _parts(town).compositeur.pdf(pages, titre="Trois pages", auteur="M. Roux")
    number, reader = _deposit(town, letter), Watched(town, dies_after=2)
    parts = replace(_parts(town), lecteur=cast(Lecteur, reader))
    with town.app_context():
        with pytest.raises(KeyboardInterrupt):
            travaux.lire(parts, number)
        with transaction() as session:
            session.get_one(Depot, number).reprise_le = None
        travaux.lire(parts, number)
        twin = _deposit(town, letter)
        travaux.lire(parts, twin)
        assert reader.known[1:] == [[], [1, 2], [1, 2, 3]]
        texts = [[page.texte for page in texte.pages(db.session(), depot.pieces(db.session(), n)[0].id)] for n in (number, twin)]
        assert texts == [["un\nPage 1 / 3", "deux\nPage 2 / 3", "trois\nPage 3 / 3"]] * 2


def test_the_pieces_that_come_with_a_letter_renew_its_lease_and_are_read_once(
    town: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lectures, "SECONDS_BETWEEN_PROGRESS", 0.0)
    pages = "<p style='break-before:page'>".join(("<html lang=fr><p>un", "deux", "trois"))
    parts, reader, now = _parts(town), Watched(town, dies_after=2), datetime.now(UTC)
    files = [parts.compositeur.pdf(said, titre="Lettre", auteur="M. Roux") for said in ("<html lang=fr><p>lettre", pages)]
    with town.app_context():
        given = [depot.Jointe(nom=f"{rank}.pdf", coffre_range=parts.coffre.put(data), mime="application/pdf")
                 for rank, data in enumerate(files)]  # fmt: skip
        with transaction() as session:
            number = depot.avec_pieces(session, given, canal="papier", par="claire", now=now).id
        with pytest.raises(KeyboardInterrupt):
            travaux.lire(replace(parts, lecteur=cast(Lecteur, reader)), number, clock=lambda: now - timedelta(days=1))
        with transaction() as session:
            begun = session.get_one(Depot, number)
            assert begun.reprise_le is not None
            assert begun.reprise_le > now
            begun.reprise_le = None
        travaux.lire(replace(parts, lecteur=cast(Lecteur, reader)), number)
        assert reader.known[1:] == [[], [1, 2], []]
        piece = depot.pieces(db.session(), number)[1]
        assert [page.texte.split()[0] for page in texte.pages(db.session(), piece.id)] == ["un", "deux", "trois"]
        assert db.session().scalar(select(func.count()).select_from(PageRetenue)) == 0


def test_giving_an_order_never_fails(town: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(_jobs(town).huey.storage, "enqueue", full)
    _jobs(town).lire(1)
    assert "l’horloge le redonnera" in caplog.text


def test_whoever_writes_the_queue_cannot_make_us_run_code(town: Flask) -> None:
    _jobs(town).huey.storage.enqueue(pickle.dumps(_parts))
    assert _jobs(town).waiting() == 1
    with pytest.raises(ValueError, match=r"JSON|str"):
        _jobs(town).huey.dequeue()
