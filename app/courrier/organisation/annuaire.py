"""Who is who: the tree of bureaux, the agents in them, the groups they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, exists, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.courrier.errors import Introuvable
from app.courrier.tables import Agent, AgentRole, Appartenance, Bureau
from app.courrier.tables.avance import Rangs, retenu
from engine import Phrase

ROLES = ("bureau-ordre", "direction", "elu", "manager", "concepteur", "administrateur")
CHEF = ".chef"
DIRECTION = "direction"


@dataclass(frozen=True, kw_only=True)
class Noeud:
    """A bureau in the tree; `parent` is a key, `a_chef` tells whether somebody leads it today."""

    id: int
    cle: str
    nom: str
    parent: str | None
    a_chef: bool


def agent(session: Session, identifiant: str) -> Agent:
    """The agent of this name, gone or not; `Introuvable`."""
    trouve = session.scalar(select(Agent).where(Agent.identifiant == identifiant))
    if trouve is None:
        raise Introuvable(quoi=Phrase("L’agent «{nom}»", nom=identifiant))
    return trouve


def nom(session: Session, identifiant: str) -> str:
    """How this agent is called, gone or not; a machine by its own name."""
    trouve = session.execute(select(Agent.prenom, Agent.nom).where(Agent.identifiant == identifiant)).one_or_none()
    return f"{trouve.prenom} {trouve.nom}" if trouve else identifiant


def bureau(session: Session, cle: str) -> Bureau:
    """The bureau of this key; `Introuvable`."""
    trouve = session.scalar(select(Bureau).where(Bureau.cle == cle))
    if trouve is None:
        raise Introuvable(quoi=Phrase("Le bureau «{nom}»", nom=cle))
    return trouve


_MENE = exists().where(
    Appartenance.bureau_id == Bureau.id, Appartenance.place == "chef",
    Agent.id == Appartenance.agent_id, Agent.parti_le.is_(None),
).correlate(Bureau)  # fmt: skip
_NOEUD = (Bureau.id, Bureau.cle, Bureau.nom, Bureau.parent_id, _MENE)


def arbre(session: Session) -> Mapping[str, Noeud]:
    """Every bureau by its key, in one statement, or in none when they were read beside another."""
    lus = retenu(session, "arbre")
    lignes = session.execute(select(*_NOEUD)).all() if lus is None else lus
    cles = {identite: cle for identite, cle, *_ in lignes}
    return {
        cle: Noeud(id=identite, cle=cle, nom=nom, parent=cles.get(parent or 0), a_chef=bool(a_chef))
        for identite, cle, nom, parent, a_chef in lignes
    }


def arbre_lu() -> ScalarSelect[list[Any]]:
    """The bureaux, to be read beside something else and kept by `retenir(session, arbre=…)`."""
    return select(Rangs(*_NOEUD)).select_from(Bureau).scalar_subquery()


def lignee(noeuds: Mapping[str, Noeud], cle: str) -> Iterator[Noeud]:
    """The bureau and those above it, nearest first; a tree drawn in a ring ends all the same."""
    vus: set[str] = set()
    noeud = noeuds.get(cle)
    while noeud is not None and noeud.cle not in vus:
        vus.add(noeud.cle)
        yield noeud
        noeud = noeuds.get(noeud.parent or "")


def groupe_chef(noeuds: Mapping[str, Noeud], cle: str) -> str:
    """The group of those who lead this bureau: its chef, else the nearest chef above, else the direction."""
    return next((noeud.cle + CHEF for noeud in lignee(noeuds, cle) if noeud.a_chef), DIRECTION)


def chefs(session: Session, bureau_cle: str) -> list[Agent]:
    """Who leads this bureau, as `groupe_chef` says."""
    return membres(session, groupe_chef(arbre(session), bureau_cle))


def membres(session: Session, groupe: str) -> list[Agent]:
    """The agents whom a group key names today, by name."""
    places = select(Appartenance.agent_id).join(Bureau, Bureau.id == Appartenance.bureau_id)
    if groupe.startswith("@"):
        dedans = Agent.identifiant == groupe[1:]
    elif groupe.endswith(CHEF):
        dedans = Agent.id.in_(places.where(Bureau.cle == groupe.removesuffix(CHEF), Appartenance.place == "chef"))
    else:
        roles = select(AgentRole.agent_id).where(AgentRole.role == groupe)
        dedans = or_(Agent.id.in_(places.where(Bureau.cle == groupe)), Agent.id.in_(roles))
    requete = select(Agent).where(dedans, Agent.parti_le.is_(None)).order_by(Agent.nom, Agent.prenom, Agent.id)
    return list(session.scalars(requete))


def tous(session: Session) -> list[Agent]:
    """Every agent who works here today, by name."""
    return list(session.scalars(select(Agent).where(Agent.parti_le.is_(None)).order_by(Agent.nom, Agent.prenom, Agent.id)))


_PLACES = select(Bureau.cle, Appartenance.place).join(Bureau, Bureau.id == Appartenance.bureau_id)
_APPARTENANCES = union_all(
    _PLACES.where(Appartenance.agent_id == bindparam("agent")),
    select(AgentRole.role, literal("role")).where(AgentRole.agent_id == bindparam("agent")),
)


def appartenances(session: Session, agent: Agent) -> tuple[dict[str, str], frozenset[str]]:
    """The agent's bureaux with their place in each, and their roles, in one statement; nothing once they have left."""
    if agent.parti_le is not None:
        return {}, frozenset()
    qui, *lues = retenu(session, "appartenances") or (None,)
    if qui == agent.id:
        places, roles = lues
        return dict(places or []), frozenset(role for (role,) in roles or [])
    lignes = session.execute(_APPARTENANCES, {"agent": agent.id}).all()
    return (
        {cle: place for cle, place in lignes if place != "role"},
        frozenset(cle for cle, place in lignes if place == "role"),
    )


def appartenances_lues() -> tuple[ScalarSelect[list[Any]], ScalarSelect[list[Any]]]:
    """The same beside a question on `Agent`, to be kept by `retenir(session, appartenances=(agent_id, places, roles))`."""
    places = select(Rangs(Bureau.cle, Appartenance.place)).select_from(Appartenance)
    places = places.join(Bureau, Bureau.id == Appartenance.bureau_id).where(Appartenance.agent_id == Agent.id)
    roles = select(Rangs(AgentRole.role)).where(AgentRole.agent_id == Agent.id)
    return places.correlate(Agent).scalar_subquery(), roles.correlate(Agent).scalar_subquery()


def groupes(session: Session, agent: Agent) -> frozenset[str]:
    """Every group key that means this agent."""
    if agent.parti_le is not None:
        return frozenset()
    places, roles = appartenances(session, agent)
    return composer(agent, places, roles)


def composer(agent: Agent, places: Mapping[str, str], roles: frozenset[str]) -> frozenset[str]:
    """The group keys that these places and roles make."""
    mene = {cle + CHEF for cle, place in places.items() if place == "chef"}
    return frozenset({*places, *mene, *roles, f"@{agent.identifiant}"})
