"""What is known of correspondants beside their sheets: groups, what changed when, keys to find doubles by, merges, imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base


class Groupe(Base):
    """Correspondants who are written to together: «associations», «maires du canton»; `cle` is its name folded."""

    __tablename__ = "groupe"

    id: Mapped[int] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(String(100))
    cle: Mapped[str] = mapped_column(String(100), unique=True)


class Membre(Base):
    """A correspondant's place in a group."""

    __tablename__ = "membre"
    __table_args__ = (Index("membre_correspondant", "correspondant_id"),)

    groupe_id: Mapped[int] = mapped_column(ForeignKey("groupe.id"), primary_key=True)
    correspondant_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"), primary_key=True)


class Changement(Base):
    """One change of a sheet: only the fields that changed, what was in them and what is. Gone when the sheet is anonymised.

    Kept here and not in the journal, whose lines are for ever: personal data must be able to go.
    """

    __tablename__ = "changement"
    __table_args__ = (Index("changement_correspondant", "correspondant_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    correspondant_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"))
    acte: Mapped[str] = mapped_column(String(12))  # creer, modifier, organisme, importer, fusionner, defaire, anonymiser
    avant: Mapped[dict[str, Any]]
    apres: Mapped[dict[str, Any]]
    par: Mapped[str] = mapped_column(String(100))
    le: Mapped[datetime]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_fiches.id"), index=True)


class CleFiche(Base):
    """A key that sheets of the same person share, and how much it tells (see `correspondants.cles`)."""

    __tablename__ = "cle_fiche"

    cle: Mapped[str] = mapped_column(String(120), primary_key=True)
    correspondant_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"), primary_key=True, index=True)
    poids: Mapped[int]


class Distincts(Base):
    """Two sheets that somebody said are not the same person's; the smaller id first."""

    __tablename__ = "distincts"

    premier_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"), primary_key=True)
    par: Mapped[str] = mapped_column(String(100))
    le: Mapped[datetime]


class Fusion(Base):
    """A sheet merged into another, with all that is needed to bring both back as they were.

    `avant`, `apres`: the kept sheet's fields that the merge changed. `suivis`: what went over to it:
    `{"courriers": ids, "contacts": {id: organisme}, "groupes": ids}`. The merged sheet keeps its own fields, untouched.
    """

    __tablename__ = "fusion"

    id: Mapped[int] = mapped_column(primary_key=True)
    gardee_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"), index=True)
    otee_id: Mapped[int] = mapped_column(ForeignKey("correspondant.id"), index=True)
    avant: Mapped[dict[str, Any]]
    apres: Mapped[dict[str, Any]]
    suivis: Mapped[dict[str, Any]]
    faite_le: Mapped[datetime]
    faite_par: Mapped[str] = mapped_column(String(100))
    defaite_le: Mapped[datetime | None]
    defaite_par: Mapped[str | None] = mapped_column(String(100))


class ImportFiches(Base):
    """A file of sheets: looked at (`a_voir`), then written (`fait`), perhaps undone (`defait`), or given up (`abandonne`).

    Its bytes go once it is written or given up. `reglages`: how it is read. `choix`: what the clerk decided by line.
    `bilan`: how many sheets it made and changed.
    """

    __tablename__ = "import_fiches"

    id: Mapped[int] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(String(255))
    contenu: Mapped[bytes] = mapped_column(LargeBinary)
    reglages: Mapped[dict[str, Any]]
    choix: Mapped[dict[str, Any]]
    bilan: Mapped[dict[str, Any]]
    etat: Mapped[str] = mapped_column(String(10), default="a_voir")
    depose_le: Mapped[datetime]
    depose_par: Mapped[str] = mapped_column(String(100))
    fini_le: Mapped[datetime | None]
    fini_par: Mapped[str | None] = mapped_column(String(100))
