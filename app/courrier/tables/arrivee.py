"""What comes in: depots before registration, correspondants, the registers' counters."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base


class Depot(Base):
    """What was captured, before it is registered; its file is a `Piece`.

    `etat`: a_lire, a_enregistrer, a_verifier (with `motif`), enregistre, joint (to a courrier that was there already, whose
    copy it is), ecarte, reparti (its pages are in other depots).
    The first is a due row for the reader. One whose pages were put together has a `Composition`, and no piece `original`
    until the worker has made it; what it was made from stays as a `source`, here or at the batch `lot_id`.
    """

    __tablename__ = "depot"
    __table_args__ = (Index("depot_etat", "etat", "recu_le"), Index("depot_sha256", "sha256"),
                      UniqueConstraint("lot_id", "plage", name="depot_plage"))

    id: Mapped[int] = mapped_column(primary_key=True)
    canal: Mapped[str] = mapped_column(String(12))  # papier, courriel, formulaire, guichet, telephone, api
    origine: Mapped[str] = mapped_column(String(200), default="")  # file name, folder, mailbox…
    sha256: Mapped[str] = mapped_column(String(64))
    recu_le: Mapped[datetime]
    depose_par: Mapped[str] = mapped_column(String(100))
    etat: Mapped[str] = mapped_column(String(15), default="a_lire")
    motif: Mapped[str] = mapped_column(Text, default="")
    page_lue: Mapped[int] = mapped_column(default=0)  # progress shown on the page
    essais: Mapped[int] = mapped_column(default=0)
    remises: Mapped[int] = mapped_column(default=0)  # readings that filled the disk
    reprise_le: Mapped[datetime | None]  # lease: another worker may take the reading over after it
    differe: Mapped[bool] = mapped_column(default=False)  # read and shown after the mail of the day
    propositions: Mapped[list[Any]] = mapped_column(default=list)
    pris_par: Mapped[str | None] = mapped_column(String(100))
    pris_le: Mapped[datetime | None]
    signe_le: Mapped[datetime | None]  # lease: the last sign of the page of who has it
    brouillon: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what a clerk typed before leaving it for later
    doublon_de: Mapped[int | None] = mapped_column(ForeignKey("depot.id"))  # the same bytes came before
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("depot.id"))  # what it was cut out of
    plage: Mapped[str] = mapped_column(String(100), default="")  # its pages there, so that nothing is cut out twice
    separation: Mapped[str] = mapped_column(String(200), default="")  # the code of the sheet in front of it
    courrier_id: Mapped[int | None] = mapped_column(ForeignKey("courrier.id"))


class Correspondant(Base):
    """An outside person or body: who sends, or to whom we write."""

    __tablename__ = "correspondant"
    __table_args__ = (Index("correspondant_cherche", "cherche"), Index("correspondant_courriel", "courriel"),
                      Index("correspondant_version_cles", "version_cles"))

    id: Mapped[int] = mapped_column(primary_key=True)
    genre: Mapped[str] = mapped_column(String(10), default="personne")  # personne | organisme
    civilite: Mapped[str] = mapped_column(String(20), default="")
    nom: Mapped[str] = mapped_column(String(200))
    prenom: Mapped[str] = mapped_column(String(100), default="")
    organisme: Mapped[str] = mapped_column(String(200), default="")
    organisme_id: Mapped[int | None] = mapped_column(ForeignKey("correspondant.id"), index=True)  # the body they work for
    fonction: Mapped[str] = mapped_column(String(100), default="")
    adresse: Mapped[str] = mapped_column(Text, default="")  # postal lines, one a line, without code and town
    code_postal: Mapped[str] = mapped_column(String(10), default="")
    ville: Mapped[str] = mapped_column(String(100), default="")
    pays: Mapped[str] = mapped_column(String(50), default="")  # empty for France
    courriel: Mapped[str] = mapped_column(String(200), default="")
    telephone: Mapped[str] = mapped_column(String(50), default="")
    siret: Mapped[str] = mapped_column(String(14), default="")
    opposition: Mapped[str] = mapped_column(String(10), default="")  # "", courriel, limitation (RGPD art. 18 and 21)
    notes: Mapped[str] = mapped_column(Text, default="")
    cherche: Mapped[str] = mapped_column(String(500), default="")  # folded, for look-ups
    version_cles: Mapped[int] = mapped_column(default=0)  # of the rules that made its keys; behind: to be made again
    fusionne_vers: Mapped[int | None] = mapped_column(ForeignKey("correspondant.id"), index=True)  # where it leads since a merge


class Registre(Base):
    """The counter of a register for a year: its row is locked while a chrono is given, so that none is skipped or doubled."""

    __tablename__ = "registre"

    cle: Mapped[str] = mapped_column(String(5), primary_key=True)  # A, D, I
    annee: Mapped[int] = mapped_column(primary_key=True)
    dernier: Mapped[int] = mapped_column(default=0)
