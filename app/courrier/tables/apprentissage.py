"""What is learned from the clerks: models by version, and what was proposed beside what they chose."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base, partial_index


class ModeleAppris(Base):
    """A version of the learned model; the first state, `a_apprendre`, is a due row, then `pret`, `insuffisant` or `echec`.

    `mesures`: by field, how it fared on letters kept aside. `donnees` is JSON, never code, checked against `empreinte`;
    those of old versions are dropped, their measures stay.
    """

    __tablename__ = "modele_appris"
    __table_args__ = (partial_index("modele_appris_du", "version", where="etat = 'a_apprendre'"),)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    etat: Mapped[str] = mapped_column(String(12), default="a_apprendre")
    demande_le: Mapped[datetime]
    reprise_le: Mapped[datetime | None]  # lease: another worker may take the learning over after it
    essais: Mapped[int] = mapped_column(default=0)
    appris_le: Mapped[datetime | None]
    courriers: Mapped[int] = mapped_column(default=0)  # how many it learned from
    dernier_id: Mapped[int] = mapped_column(default=0)  # the newest of them
    mesures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    empreinte: Mapped[str] = mapped_column(String(64), default="")
    donnees: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    en_service: Mapped[bool] = mapped_column(default=False)


class Confirmation(Base):
    """What was proposed for a field of a courrier, and what the clerk chose; `rang` says how good the proposal was.

    `rang`: 1 the first candidate was chosen, 2 or 3 a later one, 0 none of them; `propose` is empty when nothing was.
    """

    __tablename__ = "confirmation"
    __table_args__ = (Index("confirmation_champ", "champ", "quand"),)

    courrier_id: Mapped[int] = mapped_column(ForeignKey("courrier.id"), primary_key=True)
    champ: Mapped[str] = mapped_column(String(30), primary_key=True)
    propose: Mapped[str] = mapped_column(String(500), default="")
    confiance: Mapped[float] = mapped_column(default=0.0)
    choisi: Mapped[str] = mapped_column(String(500), default="")
    rang: Mapped[int] = mapped_column(default=0)
    version: Mapped[int | None] = mapped_column(ForeignKey("modele_appris.version"))  # None: a rule, not a model
    quand: Mapped[datetime]
