"""The registers themselves: the other bodies that have theirs here, and the days that were closed."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.courrier.tables.dues import Due
from engine.tables import Base


class Organisme(Base):
    """A body beside the one of the settings, whose mail is registered here in registers of its own: a CCAS, a school fund.

    `cle`: two to four capitals, which its numbers begin with; that of the settings has no row, and no sign in its numbers.
    `ferme_le`: since then only answers to what it had received are registered.
    """

    __tablename__ = "organisme"

    cle: Mapped[str] = mapped_column(String(4), primary_key=True)
    nom: Mapped[str] = mapped_column(String(200))
    ouvert_le: Mapped[datetime]
    ferme_le: Mapped[datetime | None]


class Rattachement(Base):
    """A bureau that works for another body than that of the settings: its mail is proposed for the registers of that body."""

    __tablename__ = "rattachement"

    bureau_id: Mapped[int] = mapped_column(ForeignKey("bureau.id"), primary_key=True)
    organisme: Mapped[str] = mapped_column(ForeignKey("organisme.cle"))


class Arrete(Due, Base):
    """A day of a register closed, for ever: `empreinte = sha256(precedente + ligne)`, `ligne` being its canonical JSON text.

    `contenu` is the digest of the digests of its lines, which `lignes` keeps as they were written that day. `etat`: a_garder
    (due row: its file and its printed page are to be put in the vault), garde (with `erreur`: why it bears no seal), echec.
    """

    __tablename__ = "arrete"
    __table_args__ = (UniqueConstraint("registre", "rang"), UniqueConstraint("registre", "jour"),
                      Index("arrete_etat", "etat", "reprise_le"))  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    registre: Mapped[str] = mapped_column(String(5))
    rang: Mapped[int]
    jour: Mapped[date]
    nombre: Mapped[int]
    premier: Mapped[str] = mapped_column(String(20))  # chronos
    dernier: Mapped[str] = mapped_column(String(20))
    contenu: Mapped[str] = mapped_column(String(64))
    lignes: Mapped[str] = mapped_column(Text, deferred=True)  # digest, tab, canonical JSON, one line a number
    precedente: Mapped[str] = mapped_column(String(64))
    empreinte: Mapped[str] = mapped_column(String(64))
    ligne: Mapped[str] = mapped_column(Text)
    par: Mapped[str] = mapped_column(String(100))
    arrete_le: Mapped[datetime]
    etat: Mapped[str] = mapped_column(String(10), default="a_garder")
    fichier: Mapped[str] = mapped_column(String(64), default="")  # sha256 of `lignes` in the vault
    page: Mapped[str] = mapped_column(String(64), default="")  # sha256 of the printed page in the vault, sealed or not
