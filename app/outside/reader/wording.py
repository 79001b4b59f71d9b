"""Files that are only words to us: plain text, web pages, .docx and .odt where there is no LibreOffice to lay them out."""

import re
import zipfile
from io import BytesIO

from lxml import etree

from app.courrier.errors import Illisible
from app.courrier.ports import PageLue
from app.outside.reader.limits import MIB, Limites
from app.outside.reader.mail import words_of_html
from app.outside.reader.scan import A4
from app.outside.reader.sniffing import DOCX, HTML, ODT

_MEMBERS = {DOCX: "word/document.xml", ODT: "content.xml"}
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_UNPACKED = 32 * MIB
_ENDS = ("p", "h", "br", "line-break")
_TABS = ("tab", "tc", "table-cell")
_DAMAGED = "Ce document est abîmé et ne s’ouvre pas. Demandez à l’expéditeur une nouvelle copie, en PDF si possible."


def read(data: bytes, mime: str, limites: Limites) -> PageLue:
    """All the words on one page without a picture; `Illisible` when the file is damaged, or unpacks beyond measure."""
    if mime in _MEMBERS:
        words = _packed(data, _MEMBERS[mime])
    else:
        words = _decoded(data)
        words = words_of_html(words) if mime == HTML else words
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in words.splitlines())).strip()
    source = "texte" if text else "vide"
    return PageLue(
        numero=1, largeur=A4[0], hauteur=A4[1], texte=text[: limites.caracteres_par_page], mots=(), source=source,
        confiance=100.0 if text else 0.0,
    )


def _decoded(data: bytes) -> str:
    for charset in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _packed(data: bytes, member: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(member) as source:
            # What the archive says of its own sizes is not believed.
            content = source.read(_UNPACKED + 1)
        if len(content) > _UNPACKED:
            raise Illisible(motif=f"Ce document se déplie en plus de {_UNPACKED // MIB} Mo : il n’est pas lu.")
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
        root = etree.fromstring(content, parser)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, etree.XMLSyntaxError,
            zipfile.LargeZipFile) as fault:  # fmt: skip
        raise Illisible(motif=_DAMAGED) from fault
    if root.getroottree().docinfo.doctype:
        raise Illisible(motif=_DAMAGED)
    return _words(root)


def _words(root: etree._Element) -> str:
    """Text in order, a line a paragraph; what was deleted with its change kept is not there any more."""
    said: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if event == "start":
            said.append(element.text or "" if name in ("t", "p", "h", "span", "a") else "")
        else:
            said.append("\n" if name in _ENDS else "\t" if name in _TABS else " " if name == "s" else "")
            said.append((element.tail or "") if etree.QName(element).namespace == _TEXT and name not in ("p", "h") else "")
    return "".join(said)
