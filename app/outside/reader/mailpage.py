"""An e-mail as a page: who, when, about what, then its text without code, its own pictures shown, nothing fetched."""

import base64
import html
import re
from collections.abc import Mapping
from contextlib import suppress
from email import message_from_bytes, policy
from io import BytesIO

import nh3
from PIL import Image

from app.outside.reader import mail, sealed
from app.outside.reader.limits import Limites

_WIDEST = 1200
_PICTURES = 20
_CID = re.compile(r"cid:([^\"'\s>]+)")
_SHOWN = (("from", "De"), ("to", "À"), ("cc", "Copie"), ("date", "Date"), ("subject", "Objet"))
_STYLE = (
    "td,th{border:none} .texte{white-space:pre-wrap}"
    " .tete{border-bottom:.5pt solid #555;padding-bottom:2mm;margin-bottom:4mm}"
)


def html_of(data: bytes, limites: Limites) -> str:
    """The page, ready to be typeset; `Illisible` as its reading says."""
    reading = mail.read(data, limites)
    message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.default)
    parts = mail.leaves(sealed.opened(message), limites)
    pages = (part for part in parts if part.get_content_type() == "text/html" and not mail.is_attachment(part))
    source = next(map(mail.decoded, pages), "")
    plain = f"<div class=texte>{html.escape(reading.pages[0].texte)}</div>"
    body = _cleaned(source, mail.pictures(parts)) if source.strip() else plain
    return f"<html lang=fr><head><style>{_STYLE}</style></head><body>{_head(reading.entetes)}{body}</body></html>"


def _head(headers: Mapping[str, str]) -> str:
    rows = (f"<div><b>{word} :</b> {html.escape(headers[name])}</div>" for name, word in _SHOWN if headers.get(name))
    return f"<div class=tete>{''.join(rows)}</div>"


def _cleaned(source: str, pictures: Mapping[str, bytes]) -> str:
    """Without script, style, frame nor any picture from elsewhere: those of the message itself take their places."""
    wanted = list(dict.fromkeys(_CID.findall(source)))[:_PICTURES]
    shown = {name: _small(pictures[name]) for name in wanted if name in pictures}

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return shown.get(value.removeprefix("cid:")) or None
        return None if attribute in ("background", "id") else value

    return nh3.clean(source, attribute_filter=kept, url_schemes={"http", "https", "mailto", "data", "cid"}, strip_comments=True)


def _small(picture: bytes) -> str:
    """A picture as an address that holds it, no larger than a page shows; nothing when it cannot be opened."""
    with suppress(OSError, ValueError, Image.DecompressionBombError):
        image = Image.open(BytesIO(picture))
        image.thumbnail((_WIDEST, _WIDEST))
        target = BytesIO()
        image.convert("RGB").save(target, "JPEG", quality=80)
        return f"data:image/jpeg;base64,{base64.b64encode(target.getvalue()).decode('ascii')}"
    return ""
