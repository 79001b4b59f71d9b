"""The visible block of a signature: what it says, and where it stands on the letter."""

import html
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.stamp import StaticStampStyle

from app.courrier.ports import Compositeur, Signataire

_MM = 72 / 25.4
_LARGEUR, _HAUTEUR = 75 * _MM, 28 * _MM
_MARGE = 20 * _MM
_PARIS = ZoneInfo("Europe/Paris")
_DESTINATION = "signature"


def place(reader: PdfFileReader) -> SigFieldSpec:
    """The field to sign: at the destination `signature` of the letter, else at the foot of the last page."""
    earlier = len(list(enumerate_sig_fields(reader)))
    found = None if earlier else _destination(reader)
    page, x, top = found or _foot(reader, earlier)
    box = round(x), round(top - _HAUTEUR), round(x + _LARGEUR), round(top)
    return SigFieldSpec(
        f"Signature{earlier + 1}", on_page=page, box=box, readable_field_name="Signature électronique")


def style(compositeur: Compositeur, signataire: Signataire, *, lieu: str, now: datetime) -> StaticStampStyle:
    """The block as a page set by the typesetter, so that its fonts are embedded as PDF/A asks."""
    le = now.astimezone(_PARIS)
    lines = (
        ("intro", "Signé électroniquement par"),
        ("nom", signataire.nom),
        ("qualite", signataire.qualite),
        ("delegation", signataire.delegation),
        ("date", f"{lieu + ', ' if lieu else ''}le {le:%d/%m/%Y} à {le:%H} h {le:%M}"),
    )
    body = "".join(f'<p class="{kind}">{html.escape(text)}</p>' for kind, text in lines if text)
    page = f'<!doctype html><html lang="fr"><body class="sceau"><section>{body}</section></body></html>'
    pdf = compositeur.pdf(page, titre="Signature électronique", auteur=signataire.nom)
    # Its own size, no margin: the block was set for this very place.
    whole = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0))
    return StaticStampStyle(background=_Page(pdf), background_layout=whole, border_width=0)


class _Page(PdfContent):
    """The first page of another PDF, brought in as it is."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """The drawing commands, once the page is among the writer's objects."""
        drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.resources.xobject["/Bloc"] = drawn
        x0, y0, x1, y1 = drawn.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(x1 - x0), height=abs(y1 - y0))
        return b"/Bloc Do"


def _destination(reader: PdfFileReader) -> tuple[int, float, float] | None:
    """Page, left and top of the named place that the typesetter left free, if there is one."""
    try:
        names = reader.root["/Names"]["/Dests"]["/Names"]
        at = next(names[i + 1] for i in range(0, len(names), 2) if names[i] == _DESTINATION)
        return _pages(reader).index(at.raw_get(0).idnum), float(at[2]), float(at[3])
    except (StopIteration, KeyError, ValueError, IndexError, TypeError, AttributeError):
        return None


def _foot(reader: PdfFileReader, earlier: int) -> tuple[int, float, float]:
    last = int(reader.root["/Pages"]["/Count"]) - 1
    page = reader.find_page_for_modification(last)[0].get_object()  # type: ignore[no-untyped-call]
    media = page.get("/MediaBox") or generic.ArrayObject(map(generic.FloatObject, (0, 0, 595, 842)))
    x = float(media[2]) - _MARGE - _LARGEUR - earlier * (_LARGEUR + 2 * _MM)
    return last, max(x, float(media[0])), float(media[1]) + _MARGE + _HAUTEUR


def _pages(reader: PdfFileReader) -> list[int]:
    count = int(reader.root["/Pages"]["/Count"])
    return [reader.find_page_for_modification(index)[0].idnum for index in range(count)]  # type: ignore[no-untyped-call]
