"""A file is what its content says, whatever its name; what is not read here is called by its name."""

import zipfile
from io import BytesIO

import pytest

from app.courrier.errors import Illisible
from app.outside.reader import sniff, sniffing


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"scanner v2\r\n" * 70 + b"%PDF-1.4\n", "application/pdf"),
        (b"II*\x00rest", "image/tiff"),
        (b"MM\x00*rest", "image/tiff"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"Return-Path: <a@b.example>\r\nReceived: from b.example\r\n by c.example\r\n\r\nBonjour", "message/rfc822"),
        (b"\xef\xbb\xbfFrom: a@b.example\nSubject: voirie\n\nBonjour", "message/rfc822"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...." + sniffing.WORD, sniffing.OLE),
        (b"{\\rtf1 bonjour}", sniffing.RTF),
        (b"<!DOCTYPE html><html>", "text/html"),
        ("Monsieur le Maire, je vous écris : voici.".encode(), "text/plain"),
        (b"Objet: voirie\nBonjour", "text/plain"),
        (b" " * 1030 + b"%PDF-1.4", "text/plain"),
        (b"From a@b.example Mon Nov 2\nFrom: a@b.example\nDate: x\n\nBonjour", "message/rfc822"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, mime: str) -> None:
    assert sniff(data) == mime


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "vide"),
        (b"GIF89a....", "GIF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x00\x00\x00\x18ftypheic....", "HEIC"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "WebP"),
        (b"MZ\x90\x00", "programme"),
        (bytes(range(256)), "non reconnu"),
    ],
)
def test_what_is_not_read_here_is_called_by_its_name(data: bytes, kind: str) -> None:
    with pytest.raises(Illisible, match=kind):
        sniff(data)


@pytest.mark.parametrize(("member", "mime"), [("word/document.xml", sniffing.DOCX), ("xl/workbook.xml", sniffing.XLSX)])
def test_an_office_file_is_told_from_an_archive(member: str, mime: str) -> None:
    assert sniff(_archive(member)) == mime
    with pytest.raises(Illisible, match="archive ZIP"):
        sniff(_archive("lettre.pdf"))


def _archive(member: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(member, "x")
    return target.getvalue()
