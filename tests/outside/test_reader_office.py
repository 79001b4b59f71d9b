"""Office files: laid out by LibreOffice where it is, read as words where it is not, and never lost where it fails."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from app.courrier.errors import Illisible
from app.outside.reader import Office, Reader, office
from tests.letters import imprimer

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
T = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def packed(member: str, content: bytes | str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/manifest.xml", "<a/>")
        archive.writestr(member, content)
    return target.getvalue()


DOCX = packed("word/document.xml", f"<w:document {W}><w:p><w:r><w:t>Madame la</w:t></w:r><w:r><w:t> Maire,</w:t></w:r></w:p>"
              "<w:p><w:r><w:t>voici.</w:t></w:r>"
              "<w:del><w:r><w:delText>non</w:delText></w:r></w:del></w:p></w:document>")  # fmt: skip
ODT = packed("content.xml", f"<office xmlns='urn:o' {T}><text:p>Madame <text:span>la</text:span> Maire,</text:p>"
             "<text:p>voici.</text:p></office>")  # fmt: skip


def libreoffice(folder: Path, script: str) -> str:
    """A program of ours in LibreOffice's place: it is called as that one is, its last two arguments the folder and the file."""
    path = folder / "soffice"
    path.write_text(f'#!/bin/bash\nfor last; do :; done\necho "$@" >> {folder}/appels\n{script}\nexit 0\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (DOCX, "Madame la Maire,\nvoici."),
        (ODT, "Madame la Maire,\nvoici."),
        ("Madame la Maire,\r\nje paie 10 €.".encode("cp1252"), "Madame la Maire,\nje paie 10 €."),
        (b"<!DOCTYPE html><html><p>Madame<script>alert(1)</script> la Maire</p><p>voici</p></html>", "Madame la Maire\nvoici"),
    ],
)
def test_words_are_read_without_libreoffice(data: bytes, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_NAMES", ())
    reader = Reader(office=Office(tmp_path))
    [page] = reader.read(data).pages
    assert (page.source, page.texte) == ("texte", text)
    with pytest.raises(Illisible, match="image"):
        reader.render(data, page=1, largeur=200)


def test_what_only_libreoffice_can_lay_out_says_that_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_NAMES", ())
    with pytest.raises(Illisible, match=r"document RTF.*LibreOffice manque sur cette machine.*L’original est gardé"):
        Reader(office=Office(tmp_path)).read(b"{\\rtf1 bonjour}")


@pytest.mark.parametrize(
    "content", [b"<a>" + b" " * (40 << 20) + b"</a>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a><b>"]
)
def test_a_document_made_to_harm_is_refused(content: bytes) -> None:
    with pytest.raises(Illisible, match=r"abîmé|se déplie"):
        Reader().read(packed("word/document.xml", content))


def test_libreoffice_lays_a_document_out_once_in_a_profile_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "lettre.pdf").write_bytes(imprimer.pdf("place_creche"))
    program = libreoffice(tmp_path, f'cp {tmp_path}/lettre.pdf "$(dirname "$last")/document.pdf"')
    reader = Reader(office=Office(tmp_path / "gardes", program))
    reading = reader.read(DOCX)
    assert reading.mime.endswith("wordprocessingml.document")
    assert "crèche" in reading.pages[0].texte
    assert reader.render(DOCX, page=1, largeur=200).startswith(b"\xff\xd8\xff")
    [call] = (tmp_path / "appels").read_text().splitlines()
    assert "-env:UserInstallation=file:///" in call


@pytest.mark.parametrize("script", ["", 'echo vide > "$(dirname "$last")/document.pdf"'])
def test_a_success_that_made_nothing_is_a_failure(tmp_path: Path, script: str) -> None:
    with pytest.raises(Illisible, match="LibreOffice n’a pas pu convertir"):
        Reader(office=Office(tmp_path / "gardes", libreoffice(tmp_path, script))).read(DOCX)
