"""The searchable copy as PDF/A-2b: what ISO 19005-2 asks of a file of pictures is looked for in the bytes, by its clauses."""

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageCms

from app.courrier.errors import Illisible
from app.courrier.ports import PageLue
from app.outside.reader import searchable
from app.outside.reader.sniffing import JPEG, PDF, PNG
from tests.letters import imprimer

SHEET = imprimer.pages("place_creche", 60)[0]
WORDS = (("Madame", 0.1, 0.1, 0.3, 0.12, 96.0), ("l’œuf", 0.32, 0.1, 0.4, 0.12, 91.0))
PAGE = PageLue(numero=1, largeur=595.0, hauteur=842.0, texte="Madame l’œuf", mots=WORDS, source="ocr")


def picture(kind: str, mode: str, **options: object) -> bytes:
    target = BytesIO()
    Image.fromarray(SHEET).convert(mode).save(target, kind, **options)
    return target.getvalue()


def changed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A scanner's PDF with one thing more."""
    with pikepdf.open(BytesIO(imprimer.scanned_pdf([SHEET], dpi=60))) as document:
        change(document)
        target = BytesIO()
        document.save(target)
    return target.getvalue()


def locked(document: bytes) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(document)) as opened:
        rights = pikepdf.Permissions(extract=False)
        opened.save(target, encryption=pikepdf.Encryption(user="", owner="secret", allow=rights))
    return target.getvalue()


def packed(document: pikepdf.Pdf) -> None:
    """Give the page an order packed with LZW: nine bits a letter, between the codes that begin and end it."""
    codes = [256, *b"q 1 0 0 1 0 0 cm Q ", 257]
    bits = "".join(f"{code:09b}" for code in codes).ljust(len(codes) * 9 + 7, "0")
    content = bytes(int(bits[start : start + 8], 2) for start in range(0, len(bits) - 7, 8))
    stream = document.make_stream(content, Filter=pikepdf.Name.LZWDecode)
    document.pages[0].Contents = pikepdf.Array([stream, document.pages[0].Contents])


PHONE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SCANS = {
    "grey JPEG": (picture("JPEG", "L"), JPEG),
    "JPEG with a profile": (picture("JPEG", "RGB", icc_profile=PHONE), JPEG),
    "PNG in palette": (picture("PNG", "P"), PNG),
    "transparent PNG": (picture("PNG", "RGBA"), PNG),
    "black and white": (picture("PNG", "1"), PNG),
    "PDF of a scanner": (imprimer.scanned_pdf([SHEET], dpi=60), PDF),
    "PDF that forbids copying": (locked(imprimer.scanned_pdf([SHEET], dpi=60)), PDF),
    "PDF with LZW": (changed(packed), PDF),
}


@pytest.mark.parametrize("name", SCANS)
def test_a_scans_copy_keeps_to_the_clauses(name: str) -> None:
    data, mime = SCANS[name]
    made = searchable.make(data, mime, [PAGE])
    assert made.reserve == ""
    # 6.1.2 header with a comment of high bytes; 6.1.3 identifier, no encryption.
    assert made.contenu.startswith(b"%PDF-1.7\n%")
    assert min(made.contenu[10:14]) > 127
    with pikepdf.open(BytesIO(made.contenu)) as document:
        assert len(document.trailer.ID) == 2
        assert not document.is_encrypted
        root, [page] = document.Root, document.pages
        # 6.6.2 and 6.6.4: metadata in clear that claim part 2, level B.
        packet = root.Metadata.read_raw_bytes()
        assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in packet
        assert document.open_metadata().pdfa_status == "2B"
        # 6.2.3: one output intent, whose profile is sound and of the display class.
        [intent] = root.OutputIntents
        profile = intent.DestOutputProfile
        assert (intent.S, profile.N) == ("/GTS_PDFA1", 3)
        assert ImageCms.ImageCmsProfile(BytesIO(profile.read_bytes())).profile.device_class == "mntr"
        # 6.2.11: the only font is embedded whole, with its letters in Unicode; the words are not drawn.
        [font] = page.resources.Font.values()
        [glyphs] = font.DescendantFonts
        program = glyphs.FontDescriptor.FontFile2
        assert len(program.read_bytes()) == program.Length1
        assert "/CIDToGIDMap" in glyphs
        assert "/ToUnicode" in font
        page.contents_coalesce()
        assert b"BT 3 Tr" in page.Contents.read_bytes()
        streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        # 6.1.7: nothing outside of the file, no LZW; 6.2.8: no image smoothed by its reader.
        assert not any("/F" in one or "LZW" in str(one.get("/Filter", "")) or one.get("/Interpolate", False) for one in streams)
        # 6.5, 6.3, 6.4: no action, annotation nor field.
        assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(root.keys())
        assert "/Annots" not in page


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
def test_a_damaged_file_has_no_copy_and_that_is_told_in_our_words() -> None:
    with pytest.raises(Illisible, match=r"copie cherchable n’a pas pu être faite\. L’original est gardé tel quel\.$"):
        searchable.make(b"%PDF-1.4 rien", PDF, [PAGE])


NOTE = pikepdf.Dictionary(Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
FONT = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
SPOILT: dict[str, tuple[Callable[[pikepdf.Pdf], object], str]] = {
    "script": (lambda d: d.Root.update({"/OpenAction": SCRIPT}), "ouverture"),
    "form": (lambda d: d.Root.update({"/AcroForm": pikepdf.Dictionary(Fields=[])}), "AcroForm"),
    "attachment": (lambda d: d.attachments.update({"a.txt": pikepdf.AttachedFileSpec(d, b"a", filename="a.txt")}), "Names"),
    "note": (lambda d: d.pages[0].obj.update({"/Annots": [NOTE]}), "annotations"),
    "printer’s colours": (lambda d: d.pages[0].contents_add(b"0 0 0 1 k", prepend=True), r"vérifiée ici \(k\)"),
    "unknown order": (lambda d: d.pages[0].contents_add(b"1 2 zz", prepend=True), r"vérifiée ici \(zz\)"),
    "smoothed": (lambda d: next(iter(d.pages[0].get_images().values())).update({"/Interpolate": True}), "norme"),
    "wide": (lambda d: d.pages[0].obj.update({"/MediaBox": [0, 0, 20_000, 842]}), "trop grande"),
    "damaged picture": (lambda d: next(iter(d.pages[0].get_images().values())).update({"/ColorSpace": 7}), "couleurs|abîmée"),
    "damaged drawing": (lambda d: d.pages[0].obj.update({"/Resources": pikepdf.Dictionary(XObject=3)}), "abîmée"),
    "own font": (lambda d: d.pages[0].add_resource(FONT, pikepdf.Name.Font), "polices"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_the_norm_does_not_admit_is_not_called_pdfa(name: str) -> None:
    change, reason = SPOILT[name]
    made = searchable.make(changed(change), PDF, [PAGE])
    assert re.search(reason, made.reserve), made.reserve
    with pikepdf.open(BytesIO(made.contenu)) as document:
        assert document.open_metadata().pdfa_status == ""
        assert "/OutputIntents" not in document.Root
