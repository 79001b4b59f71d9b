"""The source cut into tokens; names of several words are put together later, by who knows the scope."""

import re
from dataclasses import dataclass
from typing import Literal

from engine.errors import ExpressionError

Kind = Literal["number", "text", "at", "name", "sign", "end"]

_BLANK = re.compile(r"(?:[\s\u0085\u180e\u200b\ufeff]|//[^\n]*|/\*.*?\*/)+", re.S)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.A)
# What the standard adds to letters and digits: joiners, symbols, and all beyond the basic plane (emoji).
_MORE = r"\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_WORD = rf"(?:[^\W\d]|[{_MORE}])(?:[\w\u00b7\u0300-\u036f\u203f-\u2040{_MORE}])*"
_NAME = re.compile(rf"{_WORD}(?:['’]{_WORD})*")
_SIGN = re.compile(r"\*\*|\.\.|->|<=|>=|!=|==|&&|\|\||[-+*/<>=()\[\]{},:.?!@]")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'', re.S)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """One token: `text` is what is compared, `value` the decoded text of a literal, `start` and `end` its place."""

    kind: Kind
    text: str
    start: int
    end: int
    value: str = ""


def fault(source: str, reason: str, position: int) -> ExpressionError:
    """The error to raise: shortened source, French reason, position counted from 1."""
    shown = source if len(source) <= 120 else source[:119] + "…"
    return ExpressionError(source=shown, reason=f"{reason} (position {position + 1})")


def tokens(source: str) -> list[Token]:
    """All tokens of `source`, closed by an `end`; raises ExpressionError at what is no token."""
    found: list[Token] = []
    position = 0
    while True:
        blank = _BLANK.match(source, position)
        position = blank.end() if blank else position
        if position >= len(source):
            found.append(Token(kind="end", text="", start=position, end=position))
            return found
        token = _token(source, position)
        found.append(token)
        position = token.end


def _token(source: str, position: int) -> Token:
    """The token that starts at `position`."""
    first = source[position]
    if first in "\"'":
        return _literal(source, position, position, "text")
    if first == "@" and source[position + 1 : position + 2] == '"':
        return _literal(source, position + 1, position, "at")
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (("number", _NUMBER), ("name", _NAME), ("sign", _SIGN))
    for kind, pattern in patterns:
        match = pattern.match(source, position)
        if match:
            return Token(kind=kind, text=match.group(), start=position, end=match.end())
    raise fault(source, f"le caractère « {first} » n’a pas de sens ici", position)


def _literal(source: str, position: int, start: int, kind: Kind) -> Token:
    """A quoted text, its escapes decoded."""
    match = _TEXT.match(source, position)
    if match is None:
        raise fault(source, "un texte entre guillemets n’est pas fermé", position)
    raw = match.group(1) if match.group(1) is not None else match.group(2)
    value = _ESCAPE.sub(_unescape, raw)
    # Two halves of one astral character, written \uD83D\uDC0E, become that character.
    value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Token(kind=kind, text=source[start : match.end()], start=start, end=match.end(), value=value)


def _unescape(match: re.Match[str]) -> str:
    """The character meant by one escape; an unknown one is kept as written."""
    body = match.group(1)
    if len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code <= 0x10FFFF else match.group()
    return _ESCAPES.get(body, match.group())
