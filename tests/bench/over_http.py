"""A user task completed over HTTP: one gunicorn worker, a client on loopback with its session cookie and its seal."""

import html
import http.client
import re
import statistics
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from flask import Flask

from app.db import db
from tests.bench.completion import NAMES, WARM, timed
from tests.bench.counting import counting
from tests.bench.figures import Figure, spread
from tests.bench.processes import cpu_seconds, free_port, gunicorn, megabytes, serving
from tests.bench.town import AGENT, ANSWERS, Bench, environment, open_task, register, town
from tests.support.people import PASSWORD
from tests.support.visitors import SEAL, visitor

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """One agent at one kept-alive connection."""

    def __init__(self, port: int) -> None:
        """Log in through the door."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.cookie = self.seal = self.page = ""
        self.get("/connexion")
        self.post("/connexion", {"identifiant": AGENT, "mot_de_passe": PASSWORD})
        self.get("/compte")

    def get(self, path: str) -> None:
        """Open a page."""
        self._ask("GET", path, None, {})

    def post(self, path: str, values: Mapping[str, str]) -> None:
        """Send a form, which must be accepted."""
        status = self._ask("POST", path, urlencode({"csrf_token": self.seal, **values}), FORM)
        if status != http.HTTPStatus.FOUND:
            raise RuntimeError(f"{path}: {status}")

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> int:
        self.connection.request(method, path, body, {**headers, "Cookie": self.cookie, "Accept": "text/html"})
        answer = self.connection.getresponse()
        self.page = answer.read().decode()
        for _name, value in (one for one in answer.getheaders() if one[0] == "Set-Cookie"):
            self.cookie = value.partition(";")[0]
        found = re.search(SEAL, self.page)
        self.seal = html.unescape(found[1]) if found else self.seal
        return answer.status


def measure(bench: Bench) -> Iterator[Figure]:
    """Both databases, one after the other."""
    for kind in NAMES:
        with town(bench, kind, f"http_{kind}") as app:
            yield from _sent(app, kind)
            courriers, port = register(bench.many(40, 8) + WARM), free_port()
            db.engine.dispose()
            with serving(gunicorn(port), port, environment(app)) as (process, _):
                browser, spent = Browser(port), cpu_seconds(process)
                yield from _answered(browser, courriers, kind)
                both = (cpu_seconds(process) - spent) / len(courriers) / len(ANSWERS)
                yield Figure(key=f"http_{kind}_cpu_ms", what=f"CPU of the worker for one page and one completion, {NAMES[kind]}",
                             value=both * 1000, unit="ms")  # fmt: skip
                yield Figure(key=f"http_{kind}_rss_mb", what=f"memory of the worker after that, {NAMES[kind]}",
                             value=megabytes(process), unit="MB", target="≤ 200")  # fmt: skip


def _answered(browser: Browser, courriers: list[int], kind: str) -> Iterator[Figure]:
    posts: list[float] = []
    pages: list[float] = []
    for number, courrier in enumerate(courriers):
        for _ in ANSWERS:
            task, act = open_task(courrier)
            page = timed(lambda: browser.get(f"/taches/{task}"))  # noqa: B023  # called at once
            post = timed(lambda: browser.post(f"/taches/{task}", ANSWERS[act]))  # noqa: B023
            if number >= WARM:
                pages.append(page)
                posts.append(post)
    yield from spread(f"http_{kind}", f"completion over HTTP, {NAMES[kind]}", posts, targets=("≤ 10", "≤ 25"))
    yield from spread(f"http_page_{kind}", f"the task’s page over HTTP, {NAMES[kind]}", pages)


def _sent(app: Flask, kind: str) -> Iterator[Figure]:
    """Statements of one request, identity and next task included, as this process sends them."""
    agent, statements, commits = visitor(app, AGENT), [], []
    for courrier in register(4):
        for _ in ANSWERS:
            task, act = open_task(courrier)
            agent.get(f"/taches/{task}")
            with counting(db.engine) as count:
                agent.post(f"/taches/{task}", ANSWERS[act])
            statements.append(len(count.statements))
            commits.append(count.commits)
            db.session.remove()
    what = f"completion over HTTP, {NAMES[kind]}"
    yield Figure(key=f"http_{kind}_sql", what=f"{what}: SQL statements, mean", value=statistics.mean(statements))
    yield Figure(key=f"http_{kind}_commits", what=f"{what}: commits, mean", value=statistics.mean(commits), target="1")
