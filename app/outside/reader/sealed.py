"""E-mails in an envelope: a signed one is opened, an encrypted one cannot be; and files that were written into the text."""

import binascii
import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from asn1crypto.cms import ContentInfo

from app.courrier.errors import Illisible

_PKCS7 = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} (?P<name>\S[^\r\n]*)\r?\n(?P<lines>(?:[ -`]{1,61}[ \t]*\r?\n)+)end[ \t]*\r?$", re.MULTILINE
)
_ENCRYPTED = "Ce courriel est chiffré : seul son destinataire peut l’ouvrir. Demandez-le à l’expéditeur sans chiffrement."
_SPOILED = "L’enveloppe signée de ce courriel est abîmée. Demandez à l’expéditeur de l’envoyer de nouveau."


def opened(message: EmailMessage) -> EmailMessage:
    """The message within a signed S/MIME envelope, or the message itself; `Illisible` when it is encrypted."""
    kind = message.get_content_type()
    if kind == "multipart/encrypted":
        raise Illisible(motif=_ENCRYPTED)
    if kind not in _PKCS7:
        return message
    raw = message.get_payload(decode=True)
    try:
        envelope = ContentInfo.load(raw if isinstance(raw, bytes) else b"")
        if envelope["content_type"].native != "signed_data":
            raise Illisible(motif=_ENCRYPTED)
        inner = envelope["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError) as fault:
        raise Illisible(motif=_SPOILED) from fault
    if not isinstance(inner, bytes):
        raise Illisible(motif=_SPOILED)
    return message_from_bytes(inner, policy=policy.default)


def taken_out(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without the files that were uuencoded into it, and these files; one that is spoiled stays in the text."""
    files: list[tuple[str, bytes]] = []

    def file(found: re.Match[str]) -> str:
        try:
            content = b"".join(binascii.a2b_uu(line) for line in found["lines"].splitlines() if line.strip(" `"))
        except binascii.Error:
            return found[0]
        files.append((found["name"].strip(), content))
        return ""

    return _UUENCODED.sub(file, text), files
