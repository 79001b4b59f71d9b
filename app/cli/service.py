"""What runs: the one process of a small town hall, or the clock and the workers apart from gunicorn."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.serving import make_server

from app import migrations
from app.cli.demo import prepare
from app.clock import Clock
from app.db import db
from app.demo import etat
from app.jobs import Workers
from app.web.context import jobs, parts
from app.wiring import avertissements

SECONDS_TO_FINISH = 5


@click.command("servir")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=5000, show_default=True, help="Port d’écoute.")
@with_appcontext
def servir(host: str, port: int) -> None:
    """Tout en un processus : la base à jour, les pages, l’horloge et les ouvriers."""
    app = _app()
    migrations.upgrade(db.engine)
    if parts().config.demo and etat.a_installer(db.session()):
        prepare(parts(), click.echo)
    for phrase in avertissements(parts().config, now=datetime.now(UTC)):
        click.echo(phrase)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(host, port, app, threaded=True)
    with _clock(app), _workers(), _until_told() as wait:
        threading.Thread(target=server.serve_forever, name="pages", daemon=True).start()
        click.echo(f"Vaguemestre vous attend sur http://{host}:{server.port}/ (Ctrl+C pour arrêter).")
        wait()
        server.shutdown()


@click.command("horloge")
@with_appcontext
def horloge() -> None:
    """L’horloge seule : minuteries, reprises, index. Plusieurs à la fois ne font rien deux fois."""
    with _clock(_app()), _until_told() as wait:
        click.echo("L’horloge tourne (Ctrl+C pour arrêter).")
        wait()


@click.command("ouvrier")
@with_appcontext
def ouvrier() -> None:
    """Les ouvriers seuls : lecture, mise en page, envois. Autant de processus que voulu."""
    with _workers(), _until_told() as wait:
        click.echo("Les ouvriers attendent (Ctrl+C pour arrêter).")
        wait()


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # threads outlive the proxy
    return app


@contextmanager
def _clock(app: Flask) -> Iterator[None]:
    clock = Clock(parts(), jobs(), app.app_context)
    clock.start()
    try:
        yield
    finally:
        clock.stop()


@contextmanager
def _workers() -> Iterator[None]:
    workers = Workers(jobs(), workers=parts().config.workers, shutdown_timeout=SECONDS_TO_FINISH)
    workers.start()
    try:
        yield
    finally:
        # What is cut short is still due: its lease ends and it is taken up again.
        workers.stop(graceful=True)


@contextmanager
def _until_told() -> Iterator[Callable[[], object]]:
    """To be called to wait for Ctrl+C or for who stops the service."""
    # A lock or an event would miss the signal that falls just before it sleeps; what is written to a socket stays there.
    awaits, told = socket.socketpair()
    told.setblocking(False)
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.set_wakeup_fd(told.fileno())
    try:
        yield lambda: awaits.recv(1)
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
