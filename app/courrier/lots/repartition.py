"""A batch becomes one depot a letter, all at once: each with the code of its own sheet, and the batch kept as it came."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from sqlalchemy.orm import Session

from app.courrier import journal, texte
from app.courrier.depot import nom_propre, pieces
from app.courrier.errors import DejaFait
from app.courrier.lots.composition import empreinte, poser
from app.courrier.lots.decoupe import Lettre
from app.courrier.ports import Lecture
from app.courrier.tables import Depot

_PLAGE = 80


def repartir(session: Session, depot_id: int, lecture: Lecture, lettres: Sequence[Lettre], *, now: datetime) -> list[Depot]:
    """Cut a batch into its letters; each is a due row for the reader. `DejaFait` when it was cut already, or set aside."""
    lot = session.get_one(Depot, depot_id, populate_existing=True, with_for_update=True)
    if lot.etat != "a_lire":
        raise DejaFait(quoi="Le découpage de ce lot")
    [originale] = [piece for piece in pieces(session, depot_id) if piece.genre == "original"]
    texte.garder(session, originale, lecture)
    texte.oublier(session, lot.sha256)
    decoupes = [_lettre(session, lot, lettre) for lettre in lettres]
    lot.etat, lot.motif, lot.reprise_le, lot.page_lue = "reparti", "", None, len(lecture.pages)
    lot.pris_par = lot.pris_le = None
    session.flush()
    journal.noter(
        session, acteur="systeme", acte="decouper", sujet=f"depot:{lot.id}", now=now, sha256=lot.sha256,
        lettres=[[un.id, un.plage] for un in decoupes],
    )
    return decoupes


def _lettre(session: Session, lot: Depot, lettre: Lettre) -> Depot:
    plage, separation = plage_de(lettre.pages), lettre.separation
    pages = [(lot.sha256, page, 0) for page in lettre.pages]
    decoupe = Depot(
        canal=lot.canal, origine=nom_de(lot.origine, plage), sha256=empreinte(pages), recu_le=lot.recu_le,
        depose_par=lot.depose_par, etat="a_lire", propositions=[], differe=lot.differe, lot_id=lot.id, plage=plage,
        separation=separation,
    )
    session.add(decoupe)
    session.flush()
    poser(session, decoupe, pages)
    return decoupe


def nom_de(origine: str, plage: str) -> str:
    """The name of what was cut out of a file: its own, and the pages."""
    nom = PurePath(origine)
    return nom_propre(f"{nom.stem} (p. {plage}).pdf")


def plage_de(pages: Sequence[int]) -> str:
    """Pages in words: «2-4, 6»."""
    suites: list[list[int]] = []
    for page in pages:
        if suites and page == suites[-1][-1] + 1:
            suites[-1].append(page)
        else:
            suites.append([page])
    dites = ", ".join(f"{suite[0]}-{suite[-1]}" if len(suite) > 1 else str(suite[0]) for suite in suites)
    return dites if len(dites) <= _PLAGE else f"{pages[0]}-{pages[-1]}, {len(pages)} pages"

