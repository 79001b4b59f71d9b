"""What a reading promises while it lasts, however long, and when what it stands on gives way."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import lectures, travaux
from app.courrier import depot, doublons
from app.courrier.lots import composition as lots
from app.courrier.ports import Lecteur
from app.courrier.tables import Depot, Empreinte, PageRetenue
from app.db import Session, db, transaction
from app.outside.reader.limits import Limites
from app.wiring import Parts
from tests.letters import imprimer
from tests.support.disque import Full, full

SQLITE = pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)


def _parts(app: Flask) -> Parts:
    parts: Parts = app.extensions["vaguemestre"]
    return parts


def _deposit(app: Flask, data: bytes, mime: str) -> int:
    kept = _parts(app).coffre.put(data)
    with app.app_context(), transaction() as session:
        return depot.deposer(session, coffre_range=kept, nom="lettre", mime=mime, canal="papier", par="odile",
                             now=datetime.now(UTC)).id


class Slow:
    """The real reader, each of whose acts lasts as long as it may: whoever looks for work meanwhile is told by `taken`."""

    def __init__(self, app: Flask, number: int) -> None:
        self._reader, self._number = _parts(app).lecteur, number
        self.acts, self.taken = list[str](), list[Depot | None]()

    def __getattr__(self, act: str) -> Any:
        def lasts(*given: Any, **more: Any) -> Any:
            self.acts.append(act)
            with transaction() as session:
                self.taken.append(depot.reserver(session, self._number, now=self._after(Limites().silence)))
            done = getattr(self._reader, act)(*given, **more)
            with transaction() as session:
                session.get_one(Depot, self._number).reprise_le = self._after(1)
            return done

        return lasts

    @staticmethod
    def _after(seconds: float) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)


@SQLITE
def test_a_message_is_read_by_one_worker_however_long_its_attachments_take(town: Flask) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Awa Diarra <awa@courrier.example>", "Place en crèche"
    message.set_content("Bonjour, voici ma demande et sa pièce.")
    message.add_attachment(imprimer.pdf("place_creche"), maintype="application", subtype="pdf", filename="demande.pdf")
    scan = imprimer.jpeg(imprimer.pages("place_creche")[0][:300])
    message.add_attachment(scan, maintype="image", subtype="jpeg", filename="acte.jpg")
    message.add_attachment(b"MZ, un programme", maintype="application", subtype="octet-stream", filename="virus.exe")
    number = _deposit(town, message.as_bytes(), "message/rfc822")
    reader = Slow(town, number)
    with town.app_context():
        travaux.lire(replace(_parts(town), lecteur=cast(Lecteur, reader)), number)
        read = depot.depot(db.session(), number)
        assert (read.etat, read.essais) == ("a_enregistrer", 1)
        genres = [piece.genre for piece in depot.pieces(db.session(), number)]
        assert sorted(genres) == ["annexe", "annexe", "annexe", "original", "pdfa", "vue"]
        # What was kept of pages on the way is let go.
        assert db.session().scalar(select(func.count()).select_from(PageRetenue)) == 0
    assert reader.acts == ["read", "show", "read", "read", "read", "searchable", "read"]
    assert set(reader.taken) == {None}


@SQLITE
def test_a_full_disk_is_not_the_fault_of_the_letters_that_wait(town: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = _deposit(town, imprimer.jpeg(imprimer.pages("place_creche")[0][:300]), "image/jpeg")
    with town.app_context():
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "TemporaryFile", full)
            for day in range(depot.ESSAIS + 1):
                travaux.lire(_parts(town), number, clock=lambda day=day: datetime.now(UTC) + timedelta(days=day))
                waits = depot.depot(db.session(), number)
                assert (waits.etat, waits.essais, waits.motif) == ("a_lire", 0, depot.SANS_PLACE)
        travaux.lire(_parts(town), number, clock=lambda: datetime.now(UTC) + timedelta(days=9))
        assert depot.depot(db.session(), number).etat == "a_enregistrer"


@SQLITE
def test_a_file_that_alone_fills_the_disk_is_left_to_a_person_in_the_end(town: Flask) -> None:
    number, now = _deposit(town, b"%PDF-1.7", "application/pdf"), datetime.now(UTC)
    greedy = replace(_parts(town), lecteur=cast(Lecteur, Full()))  # the disk itself has room, once the reading is given up
    with town.app_context():
        for day in range(depot.REMISES):
            assert depot.depot(db.session(), number).etat == "a_lire"
            travaux.lire(greedy, number, clock=lambda day=day: now + timedelta(days=day))
        left = depot.depot(db.session(), number)
        assert (left.etat, left.motif) == ("a_verifier", depot.TROP_DE_PLACE)
        with transaction() as session:
            again = depot.reprendre(session, number, par="odile", now=now)
        assert (again.etat, again.remises) == ("a_lire", 0)


@SQLITE
def test_a_disk_that_former_pages_filled_is_not_held_against_those_that_a_clerk_put_since(town: Flask) -> None:
    number = _deposit(town, b"%PDF-1.7", "application/pdf")

    class Changed:
        def read(self, *_given: object, **_more: object) -> None:
            with transaction() as session:
                lots.poser(session, depot.depot(session, number), [("a" * 64, 1, 0)])
            full()

    with town.app_context():
        travaux.lire(replace(_parts(town), lecteur=cast(Lecteur, Changed())), number)
        waits = depot.depot(db.session(), number)
        assert (waits.etat, waits.essais, waits.motif, waits.reprise_le) == ("a_lire", 0, "", None)


@SQLITE
def test_a_file_whose_empreinte_cannot_be_made_again_holds_back_no_other(
    town: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = doublons.refaire

    def fails(session: Session, sha256: str) -> None:
        if sha256 == "b" * 64:
            raise RuntimeError("imprévu")
        made(session, sha256)

    monkeypatch.setattr(doublons, "refaire", fails)
    with town.app_context():
        with transaction() as session:
            session.add_all(Empreinte(sha256=sign * 64, signature="", image="", regle=0) for sign in "abc")
        assert (lectures.rattraper(), lectures.rattraper()) == (3, 0)
    assert caplog.text.count("RuntimeError: imprévu") == 1
