"""Reads one posted answer as a typed value, or says in one sentence what is wrong with it."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from engine.forms.model import LISTED, Field
from engine.phrases import Phrase

PARIS = ZoneInfo("Europe/Paris")
LONGEST = {"textfield": 2_000, "textarea": 50_000}
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[\d\s().\-]{4,25}")
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009'’")


class Wrong(ValueError):
    """The sentence to show at the field."""


def answer(field: Field, posted: Sequence[object], *, today: date | None) -> object:
    """The value of `field`: None when nothing was answered; raises Wrong."""
    if field.type == "checkbox":
        return _checked(posted)
    if field.type in LISTED:
        return _several(field, posted)
    last = posted[-1] if posted else None
    if isinstance(last, (int, float, Decimal)) and not isinstance(last, bool):
        last = str(last)
    text = "" if last is None else str(last).replace("\r\n", "\n")
    text = text if field.type == "textarea" else text.strip()
    if not text.strip():
        return None
    return _READERS.get(field.type, _text)(field, text, today)


def missing(field: Field, value: object) -> bool:
    """Whether a required answer was not given."""
    return value is None or value == [] or (field.type == "checkbox" and value is not True)


def _checked(posted: Sequence[object]) -> bool:
    return bool(posted) and posted[-1] not in (False, "false", "False", "0", "off", "non", "", None)


def _several(field: Field, posted: Sequence[object]) -> list[str]:
    flat = [one for item in posted for one in (item if isinstance(item, (list, tuple)) else [item])]
    chosen = list(dict.fromkeys(str(one) for one in flat if one not in ("", None)))
    known = {option.value for option in field.options}
    if any(one not in known for one in chosen):
        raise Wrong("L’un des choix n’est pas dans la liste.")
    return chosen


def _chosen(field: Field, text: str, today: date | None) -> str:  # noqa: ARG001
    if text not in {option.value for option in field.options}:
        raise Wrong("Ce choix n’est pas dans la liste.")
    return text


def _text(field: Field, text: str, today: date | None) -> str:  # noqa: ARG001
    rules = field.validate
    longest = min(_whole(rules.get("maxLength"), LONGEST.get(field.type, 2_000)), LONGEST.get(field.type, 2_000))
    if len(text) > longest:
        raise Wrong(Phrase("{maximum} caractères au plus ; il y en a {nombre}.", maximum=longest, nombre=len(text)))
    shortest = _whole(rules.get("minLength"), 0)
    if len(text.strip()) < shortest:
        raise Wrong(Phrase("{minimum} caractères au moins.", minimum=shortest))
    kind, pattern = rules.get("validationType"), rules.get("pattern")
    if kind == "email" and not _EMAIL.fullmatch(text):
        raise Wrong("Cette adresse électronique n’est pas valable ; exemple : prenom.nom@exemple.fr.")
    if kind == "phone" and not _PHONE.fullmatch(text):
        raise Wrong("Ce numéro de téléphone n’est pas valable ; exemple : 01 23 45 67 89.")
    if isinstance(pattern, str) and pattern and kind not in ("email", "phone") and not re.search(pattern, text):
        raise Wrong(str(rules.get("patternErrorMessage") or "Cette réponse n’a pas la forme attendue."))
    return text


def _whole(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise


def _number(field: Field, text: str, today: date | None) -> int | float | str:  # noqa: ARG001
    written = text.translate(_BLANKS).replace(",", ".")
    if len(written) > 40 or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", written):
        raise Wrong("Écrivez un nombre ; exemple : 1 234,56.")
    value = Decimal(written)
    digits = field.validate.get("decimalDigits")
    if isinstance(digits, int) and -int(value.normalize().as_tuple().exponent) > digits:
        raise Wrong("Écrivez un nombre entier." if digits == 0 else Phrase(
            "{maximum} chiffres au plus après la virgule.", maximum=digits))
    errors = {"min": "Ce nombre doit être au moins {limite}.", "max": "Ce nombre doit être au plus {limite}."}
    for name, fails in (("min", value.__lt__), ("max", value.__gt__)):
        limit = _limit(field.validate.get(name))
        if limit is not None and fails(limit):
            raise Wrong(Phrase(errors[name], limite=str(limit).replace(".", ",")))
    if field.raw.get("serializeToString"):
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)


def _limit(value: object) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def _day(text: str) -> date:
    french = _FRENCH_DATE.fullmatch(text)
    try:
        return date(int(french[3]), int(french[2]), int(french[1])) if french else date.fromisoformat(text[:10])
    except ValueError as error:
        raise Wrong("Cette date n’existe pas ; exemple : 04/12/2026.") from error


def _date(field: Field, text: str, today: date | None) -> str:
    day = _day(text)
    if len(text) > 10:
        raise Wrong("Écrivez une date ; exemple : 04/12/2026.")
    _not_past(field, day, today)
    return day.isoformat()


def _not_past(field: Field, day: date, today: date | None) -> None:
    if field.validate.get("disallowPassedDates") and today is not None and day < today:
        raise Wrong("Cette date est passée.")


def _time(field: Field, text: str, today: date | None) -> str:  # noqa: ARG001
    try:
        return time.fromisoformat(text.lower().replace("h", ":").rstrip(":").zfill(5)).strftime("%H:%M")
    except ValueError as error:
        raise Wrong("Cette heure n’existe pas ; exemple : 14:30.") from error


def _moment(field: Field, text: str, today: date | None) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        day, _, hour = text.replace("T", " ").partition(" ")
        moment = datetime.combine(_day(day), time.fromisoformat(_time(field, hour or "x", today)))
    _not_past(field, moment.date(), today)
    return (moment.replace(tzinfo=PARIS) if moment.tzinfo is None else moment).isoformat()


_READERS = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "date": _date,
    "time": _time,
    "datetime": _moment,
    "radio": _chosen,
    "select": _chosen,
}
