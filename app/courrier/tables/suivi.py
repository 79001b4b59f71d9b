"""What follows: answers, dispatches, notices to agents, the statutory clock, and the journal."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.courrier.tables.dues import Due
from engine.tables import Base


class Reponse(Due, Base):
    """A draft answer and what it became; `depart_id` is the departure courrier, numbered once, before the signature.

    `etat`: projet, a_composer (due row: the PDF with its number is to be typeset), non_composee
    (given up, with `erreur`, until somebody asks again), a_signer, signee, envoyee.
    """

    __tablename__ = "reponse"
    __table_args__ = (Index("reponse_etat", "etat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), unique=True)  # answered, or spontaneous
    depart_id: Mapped[int | None] = mapped_column(ForeignKey("courrier.id"))
    modele: Mapped[str] = mapped_column(String(50), default="")
    objet: Mapped[str] = mapped_column(String(500), default="")
    corps: Mapped[str] = mapped_column(Text)  # sanitised HTML, merge fields resolved
    version: Mapped[int] = mapped_column(default=1)
    etat: Mapped[str] = mapped_column(String(12), default="projet")
    redacteur: Mapped[str] = mapped_column(String(100))
    modifiee_le: Mapped[datetime]
    piece_id: Mapped[int | None] = mapped_column(ForeignKey("piece.id"))  # the PDF: projet, then signed
    signataire: Mapped[str | None] = mapped_column(String(100))
    signee_le: Mapped[datetime | None]


class Envoi(Due, Base):
    """A dispatch to an outside person: a due row when it goes by e-mail, filed with its proof.

    `etat`: a_envoyer, envoye, echec (with `erreur`), remis (by hand or post, `preuve` in words).
    """

    __tablename__ = "envoi"
    __table_args__ = (Index("envoi_etat", "etat", "reprise_le"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), index=True)
    genre: Mapped[str] = mapped_column(String(12))  # reponse, accuse
    canal: Mapped[str] = mapped_column(String(12))  # courriel, postal, recommande, remise
    destinataire: Mapped[str] = mapped_column(String(300))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    sujet: Mapped[str] = mapped_column(String(500), default="")
    texte: Mapped[str] = mapped_column(Text, default="")
    piece_id: Mapped[int | None] = mapped_column(ForeignKey("piece.id"))  # what is sent
    etat: Mapped[str] = mapped_column(String(10), default="a_envoyer")
    preuve: Mapped[str] = mapped_column(String(300), default="")
    preuve_id: Mapped[int | None] = mapped_column(ForeignKey("piece.id"))
    demande_le: Mapped[datetime]
    fait_le: Mapped[datetime | None]


class Avertissement(Due, Base):
    """A notice to an agent (relance, escalade, attribution), shown in the application and sent by e-mail as a due row.

    `cle` makes it unique: a timer that fires once tells once.
    """

    __tablename__ = "avertissement"
    __table_args__ = (Index("avertissement_agent", "agent", "cree_le"), Index("avertissement_etat", "etat", "reprise_le"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(String(200), unique=True)
    agent: Mapped[str] = mapped_column(String(100))
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), index=True)
    genre: Mapped[str] = mapped_column(String(12))  # relance, escalade, attribution, information
    niveau: Mapped[str] = mapped_column(String(12), default="")  # agent, chef, direction
    texte: Mapped[str] = mapped_column(Text)
    cree_le: Mapped[datetime]
    lu_le: Mapped[datetime | None]
    etat: Mapped[str] = mapped_column(String(10), default="a_envoyer")  # a_envoyer, envoye, affiche (no e-mail), echec


class LigneHorloge(Base):
    """What happened to a courrier's statutory clock, for ever: what it stands at is reckoned from these lines, in order.

    `geste`: debut (at registration; the moment is that of the arrival), suspension, reprise, fin (at closing).
    """

    __tablename__ = "horloge"
    __table_args__ = (Index("horloge_courrier", "courrier_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"))
    geste: Mapped[str] = mapped_column(String(10))
    moment: Mapped[datetime]
    motif: Mapped[str] = mapped_column(String(300), default="")
    par: Mapped[str] = mapped_column(String(100))


class JournalTete(Base):
    """The last link of the journal's chain: one row, locked while a line is added."""

    __tablename__ = "journal_tete"

    id: Mapped[int] = mapped_column(primary_key=True)  # always 1
    numero: Mapped[int] = mapped_column(default=0)
    empreinte: Mapped[str] = mapped_column(String(64), default="0" * 64)


class LigneJournal(Base):
    """One act, for ever: `empreinte = sha256(precedente + ligne)`, `ligne` being its canonical JSON text."""

    __tablename__ = "journal"
    __table_args__ = (Index("journal_sujet", "sujet", "numero"),)

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quand: Mapped[datetime]
    acteur: Mapped[str] = mapped_column(String(100))
    acte: Mapped[str] = mapped_column(String(50))
    sujet: Mapped[str] = mapped_column(String(100))  # courrier:12, depot:3, circuit:arrivee, agent:claire
    ligne: Mapped[str] = mapped_column(Text)
    precedente: Mapped[str] = mapped_column(String(64))
    empreinte: Mapped[str] = mapped_column(String(64))
