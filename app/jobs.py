"""The slow work, carried by Huey: the database row is the truth, an order that is lost is given again by the clock."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

import orjson
from huey import SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from app import registres, travaux
from app.wiring import Parts

logger = logging.getLogger(__name__)
AT_ONCE, AFTER_ALL_ELSE = 1, 0


class Jobs:
    """The orders that may be given, each with the number of its row; giving one never fails."""

    def __init__(self, parts: Parts, context: Callable[[], AbstractContextManager[object]]) -> None:
        """`context` opens the application's context round each job."""
        parts.config.instance.mkdir(parents=True, exist_ok=True)
        self._parts, self._context = parts, context
        self.huey = SqliteHuey("vaguemestre", filename=str(parts.config.instance / "travaux.db"), results=False, fsync=False,
                               serializer=_Plain())
        self.lire, self.lire_ensuite = self._order(travaux.lire, priorities=(AT_ONCE, AFTER_ALL_ELSE))
        (self.composer,) = self._order(travaux.composer)
        (self.envoyer,) = self._order(travaux.envoyer)
        (self.avertir,) = self._order(travaux.avertir)
        (self.apprendre,) = self._order(travaux.apprendre)
        (self.accuser,) = self._order(travaux.accuser)
        (self.garder,) = self._order(registres.garder)

    def waiting(self) -> int:
        """How many orders nobody has taken yet."""
        return int(self.huey.pending_count())

    def _order(
        self, work: Callable[[Parts, int], None], *, priorities: Sequence[int] = (AT_ONCE,)
    ) -> list[Callable[[int], None]]:
        """One way of giving the order for each priority that it may have."""
        def run(row: int) -> None:
            with self._context():
                work(self._parts, row)

        carried = self.huey.task(name=work.__name__)(run)

        def give(row: int, priority: int) -> None:
            try:
                carried(row, priority=priority)
            except (sqlite3.Error, OSError):
                logger.warning("l’ordre « %s %s » n’a pas pu être donné ; l’horloge le redonnera", work.__name__, row)

        return [partial(give, priority=priority) for priority in priorities]


class Workers(Consumer):  # type: ignore[misc]
    """Threads that carry the orders out, and leave the signals to the program they are part of."""

    def __init__(self, jobs: Jobs, *, workers: int, shutdown_timeout: int) -> None:
        """`workers`: how many orders at once; `shutdown_timeout`: seconds left to those under way when told to stop."""
        logging.getLogger("huey").setLevel(logging.ERROR)
        super().__init__(jobs.huey, workers=workers, periodic=False, max_delay=0.5, scheduler_interval=60,
                         shutdown_timeout=shutdown_timeout)

    def _set_signal_handlers(self) -> None:
        """Ours are set where the program starts."""


class _Plain(Serializer):  # type: ignore[misc]
    """Orders as JSON: whoever can write the queue's file still cannot make us run code."""

    def _serialize(self, data: Message) -> bytes:
        return orjson.dumps(list(data))

    def _deserialize(self, data: bytes) -> Message:
        return Message(*orjson.loads(data))
