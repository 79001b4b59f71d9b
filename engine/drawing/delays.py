"""Reads a duration, a date or a rhythm in the words of a label, in French, English and German."""

import re
from dataclasses import dataclass

from engine.drawing.words import fold


@dataclass(frozen=True, kw_only=True)
class Delay:
    """`kind` is the BPMN element (timeDuration, timeDate, timeCycle); `text` its ISO 8601 or FEEL content."""

    kind: str
    text: str


_NUMBERS = {
    word: number
    for number, words in {
        1: "un une one a an ein eine einem einen einer",
        2: "deux two zwei",
        3: "trois three drei",
        4: "quatre four vier",
        5: "cinq five funf",
        6: "six sechs",
        7: "sept seven sieben",
        8: "huit eight acht",
        9: "neuf nine neun",
        10: "dix ten zehn",
        12: "douze twelve zwolf",
        14: "quatorze fourteen vierzehn",
        15: "quinze fifteen funfzehn",
        20: "vingt twenty zwanzig",
        30: "trente thirty dreissig",
        60: "soixante sixty sechzig",
    }.items()
    for word in words.split()
}
_WORKING = (
    r"(?:jours? (?:ouvr\w+|francs?)|j\.?o\.?|(?:working|business) ?days?"
    r"|werktage?n?|arbeitstage?n?|bankarbeitstage?n?)"
)
_UNITS = (
    ("minute", r"minutes?|minuten|mins?|mn"),
    ("quarter", r"trimestres?|quarters?|quartale?n?"),
    ("half", r"semestres?"),
    ("fortnight", r"quinzaines?|fortnights?"),
    ("month", r"mois|months?|monate?n?|monats"),
    ("week", r"semaines?|sem|weeks?|wks?|wochen?"),
    ("day", r"jours?|jrs?|j|days?|d|tage?n?|tags"),
    ("hour", r"heures?|hours?|hrs?|h|stunden?|stdn?|std"),
    ("second", r"secondes?|seconds?|sekunden?|secs?|s"),
    ("year", r"ans?|annees?|years?|jahre?n?|jahrs"),
)
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
_NUMBER = r"(?P<number>\d+(?:[.,]\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_RANGE = re.compile(r"\d+(?:[.,]\d+)?(?: ?h)? ?(?:-|/|a|ou|or|to|bis|oder) ?(?=\d)")
_AMOUNT = re.compile(rf"(?<![a-z0-9]){_NUMBER} ?-?(?:(?P<working>{_WORKING})|{_UNIT})(?![a-z])")
_CLOCKED = re.compile(r"(?<![a-z0-9])(\d+) ?h ?([0-5]\d)(?!\d)")
_ISO = re.compile(r"\b[Pp](?=\d|[Tt]\d)(?:\d+[YyMmWwDd])*(?:[Tt](?:\d+[HhMmSs])+)?(?![A-Za-z0-9])")
_EVERY = re.compile(r"\b(?:chaque|tou[st]e?s? les?|every|each|alle|jede[nrsm]?)\b")
_RHYTHMS = (
    (r"quotidien\w*|daily|taglich\w*", "P1D"),
    (r"hebdomadaire\w*|weekly|wochentlich\w*", "P7D"),
    (r"mensuel\w*|monthly|monatlich\w*", "P1M"),
    (r"annuel\w*|yearly|annually|jahrlich\w*", "P1Y"),
    (r"horaire|hourly|stundlich\w*", "PT1H"),
)
_DAY_NAMES = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)s?\b"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january januar",
            "fevrier february februar",
            "mars march marz",
            "avril april",
            "mai may",
            "juin june juni",
            "juillet july juli",
            "aout august",
            "septembre september",
            "octobre october oktober",
            "novembre november",
            "decembre december dezember",
        ),
        1,
    )
    for name in names.split()
}
_NUMERIC_DATE = re.compile(r"\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}))\b")
_WORDED_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:er|\.|th|st|nd|rd)? ({'|'.join(_MONTHS)})|({'|'.join(_MONTHS)}) (\d{{1,2}})),? (\d{{4}})\b"
)
_MONTH_END = re.compile(
    r"\b(?:fin (?:du|de) mois|fin de ce mois|end of (?:the |this )?month|month end|monatsende|ende des monats)\b"
)
_NEXT_WORKING = re.compile(
    r"\b(?:prochain jour ouvre|jour ouvre suivant|next (?:working|business) day|nachste\w* (?:werk|arbeits)tag)\b"
)
_NEXT_DAY = re.compile(r"\b(?:lendemain|next day|nachste\w* tag)\b")
LAST_OF_MONTH = '${date(aujourdhui().year, aujourdhui().month, 1) + duration("P1M") - duration("P1D")}'


def read_delay(label: str) -> Delay | None:
    """The time that `label` tells («5 jours ouvrés», «within 2 days», «nach 3 Tagen», «fin du mois»), None for none."""
    text = fold(label)
    return _date(text) or _rhythm(text, label) or _fixed(text) or _duration(text, label)


def _date(text: str) -> Delay | None:
    found = _NUMERIC_DATE.search(text)
    if found:
        parts = [int(part) for part in found.groups() if part]
        year, month, day = parts if found[1] else reversed(parts)
        return _a_date(year, month, day)
    found = _WORDED_DATE.search(text)
    if found:
        month_name = found[2] or found[3]
        return _a_date(int(found[5]), _MONTHS[month_name], int(found[1] or found[4]))
    return None


def _a_date(year: int, month: int, day: int) -> Delay | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Delay(kind="timeDate", text=f"{year:04}-{month:02}-{day:02}T00:00:00")


def _rhythm(text: str, label: str) -> Delay | None:
    for pattern, period in _RHYTHMS:
        if re.search(rf"\b(?:{pattern})\b", text):
            return Delay(kind="timeCycle", text=f"R/{period}")
    every = _EVERY.search(text)
    if not every:
        return None
    rest = text[every.end() :].strip()
    if _DAY_NAMES.match(rest):
        return Delay(kind="timeCycle", text="R/P7D")
    found = _duration(rest if rest[:1].isdigit() else f"1 {rest}", label) or _duration(rest, label)
    if found and found.text.startswith("P"):
        return Delay(kind="timeCycle", text=f"R/{found.text}")
    return found


def _fixed(text: str) -> Delay | None:
    if _MONTH_END.search(text):
        return Delay(kind="timeDate", text=LAST_OF_MONTH)
    if re.search(r"\b(?:sous|par) quinzaine\b", text):
        return Delay(kind="timeDuration", text="P15D")
    counted = re.search(r"\bj ?\+ ?(\d+)\b", text)
    if counted:
        return Delay(kind="timeDuration", text=f"P{int(counted[1])}D")
    if _NEXT_WORKING.search(text):
        return Delay(kind="timeDuration", text="${jours_ouvres(1)}")
    if _NEXT_DAY.search(text):
        return Delay(kind="timeDuration", text="P1D")
    return None


def _duration(text: str, label: str) -> Delay | None:
    iso = _ISO.search(label)
    if iso and len(iso[0]) > 2:
        return Delay(kind="timeDuration", text=iso[0].upper())
    clocked = _CLOCKED.search(text)
    if clocked:
        return Delay(kind="timeDuration", text=f"PT{int(clocked[1])}H{int(clocked[2])}M")
    # «24 à 48 h»: the later one is what may not be passed.
    found = list(_AMOUNT.finditer(_RANGE.sub("", text)))
    if not found:
        return None
    if found[0]["working"]:
        return Delay(kind="timeDuration", text=f"${{jours_ouvres({_number(found[0]['number']):g})}}")
    return Delay(kind="timeDuration", text=_iso(found))


def _number(text: str) -> float:
    return float(_NUMBERS[text]) if text in _NUMBERS else float(text.replace(",", "."))


_IN_DAYS = {"day": 1, "week": 7, "fortnight": 15}
_IN_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_IN_SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def _iso(found: list[re.Match[str]]) -> str:
    """ISO 8601 of one or more amounts in a row («1 jour 12 heures»); fractions go down to smaller units."""
    months, seconds = 0.0, 0.0
    for amount in found:
        number = _number(amount["number"])
        unit = next(name for name, _ in _UNITS if amount[name]) if not amount["working"] else "day"
        months += number * _IN_MONTHS.get(unit, 0)
        seconds += number * (_IN_DAYS.get(unit, 0) * 86400 + _IN_SECONDS.get(unit, 0))
    days, rest = divmod(round(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    years, months = divmod(months, 12)
    date = (f"{years:g}Y" if years else "") + (f"{months:g}M" if months else "") + (f"{days}D" if days else "")
    time = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if value)
    return "P" + date + ("T" + time if time else "") if date or time else "PT0S"
