"""Deployed versions, parsed once and shared: a blueprint is the same object for all instances and threads."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")

CAPACITY = 256


class Cache(Generic[Kept]):
    """The most recently used values by key; two threads that miss at once make the value once."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """`capacity`: how many are kept."""
        self.capacity = capacity
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._making: dict[str, Lock] = {}
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Kept]) -> Kept:
        """The value of `key`, made by `make` the first time."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            value = make()
            with self._lock:
                self._kept[key] = value
                self._making.pop(key, None)
                while len(self._kept) > self.capacity:
                    self._kept.popitem(last=False)
        return value
