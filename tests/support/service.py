"""The one-process service: the clock and the workers beside an application, as `flask servir` runs them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app.clock import Clock
from app.jobs import Workers
from app.web.context import jobs, parts


@contextmanager
def working(app: Flask) -> Iterator[None]:
    """The clock and two workers, in threads, until the block ends."""
    with app.app_context():
        clock, workers = Clock(parts(), jobs(), app.app_context), Workers(jobs(), workers=2, shutdown_timeout=5)
    clock.start()
    workers.start()
    try:
        yield
    finally:
        clock.stop()
        workers.stop(graceful=True)
