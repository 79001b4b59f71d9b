"""The clock: all that happens without anyone asking, on one screen."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app import carnet, lectures, registres, releve, travaux, usagers
from app.jobs import Jobs
from app.wiring import Parts


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the timetable: what is done, how often (seconds), by which function."""

    name: str
    every: int
    work: Callable[[Parts, Jobs], object]


TIMETABLE = (
    Row(name="réveiller les minuteries échues", every=10, work=lambda parts, _: travaux.reveiller(parts)),
    Row(name="reprendre les travaux dont l’ordre s’est perdu", every=10, work=lambda _, jobs: travaux.balayer(jobs)),
    Row(name="apprendre de ce qui fut confirmé", every=900, work=lambda *_: travaux.prevoir_apprentissage()),
    Row(name="porter à l’index ce qui a changé", every=5, work=lambda parts, _: travaux.indexer(parts)),
    Row(name="relever les boîtes de courriel", every=10, work=lambda parts, _: releve.dues(parts, fichiers=False)),
    Row(name="relever les dossiers surveillés", every=5, work=lambda parts, _: releve.dues(parts, fichiers=True)),
    Row(name="donner leurs clés aux fiches d’avant", every=60, work=lambda *_: carnet.rattraper()),
    Row(name="donner leur empreinte aux fichiers d’avant", every=5, work=lambda *_: lectures.rattraper()),
    Row(name="oublier les imports abandonnés", every=3600, work=lambda *_: carnet.oublier(travaux.utc())),
    Row(name="arrêter les registres de la veille", every=900, work=lambda parts, _: registres.arreter(parts)),
    Row(name="oublier les essais d’hier", every=900, work=lambda _parts, _jobs: usagers.oublier(travaux.utc())),
)


class Clock:
    """The timetable, run by threads of this process; any number of clocks may run at once."""

    def __init__(self, parts: Parts, jobs: Jobs, context: Callable[[], AbstractContextManager[object]]) -> None:
        """`context` opens the application's context round each run."""
        self._parts, self._jobs, self._context = parts, jobs, context
        self._scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(len(TIMETABLE))}, timezone=UTC)

    def start(self) -> None:
        """Run every line once now, so that what a crash left is taken up at once, then at its own pace."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        for row in TIMETABLE:
            self._scheduler.add_job(
                self._run, "interval", args=[row], name=row.name, seconds=row.every, next_run_time=datetime.now(UTC),
                coalesce=True, max_instances=1, misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Start nothing more, and wait for what is running."""
        self._scheduler.shutdown(wait=True)

    def _run(self, row: Row) -> None:
        with self._context():
            row.work(self._parts, self._jobs)
