"""The house itself: bureaux, agents and their roles, natures, closed days, templates, open sessions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.tables import Base


class Bureau(Base):
    """A unit of the organisation; its `cle` is the group that circuits name (`urbanisme`)."""

    __tablename__ = "bureau"

    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(String(50), unique=True)
    nom: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"))
    adresse: Mapped[str] = mapped_column(Text, default="")
    telephone: Mapped[str] = mapped_column(String(50), default="")
    courriel: Mapped[str] = mapped_column(String(200), default="")


class Agent(Base):
    """A user who works here; `identifiant` is the login and the name that the engine and the journal know."""

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifiant: Mapped[str] = mapped_column(String(100), unique=True)
    prenom: Mapped[str] = mapped_column(String(100))
    nom: Mapped[str] = mapped_column(String(100))
    qualite: Mapped[str] = mapped_column(String(200), default="")  # printed on letters: CRPA L111-2, L212-1
    courriel: Mapped[str] = mapped_column(String(200), default="")
    mot_de_passe: Mapped[str] = mapped_column(String(200))  # argon2id
    langue: Mapped[str] = mapped_column(String(5), default="fr")
    echecs: Mapped[int] = mapped_column(default=0)
    bloque_jusqua: Mapped[datetime | None]
    parti_le: Mapped[datetime | None]


class Appartenance(Base):
    """An agent's place in a bureau: `agent` or `chef`."""

    __tablename__ = "appartenance"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey("bureau.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(10), default="agent")


class AgentRole(Base):
    """A role beyond the bureaux: bureau-ordre, direction, elu, manager, concepteur, administrateur."""

    __tablename__ = "agent_role"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30), primary_key=True)


class Nature(Base):
    """A kind of courrier: it sets circuit, délai, confidentiality, what silence means and retention. Law lives here, as data."""

    __tablename__ = "nature"

    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(String(50), unique=True)
    nom: Mapped[str] = mapped_column(String(200))
    sens: Mapped[str] = mapped_column(String(10), default="arrivee")
    circuit: Mapped[str] = mapped_column(String(100))  # used when the decision table names none
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"))
    delai: Mapped[int] = mapped_column(default=15)  # jours ouvrés
    confidentialite: Mapped[str] = mapped_column(String(10), default="interne")
    silence: Mapped[str] = mapped_column(String(3), default="")  # "", "SVA" or "SVR" (CRPA L231-1, L231-4)
    silence_mois: Mapped[int] = mapped_column(default=2)
    accuse: Mapped[bool] = mapped_column(default=True)  # CRPA L112-3
    dua: Mapped[int] = mapped_column(default=5)  # years
    sort_final: Mapped[str] = mapped_column(String(20), default="eliminer")
    titre_usager: Mapped[str] = mapped_column(String(200), default="")  # as usagers say it; "" when the web form has it not


class JourFerme(Base):
    """A day on which the body is closed, beside the public holidays."""

    __tablename__ = "jour_ferme"

    jour: Mapped[date] = mapped_column(primary_key=True)
    motif: Mapped[str] = mapped_column(String(200), default="")


class Modele(Base):
    """A template of letter (`reponse`) or of message (`accuse`, `relance`…), with merge fields `{{ courrier.chrono }}`."""

    __tablename__ = "modele"

    id: Mapped[int] = mapped_column(primary_key=True)
    cle: Mapped[str] = mapped_column(String(50), unique=True)
    nom: Mapped[str] = mapped_column(String(200))
    genre: Mapped[str] = mapped_column(String(20))
    sujet: Mapped[str] = mapped_column(String(300), default="")
    corps: Mapped[str] = mapped_column(Text)


class Brouillon(Base):
    """A circuit being drawn, not deployed yet; `revision` rises at each save, so that nobody overwrites another's."""

    __tablename__ = "brouillon"

    cle: Mapped[str] = mapped_column(String(100), primary_key=True)
    nom: Mapped[str] = mapped_column(String(200))
    source: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(default=1)
    modifie_par: Mapped[str] = mapped_column(String(100))
    modifie_le: Mapped[datetime]


class Session(Base):
    """An open session, checked at each request: only the digest of its token is kept."""

    __tablename__ = "session"
    __table_args__ = (Index("session_agent", "agent_id"),)

    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    ouverte_le: Mapped[datetime]
    vue_le: Mapped[datetime]
    fermee_le: Mapped[datetime | None]
