"""When a timer or a task is due: durations, dates and cycles, read in the town hall's own time."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import EngineError

PARIS = ZoneInfo("Europe/Paris")
_DURATION = re.compile(
    r"(?P<sign>-)?P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
MAX_YEARS = 100


class NotATime(EngineError):
    """« {text} » n’est ni une durée, ni une date, ni une répétition ; écrivez par exemple P3D, 2026-12-04 ou R3/PT1H."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """When a timer fires; `left` more times after that (-1: for ever), one every `every`."""

    at: datetime
    left: int = 0
    every: str = ""


def literal(text: str) -> bool:
    """Whether `text` is a time by itself, not an expression that gives one."""
    text = text.strip().upper()
    if text.startswith("R") and "/" in text:
        return all(literal(part) for part in text.split("/")[1:])
    return any(shape.fullmatch(text) for shape in (_DURATION, _DATE, _MOMENT))


def local(moment: datetime | date) -> datetime:
    """An aware moment; a naive one, and a date at its first instant, are the town hall's."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())  # made aware just below
    return moment.replace(tzinfo=PARIS) if moment.tzinfo is None else moment


def add(start: datetime, text: str) -> datetime:
    """`start` plus the ISO 8601 duration `text`: years to days on the calendar, hours to seconds on the clock."""
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None:
        raise NotATime(text=text)
    sign = -1 if match["sign"] else 1
    number = {name: float(value or 0) * sign for name, value in match.groupdict().items() if name != "sign"}
    months = int(number["years"] * 12 + number["months"])
    if abs(months) > MAX_YEARS * 12 or abs(number["weeks"] * 7 + number["days"]) > MAX_YEARS * 366:
        raise NotATime(text=text)
    here = start.astimezone(PARIS)
    year, month = divmod(here.year * 12 + here.month - 1 + months, 12)
    day = min(here.day, monthrange(year, month + 1)[1])
    here = here.replace(year=year, month=month + 1, day=day) + timedelta(weeks=number["weeks"], days=number["days"])
    clock = timedelta(hours=number["hours"], minutes=number["minutes"], seconds=number["seconds"])
    return here.astimezone(UTC) + clock


def moment(value: object, *, now: datetime) -> datetime:
    """The instant that a timer's evaluated `value` names; a duration counts from `now` as in `add`, a bare date is its start."""
    if isinstance(value, datetime):
        return local(value).astimezone(UTC)
    if isinstance(value, date):
        return local(value).astimezone(UTC)
    if isinstance(value, timedelta):
        return _days_later(now, value.days) + (value - timedelta(days=value.days))
    text = str(value).strip()
    if _DURATION.fullmatch(text.upper()):
        return add(now, text)
    if _DATE.fullmatch(text):
        return local(date.fromisoformat(text)).astimezone(UTC)
    if _MOMENT.fullmatch(text.upper()):
        return local(datetime.fromisoformat(text)).astimezone(UTC)
    raise NotATime(text=text)


def _days_later(start: datetime, days: int) -> datetime:
    """The same hour of the town hall, even when its clock has changed meanwhile."""
    return (start.astimezone(PARIS) + timedelta(days=days)).astimezone(UTC)


def delay(value: object, *, now: datetime) -> datetime:
    """As `moment`, but a bare date, which a count of working days gives, keeps the hour at which it was counted from."""
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        value = date.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, now.astimezone(PARIS).time(), PARIS).astimezone(UTC)
    return moment(value, now=now)


def deadline(value: object, *, now: datetime) -> datetime:
    """As `moment`, but a bare date is due at its last second: who acts on that day is not late."""
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        value = date.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(23, 59, 59), PARIS).astimezone(UTC)
    return moment(value, now=now)


def cycle(value: object, *, now: datetime) -> Due:
    """The first firing of an ISO 8601 repetition: R3/PT1H, R/2026-12-04T09:00/P1D, R2/P1D/2026-12-31."""
    text = str(value).strip().upper()
    parts = text.split("/")
    if not re.fullmatch(r"R\d*", parts[0]) or len(parts) not in (2, 3):
        return Due(at=moment(value, now=now))
    left = max(int(parts[0][1:]) - 1, 0) if parts[0][1:] else -1
    if len(parts) == 2:
        return Due(at=add(now, parts[1]), left=left, every=parts[1])
    if parts[1].startswith("P"):
        return Due(at=add(moment(parts[2], now=now), "-" + parts[1]), left=left, every=parts[1])
    return Due(at=moment(parts[1], now=now), left=left, every=parts[2])


def following(due: Due, *, now: datetime) -> Due | None:
    """The next firing strictly after `now`: those missed meanwhile are one; None when none is left."""
    at, left = due.at, due.left
    length = add(at, due.every) - at if left else timedelta()
    if left and length <= timedelta():
        return None
    if left and now - at > length * 1000:  # after months of silence, do not count the minutes one by one
        missed = int((now - at) / length) - 1
        at, left = at + length * missed, left if left < 0 else max(left - missed, 0)
    while left != 0:
        at, left = add(at, due.every), max(left - 1, -1)
        if at > now:
            return Due(at=at, left=left, every=due.every)
    return None
