"""A real mail server for the tests: it accepts anything, and knows in which life of the program each message came."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from tests.support.waiting import until


class Sink(Controller):
    """The server; `received`: the number of the life, then the Message-ID, of each message, in their order."""

    def __init__(self) -> None:
        """On a free port of the loopback."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        super().__init__(self, hostname="127.0.0.1", port=port)
        self.life, self.connections = 0, 0
        self.received: list[tuple[int, str]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep what came before it is accepted."""
        self.received.append((self.life, str(message_from_bytes(envelope.content)["Message-ID"])))  # type: ignore[arg-type]
        return "250 OK"

    def factory(self) -> SMTP:
        """A conversation, counted while it lasts."""
        sink = self

        class Conversation(SMTP):  # type: ignore[misc]  # aiosmtpd is not typed
            def connection_made(self, transport: object) -> None:
                sink.connections += 1
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                super().connection_lost(error)
                sink.connections -= 1

        return Conversation(self)

    def next_life(self) -> None:
        """All that the dead one had said is heard: who connects after it is served after it."""
        with smtplib.SMTP("127.0.0.1", self.port) as last:
            last.noop()
        until(lambda: self.connections == 0)
        self.life += 1


@contextmanager
def listening() -> Iterator[Sink]:
    """The server, running."""
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()
