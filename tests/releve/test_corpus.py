"""Five hundred messages of every shape, collected by a process killed thirty times: none lost, none doubled, each has an end."""

import hashlib
import os
import random
import re
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app import releve, travaux
from app.courrier import collecte, depot, journal
from app.courrier.errors import Illisible
from app.courrier.ports import Lecture
from app.db import db
from app.outside.reader import Limites, Reader, mail, outlook
from app.outside.reader.sniffing import EML, MSG, TNEF
from app.web.context import parts
from tests.releve import corpus
from tests.releve.bureau import collect, depots, mailbox
from tests.releve.conftest import session
from tests.support.dovecot import Dovecot

KILLS = 30
REFUSED = re.compile("chiffré|trop de parties|l’un dans l’autre")
UNREADABLE = {"encrypted smime", "encrypted pgp", "crowd", "forwarded too deep"}
HOUR = timedelta(hours=1)


class Here(Reader):
    """Reads messages in this process, five hundred being too many to start a child for each; no other file."""

    def read(self, data: bytes, **_others: object) -> Lecture:
        """As the child does."""
        readers = {EML: mail.read, MSG: outlook.read_msg, TNEF: outlook.read_tnef}
        reader = readers.get(self.sniff(data))
        if reader is None:
            raise Illisible(motif="Ce n’est pas un message.")
        return reader(data, Limites())


    def show(self, *_message: object) -> bytes:
        """Not here."""
        raise Illisible(motif="Ce courriel n’est pas mis en pages.")


def test_every_message_is_taken_once_and_comes_to_an_end(mairie: Flask, imap: Dovecot) -> None:
    sent = corpus.messages()
    with session(imap, "corpus") as client:
        for message in sent:
            client.append("INBOX", message.raw)
        given = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
        arrived = Counter(hashlib.sha256(one[b"BODY[]"]).hexdigest() for one in given.values())
    number = mailbox(mairie, imap, "corpus")
    with mairie.app_context():
        db.session.remove()
        db.engine.dispose()
    moments, starts = random.Random(30), 0
    for _ in range(KILLS):
        starts += 1
        _killed(mairie, number, later=collecte.BAIL * 2 * starts, after=moments.uniform(0.05, 0.35))
    while (done := collect(mairie, number, later=collecte.BAIL * 2 * (starts := starts + 1))).pris + done.connus:
        pass
    taken = depots(mairie)
    assert Counter(depot.sha256 for depot, _raw in taken) == arrived
    assert len(taken) == len(sent) == arrived.total()
    with session(imap, "corpus") as client:
        assert client.search("ALL") == []
        assert client.folder_status("Pris")[b"MESSAGES"] == len(sent)
    _read_all(mairie)
    ends = {depot.id: (depot.etat, depot.motif, depot.propositions) for depot, _raw in depots(mairie)}
    assert {etat for etat, _motif, _said in ends.values()} == {"a_enregistrer", "a_verifier"}
    refused = [motif for etat, motif, _said in ends.values() if etat == "a_verifier"]
    assert all(REFUSED.search(motif) for motif in refused), refused
    assert len(refused) <= sum(message.shape in UNREADABLE for message in sent)
    assert all(said for etat, _motif, said in ends.values() if etat == "a_enregistrer")
    with mairie.app_context():
        assert journal.verifier(db.session()) >= len(sent)


def _killed(app: Flask, number: int, *, later: timedelta, after: float) -> None:
    """Collect in a process of its own, and kill it in the middle of whatever it does."""
    process = os.fork()
    if process == 0:
        with app.app_context():
            releve.relever(parts(), number, clock=lambda: datetime.now(UTC) + later)
        os._exit(0)
    time.sleep(after)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _read_all(app: Flask) -> None:
    """Read each depot, and once more those that failed, as the clock would an hour later."""
    whole = app.extensions["vaguemestre"]
    app.extensions["vaguemestre"] = replace(whole, lecteur=Here())
    with app.app_context():
        for later in range(depot.ESSAIS):
            for depot_id in depot.a_lire(db.session(), now=datetime.now(UTC) + HOUR * later, limite=1000):
                travaux.lire(parts(), depot_id, clock=lambda: datetime.now(UTC) + HOUR * later)  # noqa: B023
        db.session.remove()


def _one(shape: str) -> bytes:
    return next(message.raw for message in corpus.messages(len(corpus.SHAPES)) if message.shape == shape)


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ("winmail", ["Été.pdf", "11.txt"]), ("winmail spoiled", ["winmail.dat"]), ("msg", ["demande.msg"]),
        ("invitation", ["piece-2.ics"]), ("bounce", ["piece-2.txt", "piece-3.txt"]), ("uuencoded", ["plan.pdf"]),
        ("rfc 2231", ["Délibé n°4.pdf"]), ("rfc 2047 name", ["été.pdf"]), ("climbing name", ["passwd"]),
        ("signed pgp", ["piece-2"]), ("both", ["piece-3.png"]), ("forwarded", ["piece-2.eml"]), ("opaque smime", []),
        ("no boundary", []),
    ],
)  # fmt: skip
def test_what_a_message_brings_is_found(shape: str, names: list[str]) -> None:
    reading = mail.read(_one(shape), Limites())
    assert [name for name, _content in reading.jointes] == names
    assert reading.pages[0].texte


@pytest.mark.parametrize("shape", ["encrypted smime", "encrypted pgp"])
def test_what_is_encrypted_says_so(shape: str) -> None:
    with pytest.raises(Illisible, match="chiffré"):
        mail.read(_one(shape), Limites())


def test_a_message_passed_on_brings_its_own_files(mairie: Flask, imap: Dovecot) -> None:
    with session(imap, "transmis") as client:
        client.append("INBOX", _one("forwarded thrice"))
        client.append("INBOX", _one("msg"))
    assert collect(mairie, mailbox(mairie, imap, "transmis")).pris == 2
    _read_all(mairie)
    with mairie.app_context():
        (passed, outlook_) = [[piece.nom for piece in depot.pieces(db.session(), one.id)] for one, _raw in depots(mairie)]
    assert passed[1:] == ["piece-2.eml", "piece-2.eml", "piece-2.eml", "piece 9.pdf"]
    assert outlook_[1:] == ["demande.msg", "a.pdf"]
