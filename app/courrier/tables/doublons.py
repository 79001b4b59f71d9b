"""What files are found again by, which depots were compared, and which courriers are of one affair."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base


class Empreinte(Base):
    """What a file says and looks like, in short, whoever sent it: one row a digest, that of its depots and courriers alike."""

    __tablename__ = "empreinte"
    __table_args__ = (Index("empreinte_regle", "regle"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    signature: Mapped[str] = mapped_column(Text, default="")  # of its text; none of a text too short to tell
    image: Mapped[str] = mapped_column(String(64), default="")  # of its first page that is not blank
    regle: Mapped[int] = mapped_column(default=0)  # the rules it was made by; older ones: the clock makes it again


class Bande(Base):
    """A part of an empreinte, or a number that the text quotes: files that share one are looked at more closely."""

    __tablename__ = "bande"

    cle: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    empreinte_id: Mapped[int] = mapped_column(ForeignKey("empreinte.id"), primary_key=True, index=True)


class FilCourriel(Base):
    """The Message-IDs of an e-mail: `propre`, its own; the others are those of its In-Reply-To and References."""

    __tablename__ = "fil_courriel"
    __table_args__ = (Index("fil_courriel_message", "message_id"),)

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    propre: Mapped[bool] = mapped_column(default=False)


class Comparaison(Base):
    """What a clerk said of two depots: ecarte, joint (the same letter; `depot_id` is the one that came to nothing), distinct."""

    __tablename__ = "comparaison"
    __table_args__ = (Index("comparaison_autre", "autre_id"),)

    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"), primary_key=True)
    autre_id: Mapped[int] = mapped_column(ForeignKey("depot.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    par: Mapped[str] = mapped_column(String(100))
    le: Mapped[datetime]


class LigneLien(Base):
    """Two courriers of one affair: `lier`, or `delier` that undoes it; the last line of a pair counts, none is changed.

    `courrier_id` is the older of the two.
    """

    __tablename__ = "ligne_lien"
    __table_args__ = (Index("ligne_lien_autre", "autre_id"), UniqueConstraint("courrier_id", "autre_id", "rang"))

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"))
    autre_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"))
    rang: Mapped[int]
    geste: Mapped[str] = mapped_column(String(10))
    motif: Mapped[str] = mapped_column(String(300), default="")
    par: Mapped[str] = mapped_column(String(100))
    le: Mapped[datetime]
