"""How words become terms: the same way for what is indexed and what is asked, accents folded before the French stemmer."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from whoosh.analysis import Analyzer, Token
from whoosh.lang import stemmer_for_language
from whoosh.lang.stopwords import stoplists

_MOT = re.compile(r"\w+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae"})
_LONGUEUR = 64
_stem = stemmer_for_language("fr")


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case, without accents or ligatures."""
    spread = unicodedata.normalize("NFKD", word.translate(_LIGATURES).casefold())
    return "".join(c for c in spread if not unicodedata.combining(c))[:_LONGUEUR]


_ELISIONS = frozenset({"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"})
STOP = frozenset(fold(word) for word in stoplists["fr"]) - {"ete"} | _ELISIONS
"""Words that say nothing; «été» stays, for it is also a season."""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The French root of a folded word."""
    return str(_stem(word))


def words(text: str) -> list[str]:
    """The folded words, all of them."""
    return [fold(match[0]) for match in _MOT.finditer(text)]


def roots(text: str) -> list[str]:
    """The roots of the words that say something."""
    return [stem(word) for word in words(text) if word not in STOP]


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and folded form of each word."""
    for match in _MOT.finditer(text):
        yield match.start(), match.end(), fold(match[0])


def number(text: str) -> str:
    """A number or reference in its one form: `A-2026-00012`, `a/2026/12` -> `a-2026-12`."""
    return "-".join(part.lstrip("0") or "0" for part in re.findall(r"[^\W_]+", fold(text)))


def numbers(text: str) -> list[str]:
    """Every form under which a number or reference may be asked for: whole, without its first parts, part by part."""
    found: dict[str, None] = {}
    for piece in text.split():
        parts = number(piece).split("-")
        for start in range(len(parts)):
            found["-".join(parts[start:])] = None
        if len(parts) > 2:
            found[f"{parts[0]}-{parts[-1]}"] = None
        found |= dict.fromkeys(part for part in parts if any(c.isdigit() for c in part))
    return [form for form in found if form]


class French(Analyzer):  # type: ignore[misc]
    """Roots, with their positions, for words in a sentence."""

    def __call__(self, value: str, positions: bool = False, **_: object) -> Iterator[Token]:
        """Whoosh asks for positions when it indexes."""
        yield from _tokens(roots(value), positions)


class Plain(Analyzer):  # type: ignore[misc]
    """Folded words as they are, for names, suggestions and beginnings of words."""

    def __call__(self, value: str, positions: bool = False, **_: object) -> Iterator[Token]:
        """Whoosh asks for positions when it indexes."""
        yield from _tokens(words(value), positions)


class Exact(Analyzer):  # type: ignore[misc]
    """Numbers and references in every form of theirs."""

    def __call__(self, value: str, positions: bool = False, **_: object) -> Iterator[Token]:
        """Positions mean nothing here, but Whoosh may ask."""
        yield from _tokens(numbers(value), positions)


def _tokens(terms: Iterable[str], positions: bool) -> Iterator[Token]:
    token = Token(positions=positions, chars=False, removestops=True, mode="")
    for at, term in enumerate(terms):
        token.text, token.boost, token.stopped = term, 1.0, False
        if positions:
            token.pos = at
        yield token
