"""Regular expressions as XPath writes them, given to the `regex` package with a time limit."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import regex

from engine.expressions.limits import MATCH_SECONDS, OverLimit

Answer = TypeVar("Answer")
_FLAGS = {"i": regex.IGNORECASE, "s": regex.DOTALL, "m": regex.MULTILINE, "x": 0, "q": 0}
# XPath names that Python does not have: name characters, and blocks as `\p{IsGreek}`.
_NAME_START = r"[:A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF]"
_NAME_CHAR = r"[-.0-9:A-Z_a-z\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF]"
_MAX_PATTERN = 1_000
_GROUP = re.compile(r"\\(.)|\$(\d*)|([^\\$]+)|(.)", re.S)


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> "regex.Pattern[str]":
    """The pattern; raises ValueError when it or a flag is not valid."""
    if len(pattern) > _MAX_PATTERN or set(flags) - set(_FLAGS):
        raise ValueError(pattern)
    options = regex.VERSION1
    for flag in flags:
        options |= _FLAGS[flag]
    source = regex.escape(pattern) if "q" in flags else _translated(pattern, blanks="x" not in flags)
    try:
        return regex.compile(source, options, cache_pattern=False)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(pattern) from error


def _translated(pattern: str, *, blanks: bool) -> str:
    """The pattern in Python's spelling; with the flag `x`, blanks outside classes do not count."""
    out: list[str] = []
    place = 0
    level = 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            out.append(_escape(pattern[place : place + 2], in_class=level > 0))
            place += 2
            continue
        if sign == "(" and pattern[place + 1 : place + 2] == "?" and pattern[place + 2 : place + 3] != ":":
            raise ValueError(pattern)
        level += (sign == "[") - (sign == "]" and level > 0)
        if sign == "-" and level and pattern[place + 1 : place + 2] == "[":
            sign = "--"
        if blanks or level or not sign.isspace():
            out.append("$(?!\\n)" if sign == "$" and not level else sign)
        place += 1
    return "".join(out)


def _escape(pair: str, *, in_class: bool) -> str:
    """One escape in Python's spelling."""
    if len(pair) < 2:
        raise ValueError(pair)
    letter = pair[1]
    if letter in "iIcC":
        found = _NAME_START if letter in "iI" else _NAME_CHAR
        inverse = letter in "IC"
        return (f"[^{found[1:]}" if inverse else found) if not in_class or inverse else found[1:-1]
    # Letters that mean something to Python alone are not escapes of XPath.
    if letter.isalpha() and letter not in "nrtdDsSwWpP":
        raise ValueError(pair)
    return pair


def replacement(text: str, groups: int) -> str:
    """A replacement in Python's spelling: `$1` a group, `$0` the match, `\\$` a dollar; raises ValueError."""
    out: list[str] = []
    for match in _GROUP.finditer(text):
        escaped, digits, plain, _ = match.groups()
        if plain is not None:
            out.append(plain)
        elif escaped in ("\\", "$"):
            out.append("\\\\" if escaped == "\\" else "$")
        elif digits:
            out.append(_group(digits, groups))
        else:
            raise ValueError(text)
    return "".join(out)


def _group(digits: str, groups: int) -> str:
    """The longest number of a group that exists, and the digits left over; nothing where no such group is."""
    for size in range(len(digits), 0, -1):
        if int(digits[:size]) <= groups:
            return f"\\g<{int(digits[:size])}>{digits[size:]}"
    return digits[1:]


def within_time(work: Callable[[float], Answer]) -> Answer:
    """What `work` answers given so many seconds; raises OverLimit when they are not enough."""
    try:
        return work(MATCH_SECONDS)
    except TimeoutError as error:
        raise OverLimit("un motif demande trop d’essais") from error
