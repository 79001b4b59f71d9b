"""E-mails: bounded before they are parsed, then headers, body as text, and attachments as bytes."""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart

import nh3

from app.courrier.errors import Illisible
from app.courrier.ports import Lecture, PageLue
from app.outside.reader import outlook, sealed
from app.outside.reader.limits import MIB, Limites
from app.outside.reader.sniffing import EML, TNEF

_HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Return-Path")
_BOUNDARY = re.compile(rb"^--", re.MULTILINE)
_NESTED = re.compile(rb"^content-type:\s*(message/|multipart/)", re.IGNORECASE | re.MULTILINE)
# A signature's «-- » and the lines people draw start like a boundary: only a crowd of them is a sign.
_DELIMITERS_PER_PART = 4
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/h[1-6]|/li|/table|/blockquote)\b[^>]*>", re.IGNORECASE)
_UNNAMED = "piece"
_A4 = (595.28, 841.89)


def read(data: bytes, limites: Limites) -> Lecture:
    """A message read; `Illisible` when it is built to exhaust the reader."""
    _check(data, limites)
    try:
        message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.default)
        parts = leaves(sealed.opened(message), limites)
        text, inside = sealed.taken_out(_body(parts))
        attached = (*_attachments(parts), *((base_name(name) or _UNNAMED, content) for name, content in inside))
    except RecursionError as fault:
        raise Illisible(motif="Ce courriel contient trop de messages l’un dans l’autre pour être ouvert.") from fault
    return Lecture(mime=EML, pages=(page(text.strip(), limites),), jointes=attached, entetes=_headers(message))


def page(text: str, limites: Limites) -> PageLue:
    """A text as the one page of a message."""
    return PageLue(
        numero=1,
        largeur=_A4[0],
        hauteur=_A4[1],
        texte=text[: limites.caracteres_par_page],
        mots=(),
        source="couche" if text else "vide",
        confiance=100.0 if text else 0.0,
    )


def _check(data: bytes, limites: Limites) -> None:
    """Refuse by counting, before the parser builds anything: 200,000 parts fit in 6 MB and cost a minute."""
    if len(data) > limites.courriel_octets:
        raise Illisible(motif=f"Ce courriel pèse {len(data) / MIB:.0f} Mo, pour {limites.courriel_octets / MIB:.0f} Mo au plus.")
    delimiters = sum(1 for _ in _BOUNDARY.finditer(data)) // _DELIMITERS_PER_PART
    most = max(delimiters, sum(1 for _ in _NESTED.finditer(data)))
    if most > limites.courriel_parties:
        raise Illisible(
            motif=f"Ce courriel contient trop de parties (au moins {most}, pour {limites.courriel_parties} au plus)"
            " pour être ouvert sans risque."
        )


def leaves(message: EmailMessage, limites: Limites) -> list[MIMEPart]:
    """The parts of a message that hold something, in order."""
    return list(_parts(message, limites, 0))


def pictures(parts: list[MIMEPart]) -> dict[str, bytes]:
    """The pictures that the text may name by their Content-ID."""
    named = ((str(part.get("Content-ID", "")).strip(" <>"), part) for part in parts if part.get_content_maintype() == "image")
    return {name: _content(part) for name, part in named if name}


def _parts(part: MIMEPart, limites: Limites, depth: int) -> Iterator[MIMEPart]:
    """The leaves of a message; a message inside the message is one leaf, an attachment of its own."""
    if depth > limites.courriel_profondeur:
        raise Illisible(motif="Ce courriel contient trop de parties l’une dans l’autre pour être ouvert.")
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            yield from _parts(inner, limites, depth + 1)
    else:
        yield part


def _body(parts: list[MIMEPart]) -> str:
    """The plain text when the message has some, else its HTML with only the words left."""
    texts = [part for part in parts if _is_text(part) and not is_attachment(part)]
    plain = "\n".join(decoded(part) for part in texts).strip()
    if plain:
        return "\n".join(plain.splitlines())
    pages = [part for part in parts if part.get_content_type() == "text/html" and not is_attachment(part)]
    words = "\n".join(words_of_html(decoded(part)) for part in pages).strip()
    if words:
        return words
    # Outlook may have put the text itself where nobody else looks.
    return "\n".join(outlook.unpacked(_content(part))[0] for part in parts if _is_packed(part)).strip()


def _is_text(part: MIMEPart) -> bool:
    """Plain text; so is what says it has parts, and names no boundary between them."""
    return part.get_content_type() == "text/plain" or part.get_content_maintype() == "multipart"


def words_of_html(source: str) -> str:
    """An HTML text with only the words left, lines where they were."""
    marked = _BREAKS.sub(lambda tag: "\n" + tag[0], source)
    bare = html.unescape(nh3.clean(marked, tags=set()))
    lines = (" ".join(line.split()) for line in bare.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def decoded(part: Message) -> str:
    """The text of a part; an unknown or lying charset falls back on the two that French mail really uses."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset(), "utf-8"):
        with suppress(LookupError, UnicodeDecodeError, ValueError):
            return raw.decode(charset or "utf-8")
    return raw.decode("cp1252", errors="replace")


def is_attachment(part: MIMEPart) -> bool:
    """Tell whether a part is a file, not what is read."""
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _attachments(parts: list[MIMEPart]) -> Iterator[tuple[str, bytes]]:
    for number, part in enumerate(parts, start=1):
        # Other texts are files: an invitation, the headers of a message that came back.
        if (_is_text(part) or part.get_content_type() == "text/html") and not is_attachment(part):
            continue
        content = _content(part)
        packed = outlook.unpacked(content)[1] if _is_packed(part) else ()
        yield from packed
        if content and not packed:
            yield _name(part) or f"{_UNNAMED}-{number}{_suffix(part)}", content


def _is_packed(part: MIMEPart) -> bool:
    return part.get_content_type() in (TNEF, "application/vnd.ms-tnef") or _name(part).lower() == "winmail.dat"


def _content(part: MIMEPart) -> bytes:
    inner = part.get_payload()
    if part.get_content_maintype() == "message" and isinstance(inner, list):
        messages = [one for one in inner if isinstance(one, Message)]
        with suppress(LookupError, UnicodeError, ValueError, KeyError, IndexError, AttributeError, TypeError):
            return b"\r\n".join(one.as_bytes(policy=policy.default.clone(linesep="\r\n")) for one in messages)
        return b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _suffix(part: MIMEPart) -> str:
    known = {"message/rfc822": ".eml", "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png",
             "text/calendar": ".ics", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt"}
    return known.get(part.get_content_type(), "")


def _name(part: MIMEPart) -> str:
    stated = ""
    with suppress(LookupError, UnicodeError, ValueError, AttributeError, TypeError):
        stated = str(part.get_filename() or "")
    return base_name(stated)


def base_name(stated: str) -> str:
    """The base name alone: a name that climbs folders (`../../etc/passwd`) is a name like another."""
    base = re.split(r"[/\\]", stated)[-1]
    return "".join(letter for letter in base if letter.isprintable()).strip(" .")[:150]


def _headers(message: EmailMessage) -> dict[str, str]:
    """Headers by lower-case name, decoded; one that cannot be parsed is given as it was written."""
    found = {}
    for name in _HEADERS:
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), None)
        if raw is None:
            continue
        try:
            value = str(message[name])
        except (LookupError, UnicodeError, ValueError, AttributeError, TypeError, IndexError):
            value = str(raw)
        found[name.lower()] = " ".join(_mended(value, str(raw)).split())
    return found


def _mended(value: str, raw: str) -> str:
    """Bytes sent bare in a header against the rules, as old mailers do, are read as UTF-8 or Windows-1252."""
    if not any(0xDC80 <= ord(letter) <= 0xDCFF for letter in raw):
        return value
    octets = raw.encode("utf-8", errors="surrogateescape")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")
