"""The clock and its timers: one that cannot be fired neither holds the others back nor is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import travaux
from app.courrier import journal, journey
from app.courrier.tables import Courrier
from app.web.context import parts
from engine import Timer
from tests.web.guichet import act, looking, register, write


def reminders(app: Flask, number: int) -> int:
    with looking(app) as session:
        return [line.acte for line in journal.lire(session, f"courrier:{number}")].count("relance")


def test_a_timer_that_cannot_be_fired_leaves_room_for_others_and_is_fired_later(
    office: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    recours, other = register(office), register(office)
    for number in (recours, other):
        act(office, number, "marc", "qualifier", decision="traiter")

    def due(session: Session) -> None:
        past = datetime.now(UTC) - timedelta(minutes=1)
        for number in (recours, other):
            instance = session.get_one(Courrier, number).instance_id
            timer = session.scalars(select(Timer).where(Timer.instance_id == instance, Timer.fired_at.is_(None),
                                                        Timer.cancelled_at.is_(None)).order_by(Timer.due_at)).first()
            assert timer
            timer.due_at = past if number == recours else past + timedelta(seconds=1)

    def failing(*given: object, **_: object) -> None:
        if any(isinstance(one, Courrier) and one.id == recours for one in given):
            raise ValueError("imprévu")

    write(office, due)
    monkeypatch.setattr(travaux, "TIMERS_A_TICK", 1)
    with office.app_context(), monkeypatch.context() as broken:
        broken.setattr(journey, "suites", failing)
        assert [travaux.reveiller(parts()) for _ in range(3)] == [0, 1, 0]
        assert caplog.text.count("ValueError: imprévu") == 1
        assert reminders(office, recours) == 0
    with office.app_context(), monkeypatch.context() as later:
        in_two_hours = datetime.now(UTC) + timedelta(hours=2)
        later.setattr(travaux, "utc", lambda: in_two_hours)
        assert [travaux.reveiller(parts()) for _ in range(2)] == [1, 0]
    assert reminders(office, recours) == 1
