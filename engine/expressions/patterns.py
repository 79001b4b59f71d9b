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
_BLOCK = re.compile(r"\\[pP]\{Is([A-Za-z0-9-]+)\}")
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
    source = regex.escape(pattern) if "q" in flags else _translated(pattern, flags)
    try:
        return regex.compile(source, options, cache_pattern=False)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(pattern) from error


def _translated(pattern: str, flags: str) -> str:
    """The pattern in Python's spelling."""
    out: list[str] = []
    place = level = 0
    pattern = _without_blanks(pattern) if "x" in flags else pattern
    while place < len(pattern):
        sign, following = pattern[place], pattern[place + 1 : place + 2]
        size = 1
        if sign == "\\":
            sign, size = _escape(pattern, place, in_class=level > 0)
        elif sign == "[" or (sign == "]" and level):
            level += 1 if sign == "[" else -1
        elif level:
            sign = "--" if sign == "-" and following == "[" else sign
        elif sign == "(" and following == "?" and pattern[place + 2 : place + 3] != ":":
            raise ValueError(pattern)
        else:
            sign = _bare(sign, flags)
        out.append(sign)
        place += size
    return "".join(out)


def _bare(sign: str, flags: str) -> str:
    """A sign outside classes: `$` is the very end, `.` is neither line feed nor carriage return."""
    if sign == "$" and "m" not in flags:
        return r"\Z"
    return r"[^\n\r]" if sign == "." and "s" not in flags else sign


def _without_blanks(pattern: str) -> str:
    """The pattern without the blanks outside classes, which the flag `x` says do not count."""
    out: list[str] = []
    level = 0
    for place, sign in enumerate(pattern):
        escaped = place > 0 and pattern[place - 1] == "\\"
        level += 0 if escaped else (sign == "[") - (sign == "]" and level > 0)
        if level or not sign.isspace():
            out.append(sign)
    return "".join(out)


def _escape(pattern: str, place: int, *, in_class: bool) -> tuple[str, int]:
    """One escape in Python's spelling, and how long it was; raises ValueError when XPath has no such escape."""
    pair = pattern[place : place + 2]
    letter = pair[1:]
    block = _BLOCK.match(pattern, place)
    if block:
        return f"\\{letter}{{In{block.group(1)}}}", len(block.group())
    if letter and letter in "iIcC":
        found = _NAME_START if letter in "iI" else _NAME_CHAR
        return (f"[^{found[1:]}" if letter in "IC" else found), 2
    # Letters and digits that mean something to Python alone are not escapes of XPath.
    wrong = letter.isalpha() and letter not in "nrtdDsSwWpP"
    if not letter or wrong or letter == "0" or (letter.isdigit() and in_class):
        raise ValueError(pattern)
    return pair, 2


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
