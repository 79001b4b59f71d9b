"""What a model learns from: the courriers that clerks registered, with the nature and the bureau that they have now."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from app.courrier.apprentissage.modele import Exemple
from app.courrier.apprentissage.termes import SIGNES
from app.courrier.tables import Bureau, Courrier, Nature, Piece, Texte

APPRIS = 3_000
"""The newest courriers that a version learns from: older ones tell how the house was."""
PAGES = 2
"""Pages of a letter that tell what it is about."""
_PAR_FOIS = 500


def combien(session: Session, depuis: int = 0) -> int:
    """How many courriers were confirmed after this id; counted up to what a version learns from."""
    bornes = _confirmes().where(Courrier.id > depuis).limit(APPRIS).subquery()
    return session.scalar(select(func.count()).select_from(bornes)) or 0


def dernier_id(session: Session) -> int:
    """The newest confirmed courrier; 0 when there is none."""
    return session.scalar(select(func.max(Courrier.id)).where(Courrier.sens == "arrivee")) or 0


def exemples(session: Session, *, limite: int = APPRIS, jusqu_a: int | None = None) -> list[Exemple]:
    """The newest confirmed courriers, oldest first; a bureau corrected since the registration counts as corrected.

    `jusqu_a`: the id of the newest that counts, when not all do.
    """
    lignes = session.execute(
        _confirmes().add_columns(Courrier.objet, Nature.cle, Bureau.cle)
        .join(Nature, Nature.id == Courrier.nature_id).outerjoin(Bureau, Bureau.id == Courrier.bureau_id)
        .where(true() if jusqu_a is None else Courrier.id <= jusqu_a).order_by(Courrier.id.desc()).limit(limite)
    ).all()[::-1]
    textes = _textes(session, [ligne[0] for ligne in lignes])
    return [
        Exemple(texte=texte_de(objet, textes.get(courrier, ())), choix={"nature": nature, "bureau": bureau or ""})
        for courrier, objet, nature, bureau in lignes
    ]


def texte_de(objet: str, pages: Iterable[str]) -> str:
    """What a model reads of a letter: its subject, then its first pages."""
    return "\n".join([objet, *pages])[:SIGNES]


def _confirmes() -> Select[int]:
    return select(Courrier.id).where(Courrier.sens == "arrivee", Courrier.etat != "annule")


def _textes(session: Session, courriers: Sequence[int]) -> dict[int, list[str]]:
    trouves: dict[int, list[str]] = {}
    for debut in range(0, len(courriers), _PAR_FOIS):
        lignes = session.execute(
            select(Piece.courrier_id, func.substr(Texte.texte, 1, SIGNES)).join(Piece, Piece.id == Texte.piece_id)
            .where(Piece.courrier_id.in_(courriers[debut : debut + _PAR_FOIS]), Piece.genre == "original", Texte.page <= PAGES)
            .order_by(Piece.courrier_id, Piece.id, Texte.page)
        )
        for courrier, texte in lignes:
            trouves.setdefault(courrier, []).append(texte)
    return trouves
