"""What a file is, told by its first bytes and never by its name."""

import re
import zipfile
from io import BytesIO

from app.courrier.errors import Illisible

PDF, TIFF, JPEG, PNG, EML = "application/pdf", "image/tiff", "image/jpeg", "image/png", "message/rfc822"
MSG, TNEF = "application/vnd.ms-outlook", "application/ms-tnef"
LETTERS = (EML, MSG, TNEF)
"""What has a text and attachments, and no picture of its pages."""

DOCX, ODT = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.oasis.opendocument.text"
)  # fmt: skip
XLSX, ODS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.oasis.opendocument.spreadsheet"
OLE, RTF, HTML, TEXT = "application/x-ole-storage", "application/rtf", "text/html", "text/plain"

OFFICE = {
    DOCX: ("document Word .docx", ".docx"), ODT: ("document LibreOffice .odt", ".odt"), RTF: ("document RTF", ".rtf"),
    XLSX: ("classeur Excel .xlsx", ".xlsx"), ODS: ("classeur LibreOffice .ods", ".ods"),
    OLE: ("ancien document Office .doc ou .xls", ".doc"),
}  # fmt: skip
"""What LibreOffice lays out: its name for people, the ending it goes by."""

WORDS = (DOCX, ODT, HTML, TEXT)
"""What is read as words when there is nothing to lay it out."""

_ACCEPTED = "Formats acceptés : PDF, TIFF, JPEG, PNG, courriel (EML, MSG), Word, Excel, LibreOffice, RTF, HTML et texte."
# ISO 32000 asks for %PDF at the start; scanners and mail gateways put junk before it, and readers allow 1 kB.
_PDF_SEARCHED = 1024
_HEADERS_SEARCHED = 16_384

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\x78\x9f\x3e\x22", TNEF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"{\\rtf", RTF),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Every Outlook message has a stream of this name; no Word nor Excel file has.
_PROPERTIES = "__properties_version1.0".encode("utf-16-le")
WORD = "WordDocument".encode("utf-16-le")
_SHEETS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))

_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "image GIF"),
    (b"BM", "image BMP"),
    (b"%!PS", "fichier PostScript"),
    (b"7z\xbc\xaf\x27\x1c", "archive 7z"),
    (b"Rar!\x1a\x07", "archive RAR"),
    (b"\x1f\x8b", "archive gzip"),
    (b"BZh", "archive bzip2"),
    (b"MZ", "programme Windows"),
    (b"\x7fELF", "programme"),
    (_OLE, "ancien document Office abîmé, ou d’un autre genre que .doc et .xls"),
    (b"ID3", "enregistrement sonore"),
    (b"OggS", "enregistrement sonore"),
)

_MAIL_HEADERS = {
    *("from", "to", "cc", "subject", "date", "received", "return-path", "delivered-to", "message-id"),
    *("mime-version", "content-type", "reply-to", "x-mailer", "dkim-signature", "sender", "in-reply-to"),
}
_HEADER = re.compile(rb"([!-9;-~]+):")
_MARKUP = re.compile(rb"<(!doctype\s+html|html|\?xml|svg)\b", re.IGNORECASE)


def sniff(data: bytes) -> str:
    """The MIME type of a file that can be read; `Illisible` names what it is otherwise."""
    if not data:
        raise Illisible(motif="Le fichier est vide (0 octet). Déposez-le de nouveau, ou demandez-le à l’expéditeur.")
    for signature, mime in _SIGNATURES:
        if data.startswith(signature):
            return mime
    if data.startswith(_OLE) and (kind := _ole_kind(data)):
        return kind
    # Asked before PDF: a short message may carry a PDF, unencoded, within that first kilobyte.
    if _is_mail(data[:_HEADERS_SEARCHED]):
        return EML
    if b"%PDF-" in data[: _PDF_SEARCHED + 5]:
        return PDF
    found = _zip_kind(data) if data.startswith(b"PK\x03\x04") else _wording(data)
    if found in OFFICE or found in WORDS:
        return found
    raise Illisible(motif=f"Le format de ce fichier n’est pas lu ici : {_refused_kind(data)}. {_ACCEPTED}")


def _ole_kind(data: bytes) -> str:
    if _PROPERTIES in data:
        return MSG
    return OLE if any(name in data for name in (WORD, *_SHEETS)) else ""


def _is_mail(start: bytes) -> bool:
    """Tell whether the block before the first blank line is made of mail headers, two known ones at least."""
    known = set()
    for line in start.lstrip(b"\xef\xbb\xbf\r\n").splitlines():
        if not line.strip():
            break
        found = _HEADER.match(line)
        if found:
            known.add(found[1].decode("ascii").lower())
        elif not line.startswith((b" ", b"\t", b"From ", b">From ")):
            return False
    return len(known & _MAIL_HEADERS) >= 2


def _refused_kind(data: bytes) -> str:
    for signature, kind in _REFUSED:
        if data.startswith(signature):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data[4:8] == b"ftyp":
        return "photographie HEIC" if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "vidéo"
    if data.startswith(b"RIFF"):
        return {b"WEBP": "image WebP", b"WAVE": "enregistrement sonore"}.get(data[8:12], "vidéo")
    return "fichier XML" if _MARKUP.search(data[:1024]) else "contenu non reconnu"


def _wording(data: bytes) -> str:
    """HTML or plain text; nothing when it is neither."""
    if any(data.startswith(signature) for signature, _ in _REFUSED) or not _is_text(data[:4096]):
        return ""
    markup = _MARKUP.search(data[:1024])
    return TEXT if markup is None else HTML if b"html" in markup[1].lower() else ""


def _zip_kind(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(data)).namelist()[:200]
    except (zipfile.BadZipFile, ValueError, OSError):
        return "archive ZIP abîmée"
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if "META-INF/manifest.xml" in names and "content.xml" in names:
        return ODS if _spreadsheet(data) else ODT
    return "archive ZIP"


def _spreadsheet(data: bytes) -> bool:
    """An OpenDocument file says what it is in its first bytes, uncompressed."""
    return b"opendocument.spreadsheet" in data[:200]


def _is_text(start: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", start)
