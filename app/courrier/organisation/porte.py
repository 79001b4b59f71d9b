"""The door: passwords, brakes on those who guess, and sessions that the server can close.

Nothing here raises on a wrong password: the count of failures must be committed by the entrance.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session as Unite

from app.courrier import journal
from app.courrier.errors import SaisieRefusee
from app.courrier.organisation.annuaire import appartenances_lues
from app.courrier.tables import Agent, Session
from app.courrier.tables.avance import retenir

INACTIVE = timedelta(hours=12)
ABSOLUE = timedelta(days=7)
ESSAIS = 5
"""Failures after which the door stays shut a while, twice as long each time."""

_PREMIER_DELAI = timedelta(minutes=1)
_DELAI_MAXIMAL = timedelta(hours=1)
_PAS = timedelta(minutes=5)  # a session is prolonged by this step, so that reading a page hardly ever writes
_LONGUEUR, _LONGUEUR_MAXIMALE, _SIGNES = 12, 1024, 5

_CLE = "session ouverte"

Empreinte = NewType("Empreinte", str)
"""The argon2id digest of a password: never mistaken for the password itself."""

_hacheur = PasswordHasher()
_OUVERTE = (
    select(Agent, Session, *appartenances_lues()).join(Session, Session.agent_id == Agent.id)
    .where(Session.empreinte == bindparam("empreinte"), Session.fermee_le.is_(None), Agent.parti_le.is_(None))
    .where(Session.vue_le > bindparam("vue"), Session.ouverte_le > bindparam("ouverte"))
)  # fmt: skip


def hacher(mot_de_passe: str) -> Empreinte:
    """The digest of a password, slow on purpose: to be made outside of a write transaction."""
    return Empreinte(_hacheur.hash(mot_de_passe))


def choisir(mot_de_passe: str, *, identifiant: str, nom: str) -> Empreinte:
    """The digest of a password that somebody chooses, slow as `hacher`; `SaisieRefusee` when it is weak.

    Length counts, not kinds of signs: at least 12, five different ones, and not the agent's own name.
    """
    faible = (
        not _LONGUEUR <= len(mot_de_passe) <= _LONGUEUR_MAXIMALE or len(set(mot_de_passe)) < _SIGNES
        or any(len(mot) > 3 and mot.casefold() in mot_de_passe.casefold() for mot in (identifiant, nom))
    )
    if faible:
        raise SaisieRefusee({"mot_de_passe": "Choisissez au moins 12 signes variés, sans votre nom ni votre identifiant."})
    return hacher(mot_de_passe)


@dataclass(frozen=True, kw_only=True)
class Epreuve:
    """What a password was found to be: of the agent whose digest was this one, right or not.

    `nouvelle`: the digest made anew with today's costs, when the kept one is older than them.
    """

    agent_id: int | None
    empreinte: str = ""
    juste: bool = False
    nouvelle: str = ""


def eprouver(session: Unite, identifiant: str, mot_de_passe: str, *, now: datetime) -> Epreuve:
    """Check a password, slowly, so that guessing is slow: only reads, to be called outside of a write transaction.

    An unknown name, one who has left and one who is locked out cost the same time and get the same answer.
    """
    requete = select(Agent).where(Agent.identifiant == identifiant)
    agent = session.scalar(requete, execution_options={"populate_existing": True})
    if agent is None or not _ouvert(agent, now):
        _est(_leurre(), mot_de_passe)
        return Epreuve(agent_id=None)
    empreinte = agent.mot_de_passe
    juste = _est(empreinte, mot_de_passe)
    nouvelle = hacher(mot_de_passe) if juste and _hacheur.check_needs_rehash(empreinte) else ""
    return Epreuve(agent_id=agent.id, empreinte=empreinte, juste=juste, nouvelle=nouvelle)


def conclure(session: Unite, epreuve: Epreuve, *, now: datetime) -> Agent | None:
    """The agent whose password was right, or nothing; the caller commits in both cases.

    The row is locked and looked at again: guesses tried side by side are counted one after the other, and once the
    door is shut, or the password another, the right one does not open it any more.
    """
    ici = select(Agent).where(Agent.id == epreuve.agent_id).with_for_update()
    agent = session.scalar(ici, execution_options={"populate_existing": True}) if epreuve.agent_id else None
    if agent is None or not _ouvert(agent, now) or agent.mot_de_passe != epreuve.empreinte:
        return None
    if not epreuve.juste:
        _echec(session, agent, now)
        return None
    if agent.echecs or agent.bloque_jusqua or epreuve.nouvelle:
        agent.echecs, agent.bloque_jusqua = 0, None
        agent.mot_de_passe = epreuve.nouvelle or agent.mot_de_passe
        session.flush()
    return agent


def _ouvert(agent: Agent, now: datetime) -> bool:
    return agent.parti_le is None and (agent.bloque_jusqua is None or agent.bloque_jusqua <= now)


def changer_mot_de_passe(
    session: Unite, agent: Agent, empreinte: Empreinte, *, par: str, now: datetime, sauf: str | None = None,
) -> None:
    """Set a password and close the agent's sessions but the one of the token `sauf`."""
    agent.mot_de_passe, agent.echecs, agent.bloque_jusqua = empreinte, 0, None
    session.flush()
    fermer_sessions(session, agent, now=now, sauf=sauf)
    journal.noter(session, acteur=par, acte="changer-mot-de-passe", sujet=f"agent:{agent.identifiant}", now=now)


def ouvrir_session(session: Unite, agent: Agent, *, now: datetime) -> str:
    """Open a session and return its token, of which only the digest is kept."""
    jeton = secrets.token_urlsafe(32)
    session.add(Session(empreinte=_empreinte(jeton), agent_id=agent.id, ouverte_le=now, vue_le=now))
    session.flush()
    return jeton


def session_ouverte(session: Unite, jeton: str, *, now: datetime) -> Agent | None:
    """Whose session this is, if it is neither closed, nor idle for 12 hours, nor 7 days old; only reads."""
    valeurs = {"empreinte": _empreinte(jeton), "vue": now - INACTIVE, "ouverte": now - ABSOLUE}
    trouve = session.execute(_OUVERTE, valeurs).one_or_none()
    if trouve is None:
        return None
    agent: Agent = trouve[0]
    retenir(session, appartenances=(agent.id, trouve[2], trouve[3]))
    session.info[_CLE] = trouve[1]  # held, or the session would forget it before `session_a_prolonger` asks
    return agent


def session_a_prolonger(session: Unite, jeton: str, *, now: datetime) -> bool:
    """Tell whether `prolonger_session` is due; free of any statement right after `session_ouverte`."""
    ouverte = session.get(Session, _empreinte(jeton))
    return ouverte is not None and ouverte.vue_le <= now - _PAS


def prolonger_session(session: Unite, jeton: str, *, now: datetime) -> None:
    """The agent was seen: an idle time begins anew."""
    session.execute(
        update(Session).where(Session.empreinte == _empreinte(jeton), Session.fermee_le.is_(None)).values(vue_le=now)
    )


def fermer_session(session: Unite, jeton: str, *, now: datetime) -> None:
    """Log out: the token opens nothing any more."""
    session.execute(
        update(Session).where(Session.empreinte == _empreinte(jeton), Session.fermee_le.is_(None)).values(fermee_le=now)
    )


def fermer_sessions(session: Unite, agent: Agent, *, now: datetime, sauf: str | None = None) -> None:
    """Close every session of an agent, but the one of the token `sauf`."""
    fermer = update(Session).where(Session.agent_id == agent.id, Session.fermee_le.is_(None))
    if sauf:
        fermer = fermer.where(Session.empreinte != _empreinte(sauf))
    session.execute(fermer.values(fermee_le=now))


def _echec(session: Unite, agent: Agent, now: datetime) -> None:
    """Count it in the database, where guesses made at the same moment add up."""
    compter = update(Agent).where(Agent.id == agent.id).values(echecs=Agent.echecs + 1).returning(Agent.echecs)
    echecs = session.scalar(compter) or 0
    if echecs >= ESSAIS:
        delai = min(_PREMIER_DELAI * 2 ** min(echecs - ESSAIS, 10), _DELAI_MAXIMAL)
        agent.bloque_jusqua = now + delai
        session.flush()
        journal.noter(
            session, acteur="systeme", acte="bloquer", sujet=f"agent:{agent.identifiant}", now=now,
            echecs=echecs, minutes=int(delai.total_seconds() // 60),
        )


def _est(empreinte: str, mot_de_passe: str) -> bool:
    try:
        return len(mot_de_passe) <= _LONGUEUR_MAXIMALE and _hacheur.verify(empreinte, mot_de_passe)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _leurre() -> str:
    """The digest of a password that nobody has: checked so that an unknown name takes as long as a known one."""
    return hacher(secrets.token_urlsafe(32))


def _empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()
