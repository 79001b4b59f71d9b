"""Batches: how the pages of a depot are put together from files that never change, version after version."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base


class Remaniement(Base):
    """One act on the pages of depots: couper, joindre, tourner, ordonner, oter; or `defaire`, which brings one back."""

    __tablename__ = "remaniement"

    id: Mapped[int] = mapped_column(primary_key=True)
    acte: Mapped[str] = mapped_column(String(12))
    par: Mapped[str] = mapped_column(String(100))
    le: Mapped[datetime]


class Composition(Base):
    """The pages of a depot from one act to the next; the last version counts, none is changed or removed.

    `pages`: [sha256 of the file, page from 1, degrees clockwise] each; none when they all went elsewhere.
    `remaniement_id` is empty for how they came. `retour_id`: the version that was brought back by undoing an act.
    """

    __tablename__ = "composition"
    __table_args__ = (UniqueConstraint("depot_id", "rang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depot.id"))
    rang: Mapped[int]
    pages: Mapped[list[Any]]
    remaniement_id: Mapped[int | None] = mapped_column(ForeignKey("remaniement.id"), index=True)
    retour_id: Mapped[int | None] = mapped_column(ForeignKey("composition.id"))
