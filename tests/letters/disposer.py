"""Letters told by their parts, printed in layouts that a seed chooses and spoilt as mail is: what rules were not written on.

A part is what people write, never where: «expediteur» and «destinataire» (lines), «lieu», «date» (ISO), «mentions» (lines such
as references or «LRAR»), «objet» (the whole line), «corps» (paragraphs), «signature». The same name gives the same page.
"""

import html
import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from weasyprint import HTML

from app.courrier import delais
from tests.letters import imprimer

STATES = ("", "propre", "mauvais", "photo")
"""As sent, then as a scanner, a tired copier or a telephone takes it."""

_FACES = ("", "baton", "machine", "etroit")
_STYLE = (
    ".droite { margin-left: 95mm } .gauche { width: 90mm } .cote { display: flex; justify-content: space-between }"
    " .cote > div { width: 80mm } .bloc { white-space: pre-line; margin-bottom: 6mm } .gras { font-weight: bold }"
    " .souligne { text-decoration: underline }"
)


def jpeg_or_pdf(name: str, parts: Mapping[str, Any]) -> bytes:
    """The letter of this name as it comes in: a PDF with its text, or the picture of a sheet that was spoilt."""
    chance = _chance(name)
    printed: bytes = HTML(string=page(name, parts), base_url=str(imprimer.FOLDER)).write_pdf()
    state = chance.choice(STATES)
    if not state:
        return printed
    [sheet, *_] = imprimer.sheets(printed)
    return imprimer.jpeg(imprimer.STATES[state](sheet, chance.randrange(100)))


def page(name: str, parts: Mapping[str, Any]) -> str:
    """The letter as a web page, in the layout of its name."""
    chance = _chance(name)
    sender, addressee = _block(parts["expediteur"]), _block(parts["destinataire"])
    head = chance.choice((
        f'<div class="bloc gauche">{sender}</div><div class="bloc droite">{addressee}</div>',
        f'<div class="cote"><div class="bloc">{sender}</div><div class="bloc">{addressee}</div></div>',
        f'<div class="entete">{sender}</div><div class="bloc droite">{addressee}</div>',
        f'<div class="bloc droite">{addressee}</div><div class="pied">{sender.replace(chr(10), " – ")}</div>',
    ))
    dated = _dated(chance, parts.get("lieu") or "", date.fromisoformat(parts["date"])) if parts.get("date") else ""
    when = f'<div class="{chance.choice(("droite", "gauche"))} bloc">{dated}</div>'
    mentions = f'<p class="bloc">{_block(parts.get("mentions", ()))}</p>'
    about = f'<p class="objet {chance.choice(("", "gras", "souligne", "retrait"))}">{html.escape(parts.get("objet", ""))}</p>'
    middle = [when, mentions, about]
    if chance.random() < 0.3:
        middle = [mentions, about, when]
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in parts["corps"])
    signed = f'<div class="signature">{html.escape(parts.get("signature", ""))}</div>'
    return (
        f'<html lang="fr"><head><meta charset="utf-8"><link rel="stylesheet" href="lettre.css"><style>{_STYLE}</style>'
        f'</head><body class="{chance.choice(_FACES)}">{head}{"".join(middle)}{body}{signed}</body></html>'
    )


def _chance(name: str) -> random.Random:
    return random.Random(crc32(name.encode()))


def _block(lines: Sequence[str]) -> str:
    return "\n".join(map(html.escape, lines))


def _dated(chance: random.Random, where: str, when: date) -> str:
    words = delais.long(when).partition(" ")[2]
    written = chance.choice((
        f"{where}, le {words}", f"À {where}, le {words}", f"Le {words}", f"{where}, le {when:%d/%m/%Y}", f"Le {when:%d/%m/%Y}",
        f"{where}, le {delais.long(when)}",
    ))
    return written if where else written[written.lower().index("le ") :].capitalize()
