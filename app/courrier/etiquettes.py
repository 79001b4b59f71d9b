"""Labels: what is stuck on the paper of a courrier, and the code on it that leads back to its page, whoever scans it.

`VGM1:CRR:<chrono>:<contrôle>`, capitals and digits only, so that the code stays small. It says nothing of anybody; the check
follows from the number and the moment of registration, so that another house's label is not taken for one of ours.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.courrier.delais import journee
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Courrier, Depot, Piece, Texte

_DEBUT = "VGM1:CRR"
_CONTROLE = 6
_CODE = re.compile(rf"{_DEBUT}:([A-Z0-9]+(?:-[A-Z0-9]+)+):([0-9A-F]{{{_CONTROLE}}})")
NOMBRE = 300
"""Labels printed at one go."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A size of label in millimetres, and where they stand on their sheet; one by one where there is no sheet."""

    largeur: float
    hauteur: float
    colonnes: int = 1
    rangs: int = 1
    gauche: float = 0.0
    haut: float = 0.0
    pas: float = 0.0  # from the left of one label to the left of the next

    @property
    def planche(self) -> int:
        """How many labels a sheet has."""
        return self.colonnes * self.rangs


FORMATS: Mapping[str, Format] = {
    "l7160": Format(largeur=63.5, hauteur=38.1, colonnes=3, rangs=7, gauche=7.2, haut=15.15, pas=66.04),
    "l7163": Format(largeur=99.1, hauteur=38.1, colonnes=2, rangs=7, gauche=4.65, haut=15.15, pas=101.6),
    "62x29": Format(largeur=62, hauteur=29),
    "102x51": Format(largeur=102, hauteur=51),
}
"""Sheets of A4 by Avery's references, and labels of printers that have only those."""


@dataclass(frozen=True, kw_only=True)
class Exemplaire:
    """A courrier of ours whose label is on a page that was scanned; its number alone when it is not open to the reader."""

    chrono: str
    page: int
    courrier: Courrier | None


def ecrire(courrier: Courrier) -> str:
    """The code of a courrier, the same for ever."""
    return f"{_DEBUT}:{courrier.chrono}:{_controle(courrier)}"


def trouver(session: Session, code: str) -> Courrier | None:
    """The courrier whose label carries this code, be it open to the reader or not; None when it is no label of ours."""
    lu = _CODE.fullmatch(code.strip().upper())
    courrier = session.scalar(select(Courrier).where(Courrier.chrono == lu[1])) if lu else None
    return courrier if courrier and lu and lu[2] == _controle(courrier) else None


def ressemble(texte: str) -> bool:
    """Whether what was typed is a code of labels, be it known or not."""
    return bool(_CODE.fullmatch(texte.strip().upper()))


def choisis(session: Session, moi: Moi, numeros: Sequence[int]) -> Sequence[Courrier]:
    """These courriers, as far as they are open to the reader, by number."""
    return _liste(session, moi, Courrier.id.in_(numeros))


def du_jour(session: Session, moi: Moi, registre: str, jour: date) -> Sequence[Courrier]:
    """What was registered on a day of Europe/Paris in this register."""
    debut, fin = journee(jour)
    du_jour = (Courrier.registre == registre) & (Courrier.enregistre_le >= debut) & (Courrier.enregistre_le < fin)
    return _liste(session, moi, du_jour)


def du_lot(session: Session, moi: Moi, depot_id: int) -> Sequence[Courrier]:
    """What became of the letters of a batch."""
    return _liste(session, moi, Courrier.id.in_(select(Depot.courrier_id).where(Depot.lot_id == depot_id)))


def reconnus(session: Session, moi: Moi, depot_id: int) -> Sequence[Exemplaire]:
    """The courriers whose labels were read on the pages of a depot, each once."""
    lues = (
        select(Texte.code, func.min(Texte.page)).join(Piece, Piece.id == Texte.piece_id)
        .where(Piece.depot_id == depot_id, Piece.genre == "original", Texte.code.startswith(_DEBUT)).group_by(Texte.code)
    )  # fmt: skip
    trouves = {code: (trouve, page) for code, page in session.execute(lues) if (trouve := trouver(session, code))}
    ouverts = {courrier.id for courrier in choisis(session, moi, [trouve.id for trouve, _ in trouves.values()])}
    return [
        Exemplaire(chrono=trouve.chrono, page=page, courrier=trouve if trouve.id in ouverts else None)
        for trouve, page in sorted(trouves.values(), key=lambda lu: lu[1])
    ]


def _liste(session: Session, moi: Moi, lesquels: ColumnElement[bool]) -> Sequence[Courrier]:
    ordre = (Courrier.registre, Courrier.annee, Courrier.numero)
    requete = select(Courrier).where(lesquels, visible(moi), Courrier.etat != "annule")
    return session.scalars(requete.order_by(*ordre).limit(NOMBRE)).all()


def _controle(courrier: Courrier) -> str:
    dit = f"{courrier.chrono} {courrier.enregistre_le.astimezone(UTC).isoformat()}"
    return hashlib.sha256(dit.encode()).hexdigest()[:_CONTROLE].upper()
