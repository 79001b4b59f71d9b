"""The program as it is really started: processes of its own, told apart by their port."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psutil

from tests.support.circuits import ROOT

PATIENCE = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def gunicorn(port: int) -> list[str]:
    """One worker, as a small town hall's server has it."""
    worker = ["--workers", "1", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"]
    return ["gunicorn", "wsgi:app", *worker, "--log-level", "error", "--bind", f"127.0.0.1:{port}"]


def servir(port: int) -> list[str]:
    """Everything in the one process."""
    return ["flask", "--app", "wsgi", "servir", "--port", str(port)]


@contextmanager
def serving(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[tuple[psutil.Process, float]]:
    """The process, once its first page has been answered, and the seconds that took."""
    began = time.perf_counter()
    started = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **environment},
                               stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        while not _answers(port):
            if started.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.01)
        yield psutil.Process(started.pid), time.perf_counter() - began
    finally:
        started.terminate()
        started.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        asked.request("GET", "/connexion")
        return asked.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False


def cpu_seconds(process: psutil.Process) -> float:
    """The CPU that it and its workers have used."""
    return sum(sum(one.cpu_times()[:2]) for one in [process, *process.children()])


def megabytes(process: psutil.Process) -> float:
    """The memory of its heaviest worker, or its own."""
    return max(one.memory_info().rss for one in [process, *process.children()]) / 1e6
