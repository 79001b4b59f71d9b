"""A file comes in and is filed, whatever it holds; the same bytes a second time are shown as such, not refused."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType

from sqlalchemy import case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import Introuvable
from app.courrier.ports import Lecture, Range
from app.courrier.tables import Depot, Piece

TAILLE = 50
ETATS = ("a_lire", "a_enregistrer", "a_verifier", "enregistre", "joint", "ecarte", "reparti")
_LONGUEUR_NOM = 200


@dataclass(frozen=True, kw_only=True)
class Jointe:
    """A file attached to another, or made from it (`cherchable`, `pdfa`), in the vault already; `lecture` when it was read."""

    nom: str
    coffre_range: Range
    mime: str
    lecture: Lecture | None = None
    genre: str = "annexe"


def deposer(
    session: Session, *, coffre_range: Range, nom: str, mime: str, canal: str, par: str, now: datetime,
    recu_le: datetime | None = None, differe: bool = False, preuve: Mapping[str, object] = MappingProxyType({}),
    genre: str = "original",
) -> Depot:
    """File what came; its bytes are in the vault already, its reading is due.

    `recu_le` is when it reached the town hall, if that was not now (a mailbox opened on Monday); `preuve`: short facts of its
    reception for the journal; `differe`: it may wait behind the mail of the day, as old letters do. `genre`: «preuve» when the
    bytes only tell what was received, and what is read is made of them.
    """
    arrive = Depot(
        canal=canal, origine=nom_propre(nom), sha256=coffre_range.sha256, recu_le=recu_le or now, depose_par=par,
        etat="a_lire", propositions=[], doublon_de=_premier(session, coffre_range.sha256),
        differe=differe,
    )
    session.add(arrive)
    session.flush()
    session.add(piece(arrive, coffre_range=coffre_range, nom=nom, mime=mime, genre=genre, par=par, now=now))
    session.flush()
    journal.noter(
        session, acteur=par, acte="deposer", sujet=f"depot:{arrive.id}", now=now, canal=canal,
        sha256=coffre_range.sha256, taille=coffre_range.taille, doublon_de=arrive.doublon_de, **preuve,
    )
    return arrive


def piece(depot: Depot, *, coffre_range: Range, nom: str, mime: str, genre: str, par: str, now: datetime) -> Piece:
    """A piece of a depot, not yet added to the session."""
    return Piece(
        depot_id=depot.id, genre=genre, nom=nom_propre(nom), sha256=coffre_range.sha256, taille=coffre_range.taille, mime=mime,
        ajoutee_le=now, ajoutee_par=par,
    )


def depot(session: Session, depot_id: int) -> Depot:
    """One depot, as the database has it now; `Introuvable`."""
    trouve = session.get(Depot, depot_id, populate_existing=True)
    if trouve is None:
        raise Introuvable(quoi="Ce dépôt")
    return trouve


def pieces(session: Session, depot_id: int) -> list[Piece]:
    """The original of a depot, then what was attached to it, then the proofs of its reception."""
    rang = case((Piece.genre == "original", 0), (Piece.genre == "annexe", 1), else_=2)
    return list(session.scalars(select(Piece).where(Piece.depot_id == depot_id).order_by(rang, Piece.id)))


def original(session: Session, depot_id: int) -> Piece | None:
    """What is shown and registered of a depot; None as long as it is still to be made."""
    return session.scalar(select(Piece).where(Piece.depot_id == depot_id, Piece.genre == "original").order_by(Piece.id).limit(1))


def originaux(session: Session, depot_ids: Collection[int]) -> Mapping[int, Piece]:
    """What is shown and registered of each of these depots, those whose original is still to be made left out."""
    requete = select(Piece).where(Piece.depot_id.in_(depot_ids), Piece.genre == "original").order_by(Piece.id.desc())
    return {une.depot_id: une for une in session.scalars(requete) if une.depot_id is not None}


def deja_la(session: Session, sha256: str) -> bool:
    """Whether these very bytes were deposited before."""
    return _premier(session, sha256) is not None


def jumeaux(session: Session, depot: Depot) -> list[Depot]:
    """The other depots of the very same bytes, or whose photographs are the same, oldest first."""
    pareil = or_(Depot.sha256 == depot.sha256, Depot.id == depot.doublon_de)
    memes = select(Depot).where(pareil, Depot.id != depot.id).order_by(Depot.id)
    return list(session.scalars(memes))


def liste(session: Session, *etats: str, apres: tuple[bool, datetime, int] | None = None, limite: int = TAILLE) -> list[Depot]:
    """Depots in these states, the mail of the day first, the one that came first on top.

    `apres` is the `differe`, `recu_le` and `id` of the last one shown.
    """
    requete = select(Depot).where(Depot.etat.in_(etats)).order_by(Depot.differe, Depot.recu_le, Depot.id).limit(limite)
    if apres:
        requete = requete.where(tuple_(Depot.differe, Depot.recu_le, Depot.id) > apres)
    return list(session.scalars(requete, execution_options={"populate_existing": True}))


def compter(session: Session) -> Mapping[str, int]:
    """How many depots are in each state, none left out."""
    comptes = session.execute(select(Depot.etat, func.count()).group_by(Depot.etat))
    return {**dict.fromkeys(ETATS, 0), **dict(comptes.all())}


def nom_propre(nom: str) -> str:
    """A file name that is only a name: no folder, no control sign, not too long, its ending kept."""
    base = nom.replace("\\", "/").rstrip("/").rpartition("/")[2]
    lisible = "".join(signe for signe in unicodedata.normalize("NFC", base) if unicodedata.category(signe)[0] != "C").strip()
    if lisible.strip(".") == "":
        return "sans-nom"
    fin = PurePosixPath(lisible).suffix[:20]
    return lisible if len(lisible) <= _LONGUEUR_NOM else lisible[: _LONGUEUR_NOM - len(fin)] + fin


def _premier(session: Session, sha256: str) -> int | None:
    return session.scalar(select(func.min(Depot.id)).where(Depot.sha256 == sha256))
