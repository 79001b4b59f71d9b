"""A letter put together from pages of files that stay as they are: cut out of a batch, turned, set in another order."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from io import BytesIO

import img2pdf
import pikepdf

from app.courrier.errors import Illisible
from app.courrier.ports import PageLue
from app.outside.reader import pdf, searchable
from app.outside.reader.limits import Limites
from app.outside.reader.sniffing import PDF

Source = tuple[bytes, str, Sequence[PageLue]]
"""A file, its type, its pages as they were read."""

Feuille = tuple[int, int, int]
"""The rank of its file among the sources, its page from 1, degrees clockwise once it is upright."""

_APART = "Les pages de ce dépôt n’ont pas pu être assemblées ; les fichiers d’origine sont gardés."
_WIDTH = 1654  # A4 at 200 dots an inch


def make(sources: Sequence[Source], feuilles: Sequence[Feuille], limites: Limites) -> bytes:
    """A PDF of these pages, upright; the same files and pages give the same bytes. `Illisible`."""
    try:
        with pikepdf.new() as document, ExitStack() as opened:
            files = [
                opened.enter_context(_opened(source, (page for rank, page, _ in feuilles if rank == index), limites))
                for index, source in enumerate(sources)
            ]
            upright = [{page.numero: page.tourne for page in pages} for _, _, pages in sources]
            for rank, page, turn in feuilles:
                document.pages.append(files[rank].pages[page - 1])
                document.pages[-1].rotate(upright[rank].get(page, 0) + turn, relative=True)
            target = BytesIO()
            document.save(target, deterministic_id=True)
    except (*searchable.FAULTS, IndexError) as fault:
        raise Illisible(motif=_APART) from fault
    return target.getvalue()


def _opened(source: Source, wanted: Iterable[int], limites: Limites) -> pikepdf.Pdf:
    """A file as a PDF whose pages can be taken one by one, with what was typed into its forms made part of them."""
    data, mime, pages = source
    if mime != PDF:
        return pikepdf.open(BytesIO(searchable.bound(data, pages)))
    try:
        document = pikepdf.open(BytesIO(data))
    except pikepdf.PdfError:
        return _drawn(data, set(wanted), max(page.numero for page in pages), limites)
    if "/AcroForm" in document.Root:
        document.generate_appearance_streams()
        document.flatten_annotations("all")
    return document


def _drawn(data: bytes, wanted: set[int], total: int, limites: Limites) -> pikepdf.Pdf:
    """The pages of a damaged PDF that can still be shown, as pictures; those nobody asked for are left empty."""
    document = pikepdf.new()
    for page in range(1, total + 1):
        if page not in wanted:
            document.add_blank_page()
            continue
        picture = BytesIO()
        pdf.render(data, page, _WIDTH, limites).save(picture, "JPEG", quality=85, dpi=(200, 200))
        with pikepdf.open(BytesIO(bytes(img2pdf.convert(picture.getvalue(), nodate=True)))) as drawn:
            document.pages.append(drawn.pages[0])
    return document
