"""Where mail is collected without anyone dropping it: mailboxes, watched folders, and what was found there once and for all."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base


class Boite(Base):
    """A mailbox (`imaps://…`, `imap://…`) or a watched folder (`file:///…`); `etat`: active, pause. A due row for the clock.

    `connexion`: mot_de_passe, application (OAuth2 by itself), rafraichissement (OAuth2 by a refresh token). `secret` is its
    password, or the application's secret, sealed: never in clear here; nor is `jeton`, the refresh token. `position` is what its
    source wants back (UIDVALIDITY and UID).
    `regles`: `{"champ": "objet", "contient": "permis", "nature": "recours", "bureau": "urbanisme"}`, the first that fits wins.
    """

    __tablename__ = "boite"
    __table_args__ = (Index("boite_due", "etat", "prochaine_le"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(String(100), unique=True)
    adresse: Mapped[str] = mapped_column(String(300))
    utilisateur: Mapped[str] = mapped_column(String(200), default="")
    connexion: Mapped[str] = mapped_column(String(20), default="mot_de_passe")
    secret: Mapped[str] = mapped_column(Text, default="")
    jetons: Mapped[str] = mapped_column(String(300), default="")  # the address where access tokens are asked for
    application: Mapped[str] = mapped_column(String(200), default="")
    portee: Mapped[str] = mapped_column(String(300), default="")
    jeton: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200), default="INBOX")  # the mailbox's folder that is read
    destination: Mapped[str] = mapped_column(String(200), default="")  # the one to move to; empty: left there, marked as seen
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"))
    regles: Mapped[list[Any]] = mapped_column(default=list)
    etat: Mapped[str] = mapped_column(String(10), default="active")
    position: Mapped[str] = mapped_column(String(100), default="")
    prochaine_le: Mapped[datetime]
    reprise_le: Mapped[datetime | None]  # lease: another clock may take the collection over after it
    relevee_le: Mapped[datetime | None]  # last collection that came to its end
    pris: Mapped[int] = mapped_column(default=0)  # how many depots it has given so far
    echecs: Mapped[int] = mapped_column(default=0)  # collections that failed in a row
    erreur: Mapped[str] = mapped_column(Text, default="")


class Reception(Base):
    """The proof that something was found in a box, and what makes it be taken once: `cle` tells it wherever it is found again."""

    __tablename__ = "reception"
    __table_args__ = (Index("reception_depot", "depot_id", unique=True), Index("reception_boite", "boite_id"))

    cle: Mapped[str] = mapped_column(String(64), primary_key=True)
    depot_id: Mapped[int | None] = mapped_column(ForeignKey("depot.id"))
    boite_id: Mapped[int] = mapped_column(ForeignKey("boite.id"))
    message_id: Mapped[str] = mapped_column(String(300), default="")
    lieu: Mapped[str] = mapped_column(String(300))  # folder, UID and UIDVALIDITY; or the file's name
    arrivee_le: Mapped[datetime]  # as the mail server or the disk says
    relevee_le: Mapped[datetime]
