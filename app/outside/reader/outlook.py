"""What Outlook writes in formats of its own: messages (.msg) and the winmail.dat in which it hides the files of an e-mail."""

import logging
from collections.abc import Iterator, Mapping
from email.utils import format_datetime

import tnefparse
from oxmsg import Message

from app.courrier.errors import Illisible
from app.courrier.ports import Lecture
from app.outside.reader import mail
from app.outside.reader.limits import Limites
from app.outside.reader.sniffing import MSG, TNEF

logging.getLogger("tnefparse").setLevel(logging.ERROR)
_NOTHING = "Ce fichier winmail.dat ne contient ni texte ni pièce, ou il est abîmé. Demandez à l’expéditeur d’envoyer en HTML."
_SPOILED = "Ce message Outlook (.msg) est abîmé ou incomplet. Demandez à l’expéditeur de le transmettre de nouveau."


def read_msg(data: bytes, limites: Limites) -> Lecture:
    """An Outlook message: its text, its files, who and when; `Illisible` when it is spoiled."""
    try:
        message = Message.load(data)
        text = (message.body or "").strip() or mail.words_of_html(message.html_body or "").strip()
        files = tuple(_files_of_msg(message))
        headers = _headers(message)
    except RecursionError as fault:
        raise Illisible(motif=_SPOILED) from fault
    except Exception as fault:
        # The parser stumbles on a spoiled file in whatever way the bytes make it.
        raise Illisible(motif=_SPOILED) from fault
    lines = "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").splitlines())
    return Lecture(mime=MSG, pages=(mail.page(lines, limites),), jointes=files, entetes=headers)


def read_tnef(data: bytes, limites: Limites) -> Lecture:
    """A winmail.dat that came alone; `Illisible` when nothing can be had of it."""
    text, files = unpacked(data)
    if not text and not files:
        raise Illisible(motif=_NOTHING)
    return Lecture(mime=TNEF, pages=(mail.page(text, limites),), jointes=files)


def unpacked(data: bytes) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The text and the files of a winmail.dat; nothing when it is spoiled: the file itself is kept then."""
    try:
        packed = tnefparse.TNEF(data, do_checksum=False)
        text = _text(packed.body) or mail.words_of_html(_text(packed.htmlbody))
        files = tuple(_files_of_tnef(packed))
    except Exception:
        # As above.
        return "", ()
    return "\n".join(text.strip().splitlines()), files


def _files_of_msg(message: Message) -> Iterator[tuple[str, bytes]]:
    for number, file in enumerate(message.attachments, start=1):
        # A message attached as such has no bytes of its own: it stays within the original.
        if file.file_bytes:
            yield mail.base_name(file.file_name or "") or f"piece-{number}", file.file_bytes


def _files_of_tnef(packed: tnefparse.TNEF) -> Iterator[tuple[str, bytes]]:
    for number, file in enumerate(packed.attachments, start=1):
        content = file.data
        if isinstance(content, bytes) and content:
            yield mail.base_name(_stated(file)) or f"piece-{number}", content


def _stated(file: tnefparse.tnef.TNEFAttachment) -> str:
    try:
        return _text(file.long_filename() or file.name)
    except UnicodeDecodeError:
        # The library takes every short name for UTF-8; Outlook writes them in its own code page.
        return _text(file._name)


def _headers(message: Message) -> Mapping[str, str]:
    """The headers it was sent with, else what Outlook knows of them."""
    known = {name.lower(): " ".join(str(value).split()) for name, value in message.message_headers.items()}
    kept = {name: known[name] for name in ("from", "to", "cc", "reply-to", "subject", "date", "message-id") if known.get(name)}
    sent = format_datetime(message.sent_date) if message.sent_date else ""
    told = {"subject": message.subject, "from": message.sender or "", "date": sent}
    return {**{name: value for name, value in told.items() if value}, **kept}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("cp1252", "replace").strip("\0")
    return value.strip("\0") if isinstance(value, str) else ""
