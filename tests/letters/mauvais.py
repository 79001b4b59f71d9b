"""Files that a town hall receives and that cannot be read as they are: broken, locked, endless or hostile."""

import zlib
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

import pikepdf
from PIL import Image

from tests.letters import imprimer


def truncated() -> bytes:
    """Two thirds of a PDF: the sending was cut."""
    whole = imprimer.pdf("place_creche")
    return whole[: len(whole) * 2 // 3]


def encrypted() -> bytes:
    """A PDF that asks for a password."""
    target = BytesIO()
    with pikepdf.open(BytesIO(imprimer.pdf("place_creche"))) as document:
        document.save(target, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return target.getvalue()


def restricted() -> bytes:
    """A PDF that opens without a password but forbids copying: it can be read."""
    target = BytesIO()
    with pikepdf.open(BytesIO(imprimer.pdf("place_creche"))) as document:
        rights = pikepdf.Permissions(extract=False)
        document.save(target, encryption=pikepdf.Encryption(user="", owner="secret", allow=rights))
    return target.getvalue()


def no_page() -> bytes:
    """A PDF in good order without a page."""
    target = BytesIO()
    with pikepdf.new() as document:
        document.save(target)
    return target.getvalue()


@cache
def many_pages(count: int = 5000) -> bytes:
    """A PDF of blank pages, far more than a letter has."""
    target = BytesIO()
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page()
        document.save(target)
    return target.getvalue()


def png() -> bytes:
    """A picture of a letter; people name it .pdf."""
    target = BytesIO()
    Image.fromarray(imprimer.pages("place_creche")[0]).save(target, "PNG", dpi=(200, 200))
    return target.getvalue()


def small_png() -> bytes:
    """A picture of the head of a letter, small enough to be spoilt by the hundred."""
    target = BytesIO()
    Image.fromarray(imprimer.pages("place_creche", 40)[0][:200]).save(target, "PNG", dpi=(40, 40))
    return target.getvalue()


def truncated_picture() -> bytes:
    """Half a JPEG."""
    whole = imprimer.jpeg(imprimer.pages("place_creche")[0])
    return whole[: len(whole) // 2]


def hundred_megapixels() -> bytes:
    """A picture of 100 million dots in a few kilobytes."""
    target = BytesIO()
    Image.new("1", (10_000, 10_000), 1).save(target, "PNG")
    return target.getvalue()


def _page_with(content: bytes, *, deflated: int, box: str = "0 0 595 842") -> bytes:
    for _ in range(deflated):
        content = zlib.compress(content, 9)
    filters = " ".join(["/FlateDecode"] * deflated)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R"
        b" /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>" % box.encode(),
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(content), filters.encode(), content),
    )
    body, places = b"%PDF-1.5\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + tail % (table, len(body))


@cache
def operator_bomb() -> bytes:
    """A kilobyte that unfolds into millions of drawing orders."""
    return _page_with(b"BT /F 9 Tf 9 9 Td (aaaaaaaa) Tj ET\n" * (48 << 20 >> 5), deflated=2)


@cache
def space_bomb() -> bytes:
    """A few kilobytes that unfold into a gigabyte of blanks."""
    block = zlib.compressobj(9)
    once = b"".join(block.compress(b" " * (1 << 20)) for _ in range(1024)) + block.flush()
    # Compressed once already; `_page_with` does it a second time and is told of the first.
    return _page_with(once, deflated=1).replace(b"[/FlateDecode]", b"[/FlateDecode /FlateDecode]")


def huge_sheet() -> bytes:
    """A page of 140 metres a side with nothing but lines on it."""
    return _page_with(b"0 0 m 9 9 l S", deflated=1, box="0 0 400000 400000")


def nested_mail(depth: int = 1200) -> bytes:
    """A message in a message in a message."""
    return b"From: a@b.example\r\nSubject: x\r\nContent-Type: message/rfc822\r\n\r\n" * depth + b"fin"


def crowded_mail(parts: int = 200_000) -> bytes:
    """Six megabytes of empty parts."""
    head = b'From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    return head + b"--x\r\n\r\ny\r\n" * parts + b"--x--\r\n"


REFUSED: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "vide": (lambda: b"", "vide"),
    "tronqué": (truncated, "tronqué"),
    "chiffré": (encrypted, "mot de passe"),
    "sans page": (no_page, "aucune page"),
    "5 000 pages": (many_pages, "5000 pages, pour 2000"),
    "image tronquée": (truncated_picture, "tronquée"),
    "image énorme": (hundred_megapixels, "10\u202f000 × 10\u202f000"),
    "bombe d’opérateurs": (operator_bomb, "caractères|calcul|arrête la lecture|mémoire"),
    "bombe d’espaces": (space_bomb, "calcul|arrête la lecture|mémoire"),
    "feuille énorme": (huge_sheet, "trop grande"),
    "courriels emboîtés": (nested_mail, "l’un dans l’autre|trop de parties"),
    "courriel de 200 000 parties": (crowded_mail, "trop de parties"),
    "bruit": (lambda: bytes(range(256)) * 40, "pas lu ici"),
}
"""Each bad file, and what its French reason says."""
