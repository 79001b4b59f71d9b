"""PDF/A-2b (ISO 19005-2): a copy that holds only pictures and our words is marked as one; of another, why it is not is told."""

from collections.abc import Iterator
from functools import cache

import pikepdf
from PIL import ImageCms

_CATALOGUE = {*("/Type", "/Pages", "/Lang", "/PageLayout", "/PageMode", "/PageLabels", "/ViewerPreferences", "/MarkInfo",
                "/StructTreeRoot", "/Dests")}  # fmt: skip
# What may go from a copy without a mark on its pages: replaced by ours, or of use to the program that wrote it alone.
_DROPPED = ("/Metadata", "/OutputIntents", "/Version", "/Extensions", "/PieceInfo", "/LastModified")
_OPERATORS = frozenset((
    *("q", "Q", "cm", "w", "J", "j", "M", "d", "ri", "i", "gs", "m", "l", "c", "v", "y", "h", "re", "S", "s", "f", "F", "f*"),
    *("B", "B*", "b", "b*", "n", "W", "W*", "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*", "Tj"),
    *("TJ", "'", '"', "CS", "cs", "SC", "SCN", "sc", "scn", "G", "g", "RG", "rg", "Do", "MP", "DP", "BMC", "BDC", "EMC"),
))  # fmt: skip
_BLENDING = frozenset((
    *("/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn"),
    *("/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity"),
))  # fmt: skip
_INTENTS = ("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation")
_SIDES = (3.0, 14_400.0)
_DEEPEST = 8
_LARGEST_CONTENT = 4 << 20
_CHANNELS = {1: b"GRAY", 3: b"RGB "}
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part>\
<pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class _Refused(Exception):
    """What the norm does not admit, or what is not looked into here; its text tells the clerk."""


def mark(document: pikepdf.Pdf, font: pikepdf.Object) -> str:
    """Make the document say that it is PDF/A-2b when it can be; nothing, or in French what keeps it from being.

    `font` is ours, which is embedded; a document with any other is left unmarked: whether that font is whole and true to its
    widths is not looked into. To be written without encryption, as PDF 1.7, with no LZW left.
    """
    try:
        _check_catalogue(document.Root)
        for page in document.pages:
            _check_page(page, font)
    except _Refused as refused:
        return str(refused)
    except (pikepdf.PdfError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return "une partie de l’original est abîmée, ou d’un genre qui n’est pas vérifié ici"
    _claim(document)
    return ""


def _claim(document: pikepdf.Pdf) -> None:
    root = document.Root
    for key in _DROPPED:
        if key in root:
            del root[key]
    # Other metadata need not be said twice, nor agree with the packet, when there are none.
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    packet = document.make_stream(_XMP.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    profile = document.make_stream(srgb(), N=3)
    root.Metadata = document.make_indirect(packet)
    root.OutputIntents = pikepdf.Array([pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent, S=pikepdf.Name.GTS_PDFA1, OutputConditionIdentifier="sRGB", Info="sRGB IEC61966-2.1",
        DestOutputProfile=document.make_indirect(profile),
    )])  # fmt: skip


@cache
def srgb() -> bytes:
    """The profile of sRGB, free of rights: LittleCMS writes it; the same bytes each time, and of an ICC that PDF 1.7 knows."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[8:12] = bytes((4, 0x20, 0, 0))
    profile[24:36] = b"".join(part.to_bytes(2, "big") for part in (2026, 1, 1, 0, 0, 0))
    return bytes(profile)


def _check_catalogue(root: pikepdf.Object) -> None:
    if not isinstance(root.get("/OpenAction", pikepdf.Array()), pikepdf.Array):
        raise _Refused("le document agit à son ouverture")
    more = set(root.keys()) - _CATALOGUE - set(_DROPPED) - {"/OpenAction"}
    if more:
        raise _Refused(f"le document a plus que des pages ({', '.join(sorted(more))})")


def _check_page(page: pikepdf.Page, font: pikepdf.Object) -> None:
    sheet = page.obj
    left, bottom, right, top = (float(side) for side in page.mediabox)
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in (right - left, top - bottom)):
        raise _Refused("une page est trop grande ou trop petite")
    if sheet.get("/Annots", []) or "/AA" in sheet or "/PresSteps" in sheet:
        raise _Refused("une page porte des annotations, des champs ou des actions")
    _forget(sheet)
    _check_group(sheet)
    if "/Thumb" in sheet:
        _check_picture(sheet.Thumb)
    _check_content(sheet, page.resources, font, 0)


def _check_content(holder: pikepdf.Object, resources: pikepdf.Object, font: pikepdf.Object, depth: int) -> None:
    """What is drawn, and by what: the orders of a page or of a form, and the resources that they name."""
    if depth > _DEEPEST:
        raise _Refused("ses dessins sont emboîtés trop profondément")
    named = _resources(resources)
    for order in _orders(holder):
        operator, operands = str(order.operator), order.operands
        if operator not in _OPERATORS:
            raise _Refused(f"une page est dessinée d’une façon qui n’est pas vérifiée ici ({operator})")
        if operator in ("cs", "CS"):
            _check_colours(named["/ColorSpace"].get(str(operands[0]), operands[0]))
        if operator == "ri" and str(operands[0]) not in _INTENTS:
            raise _Refused("un rendu de couleurs est inconnu")
    if any(one.objgen != font.objgen for one in named["/Font"].values()):
        raise _Refused("l’original contient du texte, dont les polices ne sont pas vérifiées ici")
    if named["/Pattern"] or named["/Shading"]:
        raise _Refused("l’original contient des motifs ou des dégradés")
    for state in named["/ExtGState"].values():
        _check_state(state)
    for drawn in named["/XObject"].values():
        if drawn.get("/Subtype") == "/Image":
            _check_picture(drawn)
        elif drawn.get("/Subtype") == "/Form" and not _has(drawn, "/Ref", "/OPI", "/PS", "/OC", "/Subtype2"):
            _forget(drawn)
            _check_group(drawn)
            _check_content(drawn, drawn.get("/Resources", resources), font, depth + 1)
        else:
            raise _Refused("l’original contient un dessin d’un autre genre")


def _orders(holder: pikepdf.Object) -> Iterator[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage]:
    streams = holder.get("/Contents", pikepdf.Array()) if holder.get("/Type") == "/Page" else holder
    parts = list(streams) if isinstance(streams, pikepdf.Array) else [streams]
    if sum(len(part.read_bytes()) for part in parts) > _LARGEST_CONTENT:
        raise _Refused("une page est dessinée de trop de traits")
    yield from pikepdf.parse_content_stream(holder)


def _resources(resources: pikepdf.Object) -> dict[str, dict[str, pikepdf.Object]]:
    kinds = ("/ColorSpace", "/Font", "/Pattern", "/Shading", "/ExtGState", "/XObject")
    return {kind: dict(resources.get(kind, pikepdf.Dictionary()).items()) for kind in kinds}


def _check_picture(picture: pikepdf.Object) -> None:
    if _has(picture, "/Alternates", "/OPI", "/OC", "/F") or picture.get("/Interpolate", False):
        raise _Refused("une image est d’un genre que la norme n’admet pas")
    if str(picture.get("/Intent", _INTENTS[0])) not in _INTENTS:
        raise _Refused("un rendu de couleurs est inconnu")
    filters = picture.get("/Filter", pikepdf.Array())
    if {"/JPXDecode", "/Crypt"} & {str(one) for one in (filters if isinstance(filters, pikepdf.Array) else [filters])}:
        raise _Refused("une image est codée d’une façon qui n’est pas vérifiée ici (JPEG 2000)")
    _forget(picture)
    if not picture.get("/ImageMask", False):
        _check_colours(picture.get("/ColorSpace"))
    for mask in (picture.get("/SMask"), picture.get("/Mask")):
        if isinstance(mask, pikepdf.Stream):
            _check_picture(mask)


def _check_colours(colours: pikepdf.Object | None, depth: int = 0) -> None:
    if colours is None:
        raise _Refused("une image ne dit pas ses couleurs")
    family = colours[0] if isinstance(colours, pikepdf.Array) else colours
    if family in ("/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB", "/Lab"):
        return
    if family == "/Indexed" and depth == 0:
        _check_colours(colours[1], 1)
    elif family != "/ICCBased" or not _sound_profile(colours[1]):
        raise _Refused("une image a des couleurs d’imprimerie ou un profil qui n’est pas vérifié ici")


def _sound_profile(stream: pikepdf.Object) -> bool:
    profile, channels = stream.read_bytes(), _CHANNELS.get(int(stream.get("/N", 0)))
    return (
        len(profile) >= 128 and profile[36:40] == b"acsp" and profile[8] <= 4 and profile[16:20] == channels
        and profile[12:16] in (b"scnr", b"mntr", b"prtr", b"spac")
    )  # fmt: skip


def _check_state(state: pikepdf.Object) -> None:
    modes = state.get("/BM", pikepdf.Name.Normal)
    known = all(str(mode) in _BLENDING for mode in (modes if isinstance(modes, pikepdf.Array) else [modes]))
    soft = state.get("/SMask", pikepdf.Name("/None")) == "/None"
    if not known or not soft or _has(state, "/TR", "/TR2", "/HT", "/HTP", "/Font", "/RI"):
        raise _Refused("l’original règle l’impression d’une façon que la norme n’admet pas")


def _check_group(holder: pikepdf.Object) -> None:
    """A transparency group mixes colours in a space of its own."""
    if "/Group" in holder and "/CS" in holder.Group:
        _check_colours(holder.Group.CS)


def _has(holder: pikepdf.Object, *keys: str) -> bool:
    return any(key in holder for key in keys)


def _forget(holder: pikepdf.Object) -> None:
    """Metadata of a part would have to be checked too; the copy does without."""
    for key in ("/Metadata", "/PieceInfo", "/LastModified"):
        if key in holder:
            del holder[key]
