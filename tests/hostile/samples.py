"""Where hostile files come from: the samples of packages that had to learn to bear them, files of ours spoilt by chance."""

import email
import random
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.letters import imprimer, mauvais

PACKAGES = ("pillow", "pikepdf", "ocrmypdf")
_LARGEST = 20 << 20
_ENDINGS = {
    *(".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".bmp", ".webp", ".eml", ".txt", ".html", ".psd", ".ico", ".pcx"),
    *(".ppm", ".fli", ".dds", ".jp2", ".j2k", ".icns", ".tga", ".sgi", ".xbm", ".xpm", ".eps", ".ps", ".mpo", ".apng", ".bin"),
}

Sample = tuple[str, bytes]


def listed() -> Iterator[Sample]:
    """The files that are made to harm: bombs, endless sheets, messages in messages, locked and truncated files."""
    for name, (make, _) in mauvais.REFUSED.items():
        yield name, make()
    yield "copie interdite", mauvais.restricted()


def archives(folder: Path) -> Iterator[Sample]:
    """The files in the source archives of `PACKAGES`, taken from the package index once and kept in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        if not list(folder.glob(f"{package}-*.tar.gz")):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", package, "-d", folder, package]
            subprocess.run(command, check=True)
        for archive in sorted(folder.glob(f"{package}-*.tar.gz")):
            yield from _inside(archive)


def _inside(archive: Path) -> Iterator[Sample]:
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.isfile() and member.size <= _LARGEST and Path(member.name).suffix.lower() in _ENDINGS:
                source = packed.extractfile(member)
                yield member.name, source.read() if source else b""


def messages() -> Iterator[Sample]:
    """The messages on which Python's own `email` is tried, where its tests are installed."""
    for path in sorted((Path(email.__file__).parents[1] / "test/test_email/data").glob("msg_*.txt")):
        yield path.name, path.read_bytes()


def _mail() -> bytes:
    return (
        b"From: =?utf-8?q?Awa_Diarra?= <awa@courrier.example>\r\nTo: mairie@saint-aubin.example\r\nSubject: =?utf-8?b?w6k=?=\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n'
        b"<p>Bonjour</p>\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"JVBERi0xLjQ=\r\n--x--\r\n"
    )


def _strip(dpi: int) -> imprimer.Picture:
    """The head of a letter: a page that is read in one look, and quickly."""
    return imprimer.pages("place_creche", dpi)[0][: round(dpi * 1.6)]


SOUND: Mapping[str, Callable[[], bytes]] = {
    "pdf": lambda: imprimer.pdf("place_creche"),
    "pdf-image": lambda: imprimer.scanned_pdf([_strip(100)], dpi=100),
    "tiff": lambda: imprimer.tiff([page[:200] for page in imprimer.pages("petition", 60)], dpi=60),
    "jpeg": lambda: imprimer.jpeg(_strip(100), dpi=100),
    "png": lambda: mauvais.small_png(),
    "eml": _mail,
}
"""Small files in good order, to be spoilt."""


@cache
def _whole() -> Mapping[str, bytes]:
    return {kind: make() for kind, make in SOUND.items()}


def mutations(count: int, seed: int = 1) -> Iterator[Sample]:
    """`count` files of ours, each spoilt in its own way; the same seed gives the same files."""
    whole = _whole()
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        kind = chance.choice(sorted(whole))
        yield f"{kind}-{seed}-{number}", _spoilt(whole[kind], chance)


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 40))):
        place, length = chance.randrange(len(spoilt) + 1), chance.choice((1, 1, 4, 64, 2000))
        way = chance.randrange(6)
        if way == 0:
            spoilt[place : place + length] = chance.randbytes(length)
        elif way == 1:
            del spoilt[place : place + length]
        elif way == 2:
            spoilt[place:place] = spoilt[max(0, place - length) : place] * chance.choice((1, 3))
        elif way == 3:
            spoilt[place : place + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"9999"))
        elif way == 4:
            _renumber(spoilt, chance)
        else:
            del spoilt[max(place, 8) :]
    return bytes(spoilt)


def _renumber(spoilt: bytearray, chance: random.Random) -> None:
    """Change a number written in digits, as PDF and mail headers hold them."""
    digits = [place for place, byte in enumerate(spoilt) if 48 <= byte <= 57]
    if digits:
        place = chance.choice(digits)
        spoilt[place : place + 1] = str(chance.choice((0, 9, 99, 4294967296, -1))).encode()
