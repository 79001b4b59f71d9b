"""Who comes, moves and leaves: bureaux, agents, their places and roles, each change a line of the journal."""

import re
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.courrier import journal
from app.courrier.errors import SaisieRefusee
from app.courrier.organisation.annuaire import ROLES, agent, bureau
from app.courrier.organisation.porte import Empreinte, changer_mot_de_passe, fermer_sessions
from app.courrier.tables import Agent, AgentRole, Appartenance, Bureau
from app.courrier.tables.absents import inserer_absents
from engine import Phrase, Task

MACHINES = ("horloge", "systeme", "usager")
"""Acts done by no agent are signed with these."""

_CLE_LIBRE = re.compile(r"[a-z][a-z0-9-]{1,48}")
_IDENTIFIANT = re.compile(r"[a-z][a-z0-9._-]{1,98}")
_PARTAGES = ("bureau-ordre", "direction")


def creer_bureau(
    session: Session, *, cle: str, nom: str, parent: str | None = None, adresse: str = "", telephone: str = "",
    courriel: str = "", par: str, now: datetime,
) -> Bureau:
    """A new unit; its key may be that of a role only where being in it is having the role."""
    erreurs = {}
    if not _CLE_LIBRE.fullmatch(cle) or (cle in ROLES and cle not in _PARTAGES):
        erreurs["cle"] = "Écrivez une clé courte en minuscules, chiffres et tirets, qui ne soit pas celle d’un rôle."
    elif session.scalar(select(Bureau.id).where(Bureau.cle == cle)):
        erreurs["cle"] = "Un bureau porte déjà cette clé."
    if not nom.strip():
        erreurs["nom"] = "Donnez un nom au bureau."
    if erreurs:
        raise SaisieRefusee(erreurs)
    parent_id = bureau(session, parent).id if parent else None
    nouveau = Bureau(
        cle=cle, nom=nom.strip(), parent_id=parent_id, adresse=adresse, telephone=telephone, courriel=courriel,
    )
    session.add(nouveau)
    session.flush()
    journal.noter(session, acteur=par, acte="creer-bureau", sujet=f"bureau:{cle}", now=now, parent=parent)
    return nouveau


def creer_agent(
    session: Session, *, identifiant: str, prenom: str, nom: str, empreinte: Empreinte, qualite: str = "", courriel: str = "",
    par: str, now: datetime,
) -> Agent:
    """A new agent, in no bureau yet; `SaisieRefusee`."""
    erreurs = {}
    if not _IDENTIFIANT.fullmatch(identifiant) or identifiant in MACHINES:
        erreurs["identifiant"] = "Écrivez un identifiant en minuscules, chiffres, points et tirets."
    elif session.scalar(select(Agent.id).where(Agent.identifiant == identifiant)):
        erreurs["identifiant"] = "Un agent porte déjà cet identifiant."
    erreurs |= {champ: "Remplissez ce champ." for champ, valeur in (("prenom", prenom), ("nom", nom)) if not valeur.strip()}
    if erreurs:
        raise SaisieRefusee(erreurs)
    nouveau = Agent(
        identifiant=identifiant, prenom=prenom.strip(), nom=nom.strip(), qualite=qualite.strip(), courriel=courriel.strip(),
        mot_de_passe="",
    )
    session.add(nouveau)
    session.flush()
    journal.noter(session, acteur=par, acte="creer-agent", sujet=f"agent:{identifiant}", now=now)
    changer_mot_de_passe(session, nouveau, empreinte, par=par, now=now)
    return nouveau


def placer(session: Session, identifiant: str, bureau_cle: str, place: str | None, *, par: str, now: datetime) -> None:
    """Give an agent their place in a bureau, `agent` or `chef`, or take it away (None)."""
    if place not in ("agent", "chef", None):
        raise SaisieRefusee({"place": "La place est agent ou chef."})
    qui, ou = agent(session, identifiant), bureau(session, bureau_cle)
    lieu = Appartenance.agent_id == qui.id, Appartenance.bureau_id == ou.id
    session.execute(delete(Appartenance).where(*lieu))
    if place:
        session.add(Appartenance(agent_id=qui.id, bureau_id=ou.id, place=place))
        session.flush()
    journal.noter(session, acteur=par, acte="placer", sujet=f"agent:{identifiant}", now=now, bureau=bureau_cle, place=place)


def donner_role(session: Session, identifiant: str, role: str, *, par: str, now: datetime) -> None:
    """Give an agent a role; nothing changes if they have it."""
    if role not in ROLES:
        raise SaisieRefusee({"role": Phrase("Le rôle est l’un de : {noms}.", noms=", ".join(ROLES))})
    inserer_absents(session, AgentRole, [{"agent_id": agent(session, identifiant).id, "role": role}])
    journal.noter(session, acteur=par, acte="donner-role", sujet=f"agent:{identifiant}", now=now, role=role)


def retirer_role(session: Session, identifiant: str, role: str, *, par: str, now: datetime) -> None:
    """Take a role away."""
    qui = agent(session, identifiant)
    session.execute(delete(AgentRole).where(AgentRole.agent_id == qui.id, AgentRole.role == role))
    journal.noter(session, acteur=par, acte="retirer-role", sujet=f"agent:{identifiant}", now=now, role=role)


def partir(session: Session, identifiant: str, *, par: str, now: datetime) -> Agent:
    """An agent leaves: their sessions close at once and no group means them any more; their acts stay theirs.

    The tasks that they held go back to those who may take them.
    """
    qui = agent(session, identifiant)
    if qui.parti_le is None:
        qui.parti_le = now
        session.flush()
        fermer_sessions(session, qui, now=now)
        tenues = update(Task).where(Task.holder == identifiant, Task.closed_at.is_(None)).values(holder=None, held_at=None)
        session.execute(tenues, execution_options={"synchronize_session": False})
        journal.noter(session, acteur=par, acte="partir", sujet=f"agent:{identifiant}", now=now)
    return qui
