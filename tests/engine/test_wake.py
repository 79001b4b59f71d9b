"""Timers fire exactly once, whatever the number of clocks, and a faulty one holds nothing back."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select, update
from sqlalchemy.orm import Session

from app.db import tune
from engine import Incident, Instance, Task, Timer
from engine.instance import times
from tests.engine.office import NOW, Office, border, draw, service, user

PARIS = ZoneInfo("Europe/Paris")
REMINDED = draw(
    f"""
    <bpmn:startEvent id="debut"/>
    {user("lire")}
    {border("retard", "lire", "P2D")}
    {service("relancer", "relancer")}
    <bpmn:endEvent id="fin"/>
    <bpmn:endEvent id="fin2"/>
    debut -> lire
    lire -> fin
    retard -> relancer
    relancer -> fin2
    """
)
LATER = NOW + timedelta(days=3)


def test_three_clocks_fire_each_timer_once(database_url: str) -> None:
    office = Office()
    bind = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    tune(bind)
    with Session(bind, expire_on_commit=False, autoflush=False) as session:
        session.connection(execution_options={"writes": True})
        office.deploy(session, REMINDED)
        for _ in range(12):
            office.start(session)
        session.commit()
    ready = threading.Barrier(3)
    fired: list[bool] = []

    def clock() -> None:
        with Session(bind, expire_on_commit=False, autoflush=False) as mine:
            due = office.engine.due(mine, now=LATER)
            mine.commit()
            ready.wait()
            for timer_id in due:
                mine.connection(execution_options={"writes": True})
                fired.append(office.engine.wake(mine, timer_id, now=LATER) is not None)
                mine.commit()

    clocks = [threading.Thread(target=clock) for _ in range(3)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    with Session(bind) as session:
        assert (len(fired), sum(fired)) == (36, 12)
        assert len(office.calls) == 12
        assert session.scalar(select(func.count()).where(Timer.fired_at == LATER)) == 12
        assert office.engine.due(session, now=LATER) == []
    bind.dispose()


def test_only_the_due_timer_goes_off(session: Session) -> None:
    office = Office()
    office.deploy(session, _two_delays())
    office.start(session)
    (first,) = office.engine.due(session, now=NOW + timedelta(days=2))
    assert office.engine.wake(session, first, now=NOW + timedelta(days=400)) is not None
    assert [step for step, _ in office.calls] == ["relancer"]
    assert len(office.engine.due(session, now=NOW + timedelta(days=400))) == 1


def _two_delays() -> bytes:
    return draw(
        f"""
        <bpmn:startEvent id="debut"/>
        {user("lire")}
        {border("retard", "lire", "P2D")}
        {border("alerte", "lire", "P5D")}
        {service("relancer", "relancer")}
        {service("alerter", "relancer")}
        <bpmn:endEvent id="fin"/>
        <bpmn:endEvent id="fin2"/>
        <bpmn:endEvent id="fin3"/>
        debut -> lire
        lire -> fin
        retard -> relancer
        relancer -> fin2
        alerte -> alerter
        alerter -> fin3
        """
    )


def test_a_reminder_knows_which_step_it_is_about(session: Session) -> None:
    office, about = Office(), []
    office.engine.host.services["relancer"] = lambda call: about.append((call.step, call.about))  # type: ignore[index]
    office.deploy(session, _two_delays())
    office.start(session)
    for timer in office.engine.due(session, now=NOW + timedelta(days=9)):
        office.engine.wake(session, timer, now=NOW + timedelta(days=9))
    assert about == [("relancer", "lire"), ("alerter", "lire")]


def test_a_timer_that_is_not_due_or_whose_step_is_over_does_nothing(session: Session) -> None:
    office = Office()
    office.deploy(session, REMINDED)
    (task,) = office.start(session).opened
    timer = session.scalars(select(Timer)).one()
    assert office.engine.wake(session, timer.id, now=NOW) is None
    office.do(session, task)
    assert office.engine.wake(session, timer.id, now=LATER) is None
    assert office.calls == []


def test_a_reminder_that_fails_is_an_incident_and_the_task_stays(session: Session) -> None:
    office = Office(failing={"relancer"})
    office.deploy(session, REMINDED)
    (task,) = office.start(session).opened
    step = office.engine.wake(session, office.engine.due(session, now=LATER)[0], now=LATER)
    assert step is not None
    assert "la machine est en panne" in step.incidents[0].cause
    assert session.get_one(Task, task.id).closed_at is None


def test_a_broken_instance_is_pushed_on_and_the_clock_goes_on(session: Session) -> None:
    office = Office()
    office.deploy(session, REMINDED)
    broken, sound = office.start(session).instance, office.start(session).instance
    session.execute(update(Instance).where(Instance.id == broken.id).values(state=b"V1[]"))
    session.commit()
    session.expire_all()
    steps = [office.engine.wake(session, timer, now=LATER) for timer in office.engine.due(session, now=LATER)]
    assert [step.instance.id for step in steps if step] == [broken.id, sound.id]
    assert len(office.calls) == 1
    assert session.scalars(select(Incident.instance_id)).all() == [broken.id]
    assert office.engine.due(session, now=LATER) == []


def test_a_delay_that_cannot_be_read_is_an_incident_and_not_a_timer(session: Session) -> None:
    office = Office()
    office.deploy(session, REMINDED.replace(b">P2D<", b">${delai}<"))
    step = office.start(session, delai="bientot")
    assert "bientot" in step.incidents[0].cause
    assert office.engine.due(session, now=LATER) == []
    assert office.do(session, step.opened[0]).ended


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("P3D", datetime(2026, 3, 31, 9, 0, tzinfo=PARIS)),  # summer time began in between: the same hour of the day
        ("PT72H", datetime(2026, 3, 31, 10, 0, tzinfo=PARIS)),
        ("P1M", datetime(2026, 4, 28, 9, 0, tzinfo=PARIS)),
        ("P1Y2M", datetime(2027, 5, 28, 9, 0, tzinfo=PARIS)),
        ("P2W", datetime(2026, 4, 11, 9, 0, tzinfo=PARIS)),
        ("PT1H30M", datetime(2026, 3, 28, 10, 30, tzinfo=PARIS)),
    ],
)
def test_durations_are_counted_on_the_town_halls_clock(written: str, due: datetime) -> None:
    start = datetime(2026, 3, 28, 9, 0, tzinfo=PARIS).astimezone(UTC)
    assert times.delay(written, now=start) == due


def test_the_end_of_a_month_stays_within_it() -> None:
    assert times.add(datetime(2026, 1, 31, 12, tzinfo=UTC), "P1M") == datetime(2026, 2, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("2026-07-14", datetime(2026, 7, 14, tzinfo=PARIS)),
        ("2026-07-14T09:00", datetime(2026, 7, 14, 9, tzinfo=PARIS)),  # naive: summer time, not the machine's
        ("2026-07-14T09:00:00Z", datetime(2026, 7, 14, 9, tzinfo=UTC)),
        (date(2026, 7, 14), datetime(2026, 7, 14, tzinfo=PARIS)),
        (datetime(2026, 7, 14, 9, tzinfo=UTC), datetime(2026, 7, 14, 9, tzinfo=UTC)),
        (timedelta(hours=2), NOW + timedelta(hours=2)),
        (timedelta(days=150, hours=1), datetime(2027, 4, 16, 11, 30, tzinfo=PARIS)),  # its hour, in summer too
    ],
)
def test_dates_without_an_offset_are_the_town_halls(value: object, due: datetime) -> None:
    assert times.moment(value, now=NOW) == due


def test_who_acts_on_the_day_is_not_late() -> None:
    assert times.deadline("2026-12-04", now=NOW) == datetime(2026, 12, 4, 23, 59, 59, tzinfo=PARIS)


def test_working_days_counted_as_a_date_keep_the_hour() -> None:
    assert times.delay(date(2026, 11, 24), now=NOW) == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "P", "PT", "3 jours", "P3X", "R", "2026-13-01x", "P99999999Y", "P9999999999D"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(times.NotATime, match="P3D"):
        times.moment(written, now=NOW)


def test_repetitions_are_read() -> None:
    assert times.cycle("R3/PT1H", now=NOW) == times.Due(at=NOW + timedelta(hours=1), left=2, every="PT1H")
    assert times.cycle("R/P1D", now=NOW).left == -1
    start = times.cycle("R2/2026-12-01T08:00/P1D", now=NOW)
    assert (start.at, start.left) == (datetime(2026, 12, 1, 8, tzinfo=PARIS), 1)
    assert times.cycle("R2/P1D/2026-12-02T08:00", now=NOW).at == datetime(2026, 12, 1, 8, tzinfo=PARIS)


@given(
    left=st.integers(-1, 50),
    every=st.sampled_from(["PT1S", "PT7M", "PT1H", "P1D", "P1W", "P1M"]),
    silence=st.integers(0, 400 * 24 * 60),
)
def test_missed_firings_are_one_and_the_next_is_to_come(left: int, every: str, silence: int) -> None:
    now = NOW + timedelta(minutes=silence)
    later = times.following(times.Due(at=NOW, left=left, every=every), now=now)
    if later is not None:
        assert later.at > now
        assert times.add(now, every) + timedelta(hours=2) >= later.at
        assert later.left == -1 if left == -1 else 0 <= later.left < left
    else:
        assert left >= 0
