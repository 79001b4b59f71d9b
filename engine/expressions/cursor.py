"""A place in the tokens, and which name starts there given the names in scope."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from engine.errors import ExpressionError
from engine.expressions.builtins import BUILTINS
from engine.expressions.tokens import Token, fault, tokens

MAX_DEPTH = 50
# Words that end a name of several words which nobody declared.
_STOPS = frozenset({"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"})
KEYWORDS = frozenset({"if", "for", "some", "every", "function", "not", "null", "true", "false", "empty"})
Words = tuple[str, ...]
# Properties of dates, times and ranges that have several words.
_PROPERTIES = ("time offset", "start included", "end included")


def words(name: str) -> Words:
    """A name as the token texts that spell it; empty when it cannot be spelled in an expression."""
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except ExpressionError:
        return ()


_BUILTIN_WORDS = {words(name): name for name in BUILTINS}
_PROPERTY_WORDS = {words(name): name for name in _PROPERTIES}


class Cursor:
    """Walks the tokens of one source; keeps the names in scope and notes those used."""

    def __init__(self, source: str, known: Iterable[str]) -> None:
        """`known`: names in scope, which may hold blanks and signs."""
        self.source = source
        self.tokens = tokens(source)
        self.place = 0
        self.depth = 0
        self.asked = False
        self.names: set[str] = set()
        self.calls: set[str] = set()
        self.methods: set[str] = set()
        self.filters = 0
        self._known = {words(name): name for name in known}
        self._known.pop((), None)
        self._local: list[dict[Words, str]] = []
        self._members = dict(_PROPERTY_WORDS)
        self._longest = max((len(key) for key in (*self._known, *_BUILTIN_WORDS, *self._members)), default=1)

    @property
    def token(self) -> Token:
        """The token here."""
        return self.tokens[self.place]

    def ahead(self, count: int = 1) -> Token:
        """A token further on, the last one at the most."""
        return self.tokens[min(self.place + count, len(self.tokens) - 1)]

    def fault(self, reason: str) -> ExpressionError:
        """The error to raise here."""
        return fault(self.source, reason, self.token.start)

    def at(self, *texts: str) -> bool:
        """Whether one of these signs or words stands here."""
        return self.token.kind in ("sign", "name") and self.token.text in texts

    def take(self, *texts: str) -> str:
        """Step over one of these signs or words; empty when none stands here."""
        if not self.at(*texts):
            return ""
        self.place += 1
        return self.tokens[self.place - 1].text

    def expect(self, text: str) -> None:
        """Step over this sign or word; raises ExpressionError when it is not here."""
        if not self.take(text):
            found = f"« {self.token.text} » trouvé" if self.token.text else "fin trouvée"
            raise self.fault(f"« {text} » attendu, {found}")

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One nesting level more; raises ExpressionError past the limit."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault("trop de niveaux imbriqués")
        yield
        self.depth -= 1

    @contextmanager
    def locals(self, *names: str) -> Iterator[dict[Words, str]]:
        """Names declared by the expression itself; more can be added with `declare`."""
        frame: dict[Words, str] = {}
        self._local.append(frame)
        for name in names:
            self.declare(name)
        yield frame
        self._local.pop()

    def declare(self, name: str) -> None:
        """A name of the innermost frame from here on; also one that may stand after a dot."""
        key = words(name)
        self._local[-1][key] = name
        self._members[key] = name
        self._longest = max(self._longest, len(key))

    def declared(self, *ends: str) -> str:
        """The name being declared here, up to one of `ends`."""
        start = self.place
        while self.token.kind != "end" and not self.at(*ends):
            self.place += 1
        if start == self.place or self.tokens[start].kind != "name":
            self.place = start
            raise self.fault("un nom est attendu")
        return self.slice(start)

    def slice(self, start: int) -> str:
        """The source from a token to here, its blanks made single."""
        return " ".join(self.source[self.tokens[start].start : self.tokens[self.place - 1].end].split())

    def root(self) -> str:
        """The name that starts here: the longest known one, else as many words as follow each other."""
        name, local = self._root()
        called = self.at("(")
        if local or (self.filters and name not in self._known.values()):
            return name
        if called and name not in BUILTINS:
            self.calls.add(name)
        elif not called or name in self._known.values():
            self.names.add(name)
        return name

    def _root(self) -> tuple[str, bool]:
        """The name, and whether the expression itself declared it."""
        for size in range(self._longest, 0, -1):
            key = self._key(size)
            for frame in reversed(self._local):
                if key in frame:
                    self.place += size
                    return frame[key], True
            if key in self._known:
                self.place += size
                return self._known[key], False
            if key in _BUILTIN_WORDS and self.ahead(size).text == "(":
                self.place += size
                return _BUILTIN_WORDS[key], False
        return self._several(), False

    def is_known(self, least: int = 1) -> bool:
        """Whether a name in scope of at least so many words starts here."""
        sizes = range(self._longest, least - 1, -1)
        return any(
            key in self._known or any(key in frame for frame in self._local) for key in (self._key(size) for size in sizes)
        )

    def member(self) -> str:
        """The name after a dot."""
        for size in range(self._longest, 0, -1):
            key = self._key(size)
            for names in (self._members, self._known):
                if key in names and (size > 1 or self.ahead(1).kind != "name" or self.ahead(1).text in _STOPS):
                    self.place += size
                    return names[key]
        if self.token.kind != "name":
            raise self.fault("un nom est attendu après le point")
        if self.token.text.startswith("__"):
            raise self.fault("aucune donnée ne porte un nom en « __ »")
        return self._several()

    def _key(self, size: int) -> Words:
        """The texts of the next tokens."""
        return tuple(token.text for token in self.tokens[self.place : self.place + size])

    def _several(self) -> str:
        """Words that follow each other, which can only be one name."""
        start = self.place
        self.place += 1
        while self.token.kind in ("name", "number") and self.token.text not in _STOPS:
            self.place += 1
        return self.slice(start)
