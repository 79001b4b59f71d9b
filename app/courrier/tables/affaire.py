"""The courrier, its pieces and their text, who may see it, what was written on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base, partial_index


class Courrier(Base):
    """The item handled, whatever its channel; registered once, with a chrono that is never reused.

    `echeance` is a date: the last day, inclusive, in the body's time zone; the copy, to be queried, of what the lines of
    its clock give: none while it stands still. `numero_index` is its change number: the index is due as long as it is
    above `numero_indexe`.
    """

    __tablename__ = "courrier"
    __table_args__ = (
        UniqueConstraint("registre", "annee", "numero"),
        Index("courrier_etat_echeance", "etat", "echeance"),
        Index("courrier_bureau", "bureau_id", "etat"),
        Index("courrier_recu", "recu_le", "id"),
        Index("courrier_inscrit", "registre", "enregistre_le", "annee", "numero"),
        Index("courrier_correspondant", "correspondant_id", "recu_le"),
        partial_index("courrier_a_indexer", "numero_index", where="numero_indexe < numero_index"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sens: Mapped[str] = mapped_column(String(10))  # arrivee, depart, interne
    registre: Mapped[str] = mapped_column(String(5))
    annee: Mapped[int]
    numero: Mapped[int]
    chrono: Mapped[str] = mapped_column(String(20), unique=True)  # A-2026-00012
    canal: Mapped[str] = mapped_column(String(12))
    objet: Mapped[str] = mapped_column(String(500))
    nature_id: Mapped[int] = mapped_column(ForeignKey("nature.id"))
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"))
    correspondant_id: Mapped[int | None] = mapped_column(ForeignKey("correspondant.id"))
    confidentialite: Mapped[str] = mapped_column(String(10))  # interne, restreint, personnel
    priorite: Mapped[str] = mapped_column(String(10), default="normale")  # normale, urgente
    reference: Mapped[str] = mapped_column(String(100), default="")  # the correspondant's own
    recommande: Mapped[str] = mapped_column(String(30), default="")
    date_courrier: Mapped[date | None]
    recu_le: Mapped[datetime]
    echeance: Mapped[date | None]
    etat: Mapped[str] = mapped_column(String(12), default="en_cours")  # en_cours, clos, sans_suite, annule
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), index=True)
    circuit: Mapped[str] = mapped_column(String(100), default="")
    orientation: Mapped[str] = mapped_column(Text, default="")  # why this circuit and bureau, in words
    repond_a: Mapped[int | None] = mapped_column(ForeignKey("courrier.id"), index=True)
    code_suivi: Mapped[str] = mapped_column(String(20), default="")
    enregistre_le: Mapped[datetime]
    enregistre_par: Mapped[str] = mapped_column(String(100))
    clos_le: Mapped[datetime | None]
    reponse_voulue: Mapped[date | None]  # when the letter itself asks to be answered; the legal échéance stays beside
    reponse_mots: Mapped[str] = mapped_column(String(200), default="")  # its words: «sous quinze jours»
    numero_index: Mapped[int] = mapped_column(default=1)
    numero_indexe: Mapped[int] = mapped_column(default=0)

    @property
    def a_repondre(self) -> date | None:
        """The day before which to answer: the earlier of what the letter asks and of the échéance."""
        return min((jour for jour in (self.reponse_voulue, self.echeance) if jour), default=None)


class MotCle(Base):
    """A keyword that a clerk gave to a courrier, as written; `cle` is the same folded, by which it is found and counted."""

    __tablename__ = "mot_cle"

    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), primary_key=True)
    cle: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
    mot: Mapped[str] = mapped_column(String(60))
    rang: Mapped[int]


class Correction(Base):
    """One mention of the register corrected after registration, in words, for ever: the first `ancien` is what was written."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), index=True)
    champ: Mapped[str] = mapped_column(String(20))  # objet, nature_id, mots… as in `deviations.Inscrit`
    ancien: Mapped[str] = mapped_column(Text)
    nouveau: Mapped[str] = mapped_column(Text)
    motif: Mapped[str] = mapped_column(Text)
    par: Mapped[str] = mapped_column(String(100))
    faite_le: Mapped[datetime]


class Piece(Base):
    """A file: of a depot before registration, then of the courrier. Versions of one file share `genre` and rise in `version`."""

    __tablename__ = "piece"
    __table_args__ = (Index("piece_courrier", "courrier_id", "genre", "version"), Index("piece_depot", "depot_id"),
                      Index("piece_sha256", "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int | None] = mapped_column(ForeignKey("courrier.id"))
    depot_id: Mapped[int | None] = mapped_column(ForeignKey("depot.id"))
    genre: Mapped[str] = mapped_column(String(12))  # original, annexe, projet, reponse, preuve, accuse, cherchable, pdfa, source
    version: Mapped[int] = mapped_column(default=1)
    nom: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    taille: Mapped[int]
    mime: Mapped[str] = mapped_column(String(100))
    pages: Mapped[int] = mapped_column(default=0)
    ajoutee_le: Mapped[datetime]
    ajoutee_par: Mapped[str] = mapped_column(String(100))


class Texte(Base):
    """The text of a page and where each word stands (fractions of the page); never goes into a circuit's data."""

    __tablename__ = "texte"

    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    largeur: Mapped[float]  # points
    hauteur: Mapped[float]
    texte: Mapped[str] = mapped_column(Text)
    mots: Mapped[list[Any]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(String(10))
    confiance: Mapped[float]
    tourne: Mapped[int] = mapped_column(default=0)  # degrees clockwise that bring the page's picture upright
    defaut: Mapped[str] = mapped_column(String(10), default="")  # basse, sombre, floue, lente, separation
    code: Mapped[str] = mapped_column(String(200), default="")  # what a separator sheet or a label carries
    empreinte: Mapped[str] = mapped_column(String(64), default="")  # what the page looks like, in 256 bits


class PageRetenue(Base):
    """A page read of a file whose reading has not ended: a worker that takes it up goes on after it."""

    __tablename__ = "page_retenue"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    contenu: Mapped[dict[str, Any]]


class Acces(Base):
    """Who may see a courrier, one row a group key, with the reason in words: the one rule of visibility.

    A group key is a bureau (`urbanisme`), a chef (`urbanisme.chef`), a role (`direction`) or one agent (`@claire`).
    """

    __tablename__ = "acces"
    __table_args__ = (Index("acces_groupe", "groupe", "courrier_id"),)

    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), primary_key=True)
    groupe: Mapped[str] = mapped_column(String(100), primary_key=True)
    motif: Mapped[str] = mapped_column(String(30))  # bureau, hierarchie, circuit, copie, acteur, destinataire, registre
    depuis: Mapped[datetime]


class Annotation(Base):
    """A mark on a page, with its comment; nobody removes another's, and a removed one stays with who and when."""

    __tablename__ = "annotation"
    __table_args__ = (Index("annotation_piece", "piece_id", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), index=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"))
    page: Mapped[int]
    x: Mapped[float]  # fractions of the page, origin top left
    y: Mapped[float]
    largeur: Mapped[float]
    hauteur: Mapped[float]
    texte: Mapped[str] = mapped_column(Text, default="")
    auteur: Mapped[str] = mapped_column(String(100))
    posee_le: Mapped[datetime]
    retiree_le: Mapped[datetime | None]
    retiree_par: Mapped[str | None] = mapped_column(String(100))


class Commentaire(Base):
    """A remark on the courrier as a whole, seen by those who see it."""

    __tablename__ = "commentaire"

    id: Mapped[int] = mapped_column(primary_key=True)
    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), index=True)
    auteur: Mapped[str] = mapped_column(String(100))
    texte: Mapped[str] = mapped_column(Text)
    ecrit_le: Mapped[datetime]
    contexte: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the step at which it was written
