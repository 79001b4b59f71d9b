"""A mailbox over IMAP and TLS: messages are peeked at as bytes, never parsed here, and marked or moved only once taken.

A message that the server does not give is asked for once more at the next opening, before it is told and left where it is: those
behind it do not wait, and a server's bad moment loses nothing.
"""

import imaplib
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import SplitResult, parse_qs, urlsplit

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError

from app.courrier.errors import PriseImpossible, ReleveImpossible
from app.courrier.ports import Attente, Ouverture

LARGEST = 256 << 20
_HERE = {"localhost", "127.0.0.1", "::1"}
_BODY = b"BODY[]"
_ABOUT = ["RFC822.SIZE", "INTERNALDATE"]
_NOT_GIVEN = 6
"""Messages that a server may withhold at one opening; more, and it is the server that fails."""

# Its traces hold whole messages, and the words by which we log in.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class Mailbox:
    """The messages of one folder of a mailbox; `position` is «UIDVALIDITY:UID» of the last one left in place.

    «:UID,UID» may follow: those before it that the server did not give.
    """

    def __init__(self, client: IMAPClient, ouverture: Ouverture, position: str) -> None:
        """The folder is selected, the one to move to is made when it is missing."""
        self._client = client
        self._destination = _named(client, ouverture.destination) if ouverture.destination else ""
        if self._destination and not client.folder_exists(self._destination):
            client.create_folder(self._destination)
            client.subscribe_folder(self._destination)
        self._folder = ouverture.source
        self._validity = int(client.select_folder(_named(client, ouverture.source))[b"UIDVALIDITY"])
        known, last, asked = (*position.split(":"), "", "")[:3]
        # A mailbox that was made again numbers its messages afresh: all are looked at, those that were taken are known.
        same = known == str(self._validity) and last.isdecimal()
        self._last = int(last) if same else 0
        self._asked = {int(uid) for uid in asked.split(",") if uid.isdecimal()} if same else set()
        self._not_given: set[int] = set()

    @property
    def position(self) -> str:
        """What the next opening wants back."""
        again = ",".join(map(str, sorted(self._asked | self._not_given)))
        return f"{self._validity}:{self._last}" + (f":{again}" if again else "")

    def attente(self, limite: int) -> list[Attente]:
        """The messages to take; where they are moved once taken, all that is still there."""
        with _answered():
            if self._destination:
                uids = self._client.search(["UNDELETED"])
            else:
                # «n:*» always holds the last message, even when its number is below n.
                uids = [uid for uid in self._client.search(["UNDELETED", "UID", f"{self._last + 1}:*"]) if uid > self._last]
                again = self._client.search(["UNDELETED", "UID", ",".join(map(str, self._asked))]) if self._asked else []
                # What another program took away since is asked for no more: the position would grow without end.
                self._asked.intersection_update(again)
                uids += again
            wanted = sorted(uids)[:limite]
            about = self._about(wanted) if wanted else {}
        # One of which the server says nothing is asked for like the others: it is told if it is not given.
        return [self._waiting(uid, about.get(uid, {})) for uid in wanted]

    def _about(self, uids: list[int]) -> dict[int, dict[bytes, object]]:
        """What the server says of these messages: of each alone, once it refuses to speak of them together."""
        try:
            together: dict[int, dict[bytes, object]] = self._client.fetch(uids, _ABOUT)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError:
            alone = {uid: said for uid in uids if (said := self._given(uid, _ABOUT))}
            if not alone and len(uids) > _NOT_GIVEN:
                raise  # it is the server that fails
            return alone
        return together

    def _given(self, uid: int, wanted: list[str]) -> dict[bytes, object]:
        """What the server gives of one message; nothing when it says no, and goes on."""
        try:
            given: dict[bytes, object] = self._client.fetch([uid], wanted).get(uid, {})
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError:
            return {}
        return given

    def _waiting(self, uid: int, about: dict[bytes, object]) -> Attente:
        when, size = about.get(b"INTERNALDATE"), about.get(b"RFC822.SIZE")
        return Attente(
            repere=str(uid), lieu=f"{self._folder}, UID {uid}, UIDVALIDITY {self._validity}", nom="",
            taille=size if isinstance(size, int) else 0,
            arrivee_le=when.astimezone(UTC) if isinstance(when, datetime) else datetime.now(UTC),
        )

    def lire(self, attente: Attente) -> bytes:
        """The message byte for byte, its mark of unread untouched; `PriseImpossible` when it is too large or not given."""
        if attente.taille > LARGEST:
            raise PriseImpossible(motif=f"un message de {attente.taille >> 20} Mo dépasse {LARGEST >> 20} Mo")
        uid = int(attente.repere)
        with _answered():
            raw = self._given(uid, ["BODY.PEEK[]"]).get(_BODY)
        # Where those taken are moved away, one that stays is asked for at each opening anyway.
        again = bool(self._destination) or uid in self._asked
        if not isinstance(raw, bytes):
            if not again:
                self._withheld(uid)
            # Another program moved it, or the server no longer has it.
            raise PriseImpossible(motif=f"le serveur ne donne pas le message {uid}", definitif=again)
        return raw

    def _withheld(self, uid: int) -> None:
        self._not_given.add(uid)
        self._last = max(self._last, uid)
        if len(self._not_given) > _NOT_GIVEN:
            raise ReleveImpossible(motif="le serveur ne donne plus les messages de cette boîte")

    def pris(self, attente: Attente) -> None:
        """Mark it as seen, and move it where taken messages go."""
        uid = int(attente.repere)
        with _answered():
            self._client.add_flags([uid], [SEEN], silent=True)
            if self._destination:
                self._move(uid)
        self._left(uid)

    def refuser(self, attente: Attente, motif: str) -> None:  # noqa: ARG002 - the box's page says why
        """Leave it where it is, as it is."""
        self._left(int(attente.repere))

    def _left(self, uid: int) -> None:
        """Only now is it asked for no more: what is read may still not be kept, on a disk that is full."""
        self._asked.discard(uid)
        self._last = max(self._last, uid)

    def _move(self, uid: int) -> None:
        if self._client.has_capability("MOVE"):
            self._client.move([uid], self._destination)
            return
        self._client.copy([uid], self._destination)
        self._client.add_flags([uid], [DELETED], silent=True)
        # Without UIDPLUS an expunge would take what others marked: ours then stays, marked as deleted.
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([uid])


def _named(client: IMAPClient, folder: str) -> str:
    """A folder as this server writes it: people part folders with a slash, servers with what they like."""
    if folder.upper() == "INBOX" or not client.has_capability("NAMESPACE"):
        return folder
    (prefix, delimiter), *_others = client.namespace().personal or [("", "/")]
    written = folder.replace("/", delimiter or "/")
    return written if written.startswith(prefix) else f"{prefix}{written}"


@contextmanager
def opened(
    ouverture: Ouverture, enter: Callable[[IMAPClient], None], *, position: str, timeout: float
) -> Iterator[Mailbox]:
    """An open mailbox that `enter` logs into, closed at the end whatever happens.

    `ReleveImpossible` says in words why it does not open.
    """
    parts = urlsplit(ouverture.adresse)
    with _answered():
        client = _connected(parts, timeout)
    try:
        with _answered():
            enter(client)
            client.normalise_times = False
            mailbox = Mailbox(client, ouverture, position)
        yield mailbox
        with suppress(IMAPClientError, OSError):
            client.logout()
    finally:
        with suppress(OSError):
            client.shutdown()


def _connected(parts: SplitResult, timeout: float) -> IMAPClient:
    """A connection that nobody else can read, but to this very machine when it is asked so."""
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host, patience = parts.hostname or "", SocketTimeout(connect=min(timeout, 10.0), read=timeout)
    context = ssl.create_default_context()
    if options.get("ca"):
        try:
            context.load_verify_locations(options["ca"])
        except OSError as fault:
            raise ReleveImpossible(motif=f"l’autorité de certification {options['ca']} ne se lit pas") from fault
    if parts.scheme == "imaps":
        return IMAPClient(host, parts.port or 993, ssl=True, ssl_context=context, timeout=patience)
    client = IMAPClient(host, parts.port or 143, ssl=False, timeout=patience)
    if not (host in _HERE and options.get("tls") == "none"):
        try:
            client.starttls(context)
        except BaseException:
            client.shutdown()
            raise
    return client


@contextmanager
def _answered() -> Iterator[None]:
    """Turn what the network and the server may answer into a reason in words."""
    try:
        yield
    except (IMAPClientError, imaplib.IMAP4.error, OSError, ValueError) as fault:
        raise ReleveImpossible(motif=_reason(fault)) from fault


def _reason(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "le certificat du serveur n’est pas reconnu ; vérifiez son nom, ou ajoutez ?ca=/chemin/autorite.pem à l’adresse"
    if isinstance(fault, ssl.SSLError):
        return "la connexion chiffrée échoue ; vérifiez le port, et imaps:// ou imap://"
    if isinstance(fault, CapabilityError):
        return "le serveur n’offre pas de connexion chiffrée sur ce port"
    if isinstance(fault, socket.gaierror):
        return "le nom du serveur est inconnu ; vérifiez l’adresse"
    if isinstance(fault, TimeoutError):
        return "le serveur ne répond pas à temps ; vérifiez le port, et imaps:// ou imap://"
    if isinstance(fault, ConnectionRefusedError):
        return "le serveur refuse la connexion ; vérifiez le port"
    if isinstance(fault, IMAPClientError | imaplib.IMAP4.error):
        return _said(fault)
    return "la connexion au serveur s’est interrompue"


def _said(fault: Exception) -> str:
    """What the server itself answers, on one line."""
    words = " ".join(str(fault).split())[:200]
    if "EOF" in words or isinstance(fault, imaplib.IMAP4.abort):
        return "le serveur a coupé la connexion"
    return f"le serveur répond : {words}"
