"""A stamp laid over the first page of a copy, upright as the page is read; the words and pictures under it stay what they are."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf

from app.courrier.errors import Illisible
from app.courrier.ports import Boite, PageLue
from app.outside.reader.searchable import FAULTS, bound, upright
from app.outside.reader.sniffing import PDF

_STAMP = "/Cachet"


def make(data: bytes, mime: str, pages: Sequence[PageLue], stamp: bytes, box: Boite) -> bytes:
    """A PDF of the same pages; `stamp` is a PDF of one page, `box` its place in fractions of the first page. `Illisible`."""
    try:
        with (
            pikepdf.open(BytesIO(data if mime == PDF else bound(data, pages))) as document,
            pikepdf.open(BytesIO(stamp)) as mark,
        ):
            for page in pages:
                if page.tourne:
                    document.pages[page.numero - 1].rotation = (int(document.pages[page.numero - 1].rotation) + page.tourne) % 360
            form = document.copy_foreign(mark.pages[0].as_form_xobject())
            _lay(document.pages[0], form, box)
            target = BytesIO()
            document.save(target, deterministic_id=True)
    except FAULTS as fault:
        raise Illisible(
            motif="Ce fichier est abîmé : sa copie tamponnée n’a pas pu être faite. L’original est gardé tel quel."
        ) from fault
    return target.getvalue()


def _lay(page: pikepdf.Page, form: pikepdf.Object, box: Boite) -> None:
    matrix, across, down = upright(page, int(page.rotation) % 360)
    _, _, wide, high = (float(side) for side in form.BBox)
    x0, y0, x1, y1 = box
    scale = f"{(x1 - x0) * across / wide:.5f} 0 0 {(y1 - y0) * down / high:.5f} {x0 * across:.3f} {(1 - y1) * down:.3f}"
    page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(_STAMP))
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {matrix} cm {scale} cm {_STAMP} Do Q\n".encode("ascii"))
