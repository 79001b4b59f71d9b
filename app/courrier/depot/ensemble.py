"""Several files that are one letter: the letter with its pieces, or its pages one by one as a telephone photographs them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier.depot.arrivee import Jointe, deposer, nom_propre, piece
from app.courrier.tables import Depot, Piece


def avec_pieces(session: Session, fichiers: Sequence[Jointe], *, canal: str, par: str, now: datetime) -> Depot:
    """One letter, the first file; the others came with it. Each is kept byte for byte and read in its turn."""
    return _deposer(session, fichiers, ("original", "annexe"), canal, par, now)


def en_pages(session: Session, fichiers: Sequence[Jointe], *, canal: str, par: str, now: datetime) -> Depot:
    """One letter whose pages are these files, in this order; the worker puts them together once each was read."""
    arrive = _deposer(session, fichiers, ("source", "source"), canal, par, now)
    arrive.origine = nom_propre(f"{fichiers[0].nom} (+ {len(fichiers) - 1})")
    arrive.sha256 = hashlib.sha256("".join(fichier.coffre_range.sha256 for fichier in fichiers).encode()).hexdigest()
    # What they become has other bytes each time its pages are put in order: the first of them tells that they came before.
    premiere = fichiers[0].coffre_range.sha256
    arrive.doublon_de = session.scalar(
        select(func.min(Piece.depot_id)).where(Piece.sha256 == premiere, Piece.depot_id < arrive.id)
    )
    session.flush()
    return arrive


def _deposer(
    session: Session, fichiers: Sequence[Jointe], genres: tuple[str, str], canal: str, par: str, now: datetime
) -> Depot:
    premier, *autres = fichiers
    suite = {"fichiers": [[autre.nom, autre.coffre_range.sha256] for autre in autres]} if autres else {}
    arrive = deposer(
        session, coffre_range=premier.coffre_range, nom=premier.nom, mime=premier.mime, canal=canal, par=par, now=now,
        genre=genres[0], preuve=suite,
    )
    for autre in autres:
        session.add(piece(
            arrive, coffre_range=autre.coffre_range, nom=autre.nom, mime=autre.mime, genre=genres[1], par=par, now=now,
        ))  # fmt: skip
        session.flush()
    return arrive
