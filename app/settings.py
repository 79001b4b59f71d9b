"""Reads settings from an environment, and keeps every fault for one message."""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
D = TypeVar("D")


class Settings:
    """One reading of the environment: what was asked for, and all that is wrong with the answers."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """`environ` is only read; an empty value counts as absent."""
        self._environ = environ
        self._known: set[str] = set()
        self._faults: list[str] = []

    def text(self, name: str, default: str | None) -> str:
        """A text; without a default it must be given."""
        self._known.add(name)
        value = self._environ.get(name, "").strip() or default
        if value is None:
            self._faults.append(f"{name} manque")
        return value or ""

    def read(self, name: str, parse: Callable[[str], T], *, default: D) -> T | D:
        """A value; `parse` raises a ValueError that says in French what was expected."""
        value = self.text(name, "")
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as error:
            self._faults.append(f"{name} : {error}")
            return default

    def finish(self, prefix: str, refusal: Callable[..., Exception]) -> None:
        """Raise `refusal(motifs=…)` when anything is missing, wrong or, among the names in `prefix`, unknown."""
        for name in sorted(name for name in self._environ if name.startswith(prefix) and name not in self._known):
            near = difflib.get_close_matches(name, self._known, n=1)
            self._faults.append(f"{name} n’est pas un réglage connu" + (f" (vouliez-vous dire {near[0]} ?)" if near else ""))
        if self._faults:
            raise refusal(motifs=" ; ".join(self._faults))


def switch(text: str) -> bool:
    """A yes or a no."""
    words = {"1": True, "true": True, "oui": True, "yes": True, "0": False, "false": False, "non": False, "no": False}
    if text.lower() not in words:
        raise ValueError("attendu oui ou non (1 ou 0)")
    return words[text.lower()]


def number(text: str) -> int:
    """A whole number, one at least."""
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"attendu un nombre entier positif, reçu « {text} »")
    return int(text)


def choice(*words: str) -> Callable[[str], str]:
    """One of `words`."""
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"« {text} » n’est pas l’une des valeurs possibles : {', '.join(words)}")
        return text
    return parse


def languages(text: str) -> tuple[str, ...]:
    """Languages by their codes of three letters, as tesseract names its data: «fra+deu»."""
    codes = tuple(code.strip() for code in text.replace(",", "+").split("+"))
    if not all(re.fullmatch(r"[a-z]{3}(_[A-Za-z]+)*", code) for code in codes):
        raise ValueError(f"attendu des codes de langue comme fra ou fra+deu, reçu « {text} »")
    return codes


def database(text: str) -> str:
    """An SQLite or PostgreSQL address, with the driver we use."""
    scheme, mark, rest = text.partition("://")
    if not mark or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("attendu sqlite:///chemin ou postgresql://utilisateur@machine/base")
    if scheme == "sqlite" and rest in {"", "/", "/:memory:"}:
        raise ValueError("la base SQLite doit être un fichier")
    return text if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def store(text: str) -> str:
    """Where documents are kept: an address with its scheme; a folder must be absolute."""
    parts = urlsplit(text)
    if not parts.scheme or (parts.scheme == "file" and not parts.path.startswith("/")):
        raise ValueError("attendu une adresse comme file:///srv/vaguemestre/documents")
    return text


def mail(text: str) -> str:
    """A mail server, or a folder in its place."""
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps", "file"} or not (parts.hostname or parts.path.startswith("/")):
        raise ValueError("attendu smtp://machine:587, smtps://machine ou file:///dossier")
    return text


def web(text: str) -> str:
    """The address of a site, without a final slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("attendu une adresse comme https://courrier.mairie.example")
    return text.rstrip("/")


def secret_key(text: str) -> str:
    """A key long enough to sign sessions."""
    if len(text) < 32:
        raise ValueError("au moins 32 caractères pris au hasard sont nécessaires")
    return text
