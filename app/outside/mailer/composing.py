"""A message of the trade as bytes of RFC 5322: ASCII on the wire whenever it can, and no header of a stranger's making."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate

from app.courrier.errors import EnvoiImpossible
from app.courrier.ports import Message

_NOMMEE = re.compile(r"(?P<nom>[^<>]*)<(?P<adresse>[^<>]+)>")
_ADRESSE = re.compile(r"(?P<local>[^\s@<>\"(),:;\\\[\]\x00-\x1f]{1,64})@(?P<domaine>[\w-]+(?:\.[\w-]+)*)")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_TYPE_MIME = re.compile(r"(?!message/|multipart/)[a-z0-9.+-]+/[a-z0-9.+-]+")


def impossible(message: Message, motif: str, *, definitif: bool = False) -> EnvoiImpossible:
    """The error of this message, with its reason in French and whether trying again is useless."""
    return EnvoiImpossible(destinataire=one_line(message.destinataire), motif=motif, definitif=definitif)


def one_line(text: str) -> str:
    """The text without line breaks, controls or broken characters: none of them can start another header."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in readable).split())


def address(message: Message, text: str) -> Address:
    """`Nom <local@domaine>` or `local@domaine`, exactly one; raises `EnvoiImpossible`, for good."""
    named = _NOMMEE.fullmatch(text.strip())
    found = _ADRESSE.fullmatch(named["adresse"].strip() if named else text.strip())
    if found is None:
        raise impossible(message, f"«{one_line(text)}» n’est pas une adresse électronique", definitif=True)
    try:
        domain = found["domaine"].encode("idna").decode("ascii")
    except UnicodeError:
        raise impossible(message, f"le domaine «{found['domaine']}» n’existe pas", definitif=True) from None
    name = one_line(named["nom"]).strip('"').strip() if named else ""
    return Address(display_name=name, username=found["local"], domain=domain)


def compose(message: Message) -> bytes:
    """The raw message, lines ended by CRLF; raises `EnvoiImpossible` for an address or an identifier that is none."""
    if not _MESSAGE_ID.fullmatch(message.message_id):
        raise impossible(message, f"l’identifiant «{one_line(message.message_id)}» n’est pas un Message-ID", definitif=True)
    sender, recipient = address(message, message.expediteur), address(message, message.destinataire)
    plain = (sender.addr_spec + recipient.addr_spec).isascii()
    mail = EmailMessage(policy=(SMTP if plain else SMTPUTF8).clone(cte_type="7bit"))
    mail["Message-ID"] = message.message_id
    mail["Date"] = formatdate(usegmt=True)
    mail["From"], mail["To"] = sender, recipient
    if message.repondre_a:
        mail["Reply-To"] = address(message, message.repondre_a)
    mail["Subject"] = one_line(message.sujet)
    mail.set_content(message.texte.encode("utf-8", "replace").decode("utf-8"))
    for name, mime, data in message.pieces:
        _attach(mail, name, mime, data)
    return mail.as_bytes()


def _attach(mail: EmailMessage, name: str, mime: str, data: bytes) -> None:
    # A message inside a message may not be encoded (RFC 2046, 5.2.1): it travels as plain bytes.
    kind = mime.lower() if _TYPE_MIME.fullmatch(mime.lower()) else "application/octet-stream"
    maintype, _, subtype = kind.partition("/")
    mail.add_attachment(data, maintype=maintype, subtype=subtype, filename=one_line(name) or "document")
