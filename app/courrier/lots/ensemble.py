"""Files that came together as the pages of one letter become its first version, in the order in which they were given."""

from sqlalchemy.orm import Session

from app.courrier import depot
from app.courrier.lots.composition import DECOUPABLES, courante, poser
from app.courrier.tables import Depot, Piece
from engine import Phrase

SANS_PAGE = str(Phrase(
    "Aucun de ces fichiers n’a pu être lu comme une page : regardez-les un à un, ils sont gardés tels qu’ils sont venus."))


def a_assembler(session: Session, pris: Depot) -> list[Piece]:
    """The files that are to be the pages of this depot, in order; none for what came as one file, or is put together already."""
    if courante(session, pris.id) is not None:
        return []
    pieces = depot.pieces(session, pris.id)
    return [] if any(une.genre == "original" for une in pieces) else [une for une in pieces if une.genre == "source"]


def assembler(session: Session, depot_id: int) -> bool:
    """Put together the pages of the files that could be read; the others are kept beside them. Whether there was any page.

    Without any, the first file stands for the letter and the others are with it: a clerk registers them by hand.
    """
    pris = session.get_one(Depot, depot_id, populate_existing=True, with_for_update=True)
    sources = a_assembler(session, pris)
    pages = [
        (une.sha256, numero, 0) for une in sources if une.mime in DECOUPABLES for numero in range(1, une.pages + 1)
    ]
    for rang, une in enumerate(sources):
        if not pages:
            une.genre = "annexe" if rang else "original"
        elif not une.pages or une.mime not in DECOUPABLES:
            une.genre = "annexe"
    if pages:
        poser(session, pris, pages)
    session.flush()
    return bool(pages)
