"""Dates, times and durations: read from ISO text, written back, and their properties."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.expressions.values import YearsMonths

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.A)
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z_]+(?:[/+-][A-Za-z0-9_+-]+)*)?", re.A)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.A)
_DAYS = re.compile(r"(-?)P(?:(\d{1,12})D)?(?:T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15}(?:\.\d*)?)S)?)?", re.A)
_FURTHEST_OFFSET = timedelta(hours=18)


def read_date(text: str) -> date | None:
    """`2026-03-01`, or null."""
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """`08:30:00`, with an optional fraction and an optional `Z`, `+02:00` or `@Europe/Paris`; or null."""
    match = _TIME.fullmatch(text.removeprefix("T"))
    if not match:
        return None
    hour, minute, second, fraction, zone = match.groups()
    micro = int(((fraction or ".0")[1:] + "000000")[:6])
    found = read_zone(zone)
    if zone and found is None:
        return None
    try:
        return time(int(hour), int(minute), int(second), micro, tzinfo=found)
    except ValueError:
        return None


def read_datetime(text: str) -> datetime | None:
    """`2026-03-01T08:30:00` with what a time may carry, or a date alone (its midnight); or null."""
    day, mark, hour = text.partition("T")
    found = read_date(day)
    if found is None:
        return None
    clock = read_time(hour) if mark else time()
    return None if clock is None else datetime.combine(found, clock)


def read_zone(text: str | None) -> tzinfo | None:
    """The time zone written after a time, or None."""
    if not text:
        return None
    if text in "Zz":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or (seconds and seconds[0] > 59):
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return offset_zone(-offset if text[0] == "-" else offset)


def offset_zone(offset: timedelta) -> tzinfo | None:
    """A fixed offset from UTC, or None past 18 hours."""
    return timezone(offset) if abs(offset) <= _FURTHEST_OFFSET else None


def read_duration(text: str) -> timedelta | YearsMonths | None:
    """`P1Y2M` or `P3DT4H`; mixing months and days is no duration, as in the DMN standard."""
    months = _MONTHS.fullmatch(text)
    if months and (months.group(2) or months.group(3)):
        count = int(months.group(2) or 0) * 12 + int(months.group(3) or 0)
        return YearsMonths(months=-count if months.group(1) else count)
    days = _DAYS.fullmatch(text)
    if not days or text[-1] in "PT":
        return None
    try:
        span = timedelta(
            days=int(days.group(2) or 0),
            hours=int(days.group(3) or 0),
            minutes=int(days.group(4) or 0),
            microseconds=int(Decimal(days.group(5) or 0) * 1_000_000),
        )
    except OverflowError:
        return None
    return -span if days.group(1) else span


def read_any(text: str) -> object:
    """The temporal value meant by `@"…"`: date, time, date and time or duration; or null."""
    stripped = text.strip()
    if "P" in stripped[:2]:
        return read_duration(stripped)
    day = read_date(stripped)
    if day is not None:
        return day
    moment = read_datetime(stripped)
    return moment if moment is not None else read_time(stripped)


def write(value: date | time | timedelta | YearsMonths) -> str:
    """ISO text that the readers above take back."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_write_time(value.timetz())}"
    if isinstance(value, time):
        return _write_time(value)
    if isinstance(value, timedelta):
        return write_span(value)
    return str(value)


def _write_time(value: time) -> str:
    """A time with its zone: `Z`, an offset, or `@zone`."""
    text = value.replace(tzinfo=None).isoformat()
    text = text.rstrip("0") if "." in text else text
    zone = value.tzinfo
    if zone is None:
        return text
    if isinstance(zone, ZoneInfo):
        return f"{text}@{zone.key}"
    offset = zone.utcoffset(None) or timedelta()
    return text + ("Z" if not offset else timezone(offset).tzname(None).removeprefix("UTC"))


def write_span(span: timedelta) -> str:
    """A duration in days, hours, minutes and seconds."""
    sign, rest = ("-", -span) if span < timedelta() else ("", span)
    minutes, seconds = divmod(rest.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    exact = Decimal(seconds) + Decimal(rest.microseconds) / 1_000_000
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{exact.normalize():f}S" if exact else ""
    days = f"{rest.days}D" if rest.days else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"


def offset_of(value: datetime | time) -> timedelta | None:
    """The offset from UTC; of a time in a named zone, which has no day, the zone's standard one."""
    found = value.utcoffset()
    if found is not None or value.tzinfo is None or isinstance(value, datetime):
        return found
    winter_and_summer = (datetime(2000, month, 1, tzinfo=value.tzinfo).utcoffset() for month in (1, 7))
    return min((offset for offset in winter_and_summer if offset is not None), default=None)


def member(value: object, name: str) -> object:
    """The property of a date, time or duration (`année` is `year`), or null."""
    if isinstance(value, timedelta):
        return _span_member(value, name)
    if isinstance(value, YearsMonths):
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        return {"years": Decimal(sign * years), "months": Decimal(sign * months)}.get(name)
    if isinstance(value, date) and name in ("year", "month", "day"):
        return Decimal(getattr(value, name))
    if isinstance(value, date) and name == "weekday":
        return Decimal(value.isoweekday())
    if isinstance(value, datetime | time):
        return _clock_member(value, name)
    return None


def _clock_member(value: datetime | time, name: str) -> object:
    """Hour, minute, second, and the two ways to tell a zone."""
    if name in ("hour", "minute"):
        return Decimal(value.hour if name == "hour" else value.minute)
    if name == "second":
        return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000
    if name == "time offset":
        return offset_of(value)
    if name == "timezone" and isinstance(value.tzinfo, ZoneInfo):
        return value.tzinfo.key
    return None


def _span_member(span: timedelta, name: str) -> object:
    """Days, hours, minutes and seconds; all carry the sign of the duration."""
    sign, rest = (-1, -span) if span < timedelta() else (1, span)
    parts = {
        "days": Decimal(rest.days),
        "hours": Decimal(rest.seconds // 3600),
        "minutes": Decimal(rest.seconds // 60 % 60),
        "seconds": Decimal(rest.seconds % 60) + Decimal(rest.microseconds) / 1_000_000,
    }
    return sign * parts[name] if name in parts else None
