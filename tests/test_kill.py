"""`kill -9` at fifty random moments of a day's work, on both databases: nothing is lost, doubled or stuck."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Config
from app.courrier import journal
from app.courrier.tables import Avertissement, Courrier, Depot, Envoi, Piece
from app.db import db, transaction
from app.web.context import parts
from engine import Incident, Instance, Task
from tests.letters import imprimer
from tests.support.circuits import deploy_shipped
from tests.support.day import LETTERS, WORKERS, Day
from tests.support.sink import Sink, listening

KILLS = 50
LEASE = timedelta(minutes=6)
"""More than any lease: each start finds that what the dead one held is free again."""


@contextmanager
def started(day: Day) -> Iterator[int]:
    """The day's program as a real process; it says nothing and ends by itself when the work is done."""
    process = os.fork()
    if process == 0:
        os.setsid()
        status = 1
        try:
            day.run()
            status = 0
        finally:
            os._exit(status)
    yield process


def killed(process: int) -> bool:
    """Kill it and all it started; False when it had already finished its day."""
    ended, _status = os.waitpid(process, os.WNOHANG)
    if ended:
        return False
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return True


def test_a_day_survives_fifty_kills(town: Flask) -> None:
    with listening() as sink:
        killed_fifty_times(town, replace(town.extensions["vaguemestre"].config, smtp_url=f"smtp://127.0.0.1:{sink.port}"), sink)


def killed_fifty_times(town: Flask, config: Config, sink: Sink) -> None:
    """The day, from its first letter to what must hold of it."""
    for name in LETTERS:
        imprimer.pdf(name)  # printed once here, inherited by every start
    with town.app_context():
        deploy_shipped(parts())
        short = (Path(__file__).parent / "support/relance.bpmn").read_bytes()
        with transaction() as session:
            assert parts().engine.deploy(session, short, by="paul", now=datetime.now(UTC)).definition is not None
        db.session.remove()
        db.engine.dispose()

    moments, kills, starts, day = random.Random(2026), 0, 0, Day(config=config, later=LEASE)
    while kills < KILLS:
        starts += 1
        with started(day) as process:
            time.sleep(moments.uniform(0.05, 1.6))
            done = not killed(process)
        sink.next_life()
        # A day's work that is over is followed by the next post.
        day = replace(day, later=LEASE * (starts + 1), posts=day.posts + done)
        kills += not done
    with started(day) as process:
        finish(process)
    with town.app_context():
        everything_holds(day)
        sent_once(sink.received)
        db.session.remove()


def finish(process: int) -> None:
    """Let it come to its end; a day that is stuck is killed and told."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            assert status == 0
            return
        time.sleep(0.2)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    pytest.fail("the day never came to its end: something is stuck")


def everything_holds(day: Day) -> None:
    """What must be true after every fault, asked of the database and the vault."""
    session = db.session()
    couriers = list(session.scalars(select(Courrier)))
    assert journal.verifier(session) > 0
    numbers: dict[str, list[int]] = {}
    for courrier in couriers:
        numbers.setdefault(courrier.registre, []).append(courrier.numero)
    for registre, given in numbers.items():
        assert sorted(given) == list(range(1, len(given) + 1)), registre

    depots = list(session.scalars(select(Depot)))
    assert Counter(d.origine for d in depots) == Counter(dict.fromkeys(day.letters, 1))
    assert {d.etat for d in depots} == {"enregistre"}
    for piece in session.scalars(select(Piece)):
        assert parts().coffre.get(piece.sha256), piece.nom

    assert not session.scalars(select(Task).where(Task.closed_at.is_(None))).all()
    assert {i.status for i in session.scalars(select(Instance))} == {"completed"}
    assert not session.scalars(select(Incident)).all()
    notices = session.scalars(select(Avertissement.cle).where(Avertissement.genre == "relance"))
    reminded = Counter(cle.split(":")[3] for cle in notices)
    waited = session.scalars(select(Task.id).where(Task.step == "attendre")).all()
    people = set(reminded.values())
    assert set(reminded) == {str(task) for task in waited}
    assert len(people) == 1, reminded  # each member of the bureau once a task

def sent_once(received: list[tuple[int, str]]) -> None:
    """Each message has left, and never twice but for one reason: the kill fell between the server's yes and our commit.

    So no life of the program sends a message twice, and each kill doubles what its two workers held at most.
    """
    session = db.session()
    envois = list(session.scalars(select(Envoi)))
    assert {envoi.etat for envoi in envois} == {"envoye"}
    assert len({(envoi.courrier_id, envoi.genre) for envoi in envois}) == len(envois)
    assert len(set(received)) == len(received), "a message was sent twice by one life of the program"
    times = Counter(message.strip("<>").partition("@")[0] for _life, message in received)
    for envoi in envois:
        assert 1 <= times[envoi.message_id] <= envoi.essais, envoi.message_id
    last = {message: life for life, message in received}
    doubled = Counter(life for life, message in received if life != last[message])
    assert all(count <= WORKERS for count in doubled.values()), doubled
