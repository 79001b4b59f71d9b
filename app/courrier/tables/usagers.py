"""What usagers send by themselves: their demands, the programs that send for them, the brake against abuse."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.courrier.tables.dues import Due
from engine.tables import Base


class Demande(Due, Base):
    """What came by the web form or the API: what was typed, and the number and code of its receipt.

    `accuse` is the receipt by e-mail: "" when nobody asked for it, a_envoyer (due row), envoye, echec (with `erreur`).
    """

    __tablename__ = "demande"
    __table_args__ = (Index("demande_accuse", "accuse", "reprise_le"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"), unique=True)
    numero: Mapped[str] = mapped_column(String(20), unique=True)  # E-2026-00012
    code: Mapped[str] = mapped_column(String(20))
    cle: Mapped[str] = mapped_column(String(160), unique=True)  # of its sending: the same sent twice is one demand
    empreinte: Mapped[str] = mapped_column(String(64))  # of all that was sent
    champs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    suite_de: Mapped[str] = mapped_column(String(20), default="")  # the number of what it completes
    accuse: Mapped[str] = mapped_column(String(10), default="")


class Frein(Base):
    """How many times something was tried until the end of a window; gone once the window is over."""

    __tablename__ = "frein"
    __table_args__ = (Index("frein_fini", "jusqua"),)

    cle: Mapped[str] = mapped_column(String(100), primary_key=True)
    jusqua: Mapped[datetime] = mapped_column(primary_key=True)
    nombre: Mapped[int] = mapped_column(default=0)


class Partenaire(Base):
    """A program that may send and ask by the API: only the digest of its token is kept. `droits`: deposer, lire."""

    __tablename__ = "partenaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(String(100))
    empreinte: Mapped[str] = mapped_column(String(64), unique=True)
    droits: Mapped[list[Any]] = mapped_column(default=list)
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"))
    cree_le: Mapped[datetime]
    cree_par: Mapped[str] = mapped_column(String(100))
    vu_le: Mapped[datetime | None]
    revoque_le: Mapped[datetime | None]
    revoque_par: Mapped[str | None] = mapped_column(String(100))
