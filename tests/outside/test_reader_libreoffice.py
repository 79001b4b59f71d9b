"""Office files given to the real LibreOffice: laid out, nothing fetched, nothing read beside them, nothing left behind."""

import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.courrier.errors import Illisible
from app.outside.reader import Office, Reader
from tests.support import bureautique

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT = "Madame la Maire, voici l’été à Nœux."


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(office=Office(tmp_path_factory.mktemp("conversions")))


def saved_as(ending: str, source: bytes, name: str, folder: Path) -> bytes:
    """The same document in one of LibreOffice's older formats, written by itself."""
    (folder / name).write_bytes(source)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program
    command = [program, f"-env:UserInstallation={(folder / 'profil').as_uri()}", "--headless", "--convert-to", ending, "--outdir"]
    subprocess.run([*command, folder, folder / name], check=True, capture_output=True)
    return (folder / name).with_suffix(f".{ending}").read_bytes()


@pytest.mark.parametrize("kind", ["rtf", "docx", "odt", "xlsx", "doc", "xls"])
def test_each_kind_of_office_file_is_laid_out(kind: str, reader: Reader, tmp_path: Path) -> None:
    made = {
        "rtf": lambda: bureautique.rtf(TEXT), "docx": lambda: bureautique.docx(TEXT), "odt": lambda: bureautique.odt(TEXT),
        "xlsx": lambda: bureautique.xlsx(TEXT), "doc": lambda: saved_as("doc", bureautique.rtf(TEXT), "lettre.rtf", tmp_path),
        "xls": lambda: saved_as("xls", bureautique.xlsx(TEXT), "table.xlsx", tmp_path),
    }[kind]()  # fmt: skip
    [page] = reader.read(made).pages
    assert page.source == "couche"
    assert " ".join(page.texte.split()) == TEXT
    assert reader.render(made, page=1, largeur=200).startswith(b"\xff\xd8\xff")
    left = [process.name() for process in psutil.process_iter() if process.name().startswith("soffice") and _ours(process)]
    assert not left


def _ours(process: psutil.Process) -> bool:
    try:
        return psutil.Process() in process.parents()
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def asked() -> Iterator[tuple[str, list[bytes]]]:
    """A server of this machine, and what it was asked for."""
    requests: list[bytes] = []

    class Told(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            requests.append(self.request.recv(200))

    with socketserver.TCPServer(("127.0.0.1", 0), Told) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", requests
        server.shutdown()


def test_nothing_is_fetched_nor_read_beside_the_document(
    reader: Reader, asked: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    address, requests = asked
    secret = tmp_path / "secret.txt"
    secret.write_text("motdepasse")
    reader.read(bureautique.docx(TEXT, template=f"{address}/modele.dotx"))
    [page] = reader.read(bureautique.odt(TEXT, picture=f"{address}/espion.png", section=secret.as_uri())).pages
    assert requests == []
    assert "Madame la Maire" in page.texte
    assert "motdepasse" not in page.texte


def test_a_damaged_office_file_is_refused_in_words(reader: Reader) -> None:
    with pytest.raises(Illisible, match="ancien document Office abîmé"):
        reader.read(OLE + bytes(range(256)) * 40)
    with pytest.raises(Illisible, match=r"LibreOffice n’a pas pu convertir ce fichier \(ancien document Office"):
        reader.read(OLE + "WordDocument".encode("utf-16-le") + bytes(range(256)) * 40)
