"""What one evaluation may cost: steps, nesting, lengths; past it the evaluation stops, whatever it was doing."""

from collections.abc import Iterator
from contextlib import contextmanager

MAX_SOURCE = 20_000
MAX_STEPS = 200_000
MAX_ITEMS = 20_000
MAX_TEXT = 200_000
MAX_NESTING = 60
MAX_CALLS = 60
MATCH_SECONDS = 0.25


class OverLimit(Exception):
    """An evaluation went past what it may cost; the text is the French reason."""


class Budget:
    """The steps and the nesting that are left to one evaluation."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        """`steps` are counted down, never reset."""
        self.steps = steps
        self.nesting = 0
        self.calls = 0

    def spend(self, steps: int = 1) -> None:
        """Count steps down; raises OverLimit when none is left."""
        self.steps -= steps
        if self.steps < 0:
            raise OverLimit("le calcul comporte trop d’étapes")

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper in the data."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise OverLimit("les données sont trop imbriquées")
        try:
            yield
        finally:
            self.nesting -= 1

    @contextmanager
    def calling(self) -> Iterator[None]:
        """One function call deeper."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise OverLimit("les fonctions s’appellent trop profondément")
        try:
            yield
        finally:
            self.calls -= 1

    def items(self, count: int) -> None:
        """Refuse a list longer than the limit."""
        self.spend(1)
        if count > MAX_ITEMS:
            raise OverLimit("une liste est trop longue")

    def text(self, length: int) -> None:
        """Refuse a text longer than the limit."""
        if length > MAX_TEXT:
            raise OverLimit("un texte est trop long")
        self.spend(1 + length // 100)
