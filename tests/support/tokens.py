"""A token server of the tests' own, over TLS on the loopback: gives tokens to an application, tells Dovecot whose they are."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

SECRET = "secret de l’application"
APPLICATION = "vaguemestre"


class Tokens(ThreadingHTTPServer):
    """`asked`: the forms that came; `users`: whose mailbox each token opens; `refuses`: status and answer to give instead.

    A refresh token serves once: another comes with each token, as some servers do.
    """

    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        """On a free port; its certificate is beside its key."""
        super().__init__(("127.0.0.1", 0), _Answers)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.authority = certificate
        self.forget()

    def forget(self) -> None:
        """As it was at its start; `lasts` in seconds, `extra` is put before each token, which is its number."""
        self.asked, self.users, self.refresh = list[dict[str, str]](), dict[str, str](), ""
        self.refuses: tuple[int, bytes] | None = None
        self.user, self.lasts, self.extra = "", 3600, "jeton-"

    @property
    def address(self) -> str:
        """Where tokens are asked for, as a box's settings write it."""
        return f"https://localhost:{self.server_port}/token?ca={self.authority}"

    def grant(self, form: dict[str, str]) -> tuple[int, bytes]:
        """A token for who has the application's secret, and the last refresh token when it asks with one."""
        self.asked.append(form)
        if self.refuses:
            return self.refuses
        known = (form.get("client_id"), form.get("client_secret")) == (APPLICATION, SECRET)
        if not known or form.get("refresh_token", self.refresh) != self.refresh:
            return 400, json.dumps({"error": "invalid_grant" if known else "invalid_client"}).encode()
        token = f"{self.extra}{len(self.asked)}"
        self.users[token] = self.user
        given: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        if form["grant_type"] == "refresh_token":
            self.refresh = given["refresh_token"] = f"suite-{len(self.asked)}"
        return 200, json.dumps(given).encode()

    def tell(self, form: dict[str, str]) -> tuple[int, bytes]:
        """Whose a token is (RFC 7662)."""
        user = self.users.get(form.get("token", ""))
        return 200, json.dumps({"active": True, "username": user} if user else {"active": False}).encode()


class _Answers(BaseHTTPRequestHandler):
    server: Tokens

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        act = self.server.grant if self.path == "/token" else self.server.tell
        status, answer = act({name: values[-1] for name, values in form.items()})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Location", "https://localhost:1/")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_told: object) -> None:
        """Nothing: what it is handed is secret."""


@contextmanager
def running(certificate: Path) -> Iterator[Tokens]:
    """Run it; stopped at the end."""
    server = Tokens(certificate)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
