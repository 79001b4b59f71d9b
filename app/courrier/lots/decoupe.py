"""Where one letter ends and the next begins in a batch: at the separator sheets, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.courrier.errors import Illisible
from app.courrier.lots.separation import lire
from app.courrier.ports import PageLue

QUE_DES_FEUILLES = "Ce lot ne contient que des feuilles de séparation et des pages blanches : il n’y a rien à enregistrer."


@dataclass(frozen=True, kw_only=True)
class Lettre:
    """The pages of one letter in the batch, from 1, and the code of the sheet in front of it; empty when there was none."""

    pages: tuple[int, ...]
    separation: str = ""


def decouper(pages: Sequence[PageLue]) -> tuple[Lettre, ...] | None:
    """The letters of a batch, blank pages and sheets left out; None when no sheet was found: it is one letter as it is.

    A sheet whose code is not whole cuts nothing. Each sheet counts for the pages up to the next one alone. `Illisible` when
    there is nothing behind the sheets.
    """
    if not any(lire(page.code) for page in pages):
        return None
    lettres: list[Lettre] = []
    code, dedans = "", list[int]()
    for page in pages:
        if lire(page.code):
            lettres.append(Lettre(pages=tuple(dedans), separation=code))
            code, dedans = page.code, []
        elif page.source != "vide":
            dedans.append(page.numero)
    lettres.append(Lettre(pages=tuple(dedans), separation=code))
    pleines = tuple(lettre for lettre in lettres if lettre.pages)
    if not pleines:
        raise Illisible(motif=QUE_DES_FEUILLES)
    return pleines
