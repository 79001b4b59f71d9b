"""The searchable copy of a scan: the pages as they came, shown upright, with the words that were read laid under the picture."""

from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO

import img2pdf
import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from PIL import Image

from app.courrier.errors import Illisible
from app.courrier.ports import Copie, PageLue
from app.outside.reader import archival
from app.outside.reader.scan import to_rgb
from app.outside.reader.sniffing import PDF

# One glyph that draws nothing, half as wide as high, stands for every letter: viewers select and search it, none shows it.
_EM, _WIDE, _ABOVE = 1000, 500, 800
_FONT = pikepdf.Name("/TexteLu")
FAULTS = (pikepdf.PdfError, img2pdf.ImageOpenError, img2pdf.PdfTooLargeError, ValueError, OSError, TypeError, KeyError,
           NotImplementedError)  # fmt: skip


def make(data: bytes, mime: str, pages: Sequence[PageLue]) -> Copie:
    """The same pages as PDF with their words under them, PDF/A-2b where that can be; the same file and words give the same bytes.

    `Illisible` when it cannot be made.
    """
    try:
        with pikepdf.open(BytesIO(data if mime == PDF else bound(data, pages))) as document:
            font = document.make_indirect(_font(document))
            for page in pages:
                _lay(document.pages[page.numero - 1], page, font)
            if mime != PDF:
                # img2pdf gives a number by chance to what it binds.
                del document.trailer["/ID"]
            target, reserve = BytesIO(), archival.mark(document, font)
            # PDF/A knows no encryption, no version above this one, no LZW.
            document.save(
                target, deterministic_id=True, encryption=False, force_version="1.7", fix_metadata_version=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            )  # fmt: skip
    except FAULTS as fault:
        raise Illisible(
            motif="Ce fichier est abîmé : sa copie cherchable n’a pas pu être faite. L’original est gardé tel quel."
        ) from fault
    return Copie(contenu=target.getvalue(), reserve=reserve)


def bound(data: bytes, pages: Sequence[PageLue]) -> bytes:
    """The pictures of a scan as the pages of a PDF, their own bytes kept wherever PDF knows their kind."""
    longest = max(max(page.largeur, page.hauteur) for page in pages)

    def layout(width: int, height: int, _: object) -> tuple[float, float, float, float]:
        scale = longest / max(width, height)
        return width * scale, height * scale, width * scale, height * scale

    # A telephone's JPEG may carry a second picture, which is no second page.
    options = {"layout_fun": layout, "rotation": img2pdf.Rotation.ifvalid, "nodate": True, "first_frame_only": len(pages) == 1}
    try:
        bound = img2pdf.convert(data, **options)
    except (img2pdf.AlphaChannelError, img2pdf.JpegColorspaceError):
        plain = BytesIO()
        with Image.open(BytesIO(data)) as picture:
            to_rgb(picture).save(plain, "PNG")
        bound = img2pdf.convert(plain.getvalue(), **options)
    return bytes(bound)


def _lay(page: pikepdf.Page, read: PageLue, font: pikepdf.Object) -> None:
    """Turn a page upright; put its words where they stand when tesseract read them, for a layer of its own serves as it is."""
    turn = (int(page.rotation) + read.tourne) % 360
    if read.tourne:
        page.rotation = turn
    if read.source != "ocr":
        return
    matrix, across, down = upright(page, turn)
    words = "\n".join(_word(mot[0], mot[1] * across, (1 - mot[4]) * down, (mot[3] - mot[1]) * across, (mot[4] - mot[2]) * down)
                      for mot in read.mots if mot[3] > mot[1] and mot[4] > mot[2])  # fmt: skip
    page.add_resource(font, pikepdf.Name.Font, _FONT)
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {matrix} cm BT 3 Tr\n{words}\nET Q\n".encode("ascii"))


def upright(page: pikepdf.Page, turn: int) -> tuple[str, float, float]:
    """From a page as it is shown, origin bottom left, to the page as it is written: the matrix; its width and height as shown."""
    left, bottom, right, top = (float(side) for side in page.cropbox)
    across, down = (top - bottom, right - left) if turn % 180 else (right - left, top - bottom)
    matrix = {0: (1, 0, 0, 1, left, bottom), 90: (0, 1, -1, 0, right, bottom),
              180: (-1, 0, 0, -1, right, top), 270: (0, -1, 1, 0, left, top)}[turn]  # fmt: skip
    return " ".join(f"{value:.3f}" for value in matrix), across, down


def _word(text: str, x: float, y: float, width: float, height: float) -> str:
    """One word stretched over its box, with a blank after it so that words stay apart when they are copied."""
    letters = text.encode("utf-16-be", errors="ignore")
    stretched = 100 * width / (len(letters) / 2 * _WIDE / _EM * height)
    baseline = y + height * (1 - _ABOVE / _EM)
    return f"{_FONT} {height:.2f} Tf {stretched:.2f} Tz 1 0 0 1 {x:.2f} {baseline:.2f} Tm <{letters.hex()}0020> Tj"


def _font(document: pikepdf.Pdf) -> pikepdf.Dictionary:
    """The font of every letter: two bytes a letter are its place in Unicode, and all have the same empty glyph."""
    file = document.make_stream(_glyphless(), Length1=len(_glyphless()))
    same = document.make_stream(b"\x00\x01" * 0x10000)
    described = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=_FONT, Flags=5, FontBBox=[0, _ABOVE - _EM, _WIDE, _ABOVE], ItalicAngle=0,
        Ascent=_ABOVE, Descent=_ABOVE - _EM, CapHeight=_ABOVE, StemV=80, FontFile2=document.make_indirect(file),
    )  # fmt: skip
    glyphs = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=_FONT, DW=_WIDE,
        CIDToGIDMap=document.make_indirect(same),
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=document.make_indirect(described),
    )  # fmt: skip
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=_FONT, Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[document.make_indirect(glyphs)], ToUnicode=document.make_indirect(document.make_stream(_to_unicode())),
    )  # fmt: skip


def _to_unicode() -> bytes:
    """Each code is the letter it stands for; a range may only change its last byte, and a block holds a hundred ranges."""
    ranges = [f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in range(256)]
    blocks = [ranges[start : start + 100] for start in range(0, 256, 100)]
    told = "\n".join(f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{told}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")


@cache
def _glyphless() -> bytes:
    """A TrueType font whose glyphs are empty."""
    names: Mapping[str, str] = {"familyName": "TexteLu", "styleName": "Regular", "psName": "TexteLu"}
    built = FontBuilder(_EM, isTTF=True)
    built.setupGlyphOrder([".notdef", "lettre"])
    built.setupCharacterMap({0x20: "lettre"})
    built.setupGlyf({name: Glyph() for name in (".notdef", "lettre")})
    built.setupHorizontalMetrics(dict.fromkeys((".notdef", "lettre"), (_WIDE, 0)))
    built.setupHorizontalHeader(ascent=_ABOVE, descent=_ABOVE - _EM)
    built.setupNameTable(dict(names))
    built.setupOS2(sTypoAscender=_ABOVE, usWinAscent=_ABOVE, usWinDescent=_EM - _ABOVE)
    built.setupPost()
    # The date of its making would make each copy another file.
    built.font["head"].created = built.font["head"].modified = 0
    built.font.recalcTimestamp = False
    target = BytesIO()
    built.font.save(target)
    return target.getvalue()
