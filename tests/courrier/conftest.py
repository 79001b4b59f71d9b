"""The people of the town hall: who has which place is what the tests tell stories about.

    mairie ─ direction générale (Hélène)
      ├ urbanisme (Claire, Karim; chef Nadia)
      │   └ permis (Jules; no chef)
      └ etat-civil (Paul; chef Rose)
    Bruno: bureau d'ordre · Madame Marin: élue · Sacha: concepteur · Alix: administratrice · Maud: manager
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from app.courrier.organisation import hacher
from app.courrier.tables import Agent, AgentRole, Appartenance, Bureau, Nature

MOT_DE_PASSE = "le vieux chêne du lavoir"
ARRIVEE_LE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)

_BUREAUX = {
    "urbanisme": ("Urbanisme", None), "permis": ("Permis de construire", "urbanisme"), "etat-civil": ("État civil", None),
    "services-techniques": ("Services techniques", None),
}
_AGENTS = {
    "claire": ("Claire", "Aubry", {"urbanisme": "agent"}, ()),
    "karim": ("Karim", "Belkacem", {"urbanisme": "agent"}, ()),
    "nadia": ("Nadia", "Collet", {"urbanisme": "chef"}, ()),
    "jules": ("Jules", "Dorval", {"permis": "agent"}, ()),
    "paul": ("Paul", "Esnault", {"etat-civil": "agent"}, ()),
    "rose": ("Rose", "Ferrand", {"etat-civil": "chef"}, ()),
    "helene": ("Hélène", "Garnier", {}, ("direction",)),
    "bruno": ("Bruno", "Hamon", {}, ("bureau-ordre",)),
    "marin": ("Odile", "Marin", {}, ("elu",)),
    "sacha": ("Sacha", "Le Goff", {}, ("concepteur",)),
    "alix": ("Alix", "Morel", {}, ("administrateur",)),
    "maud": ("Maud", "Nicolas", {}, ("manager",)),
}


@pytest.fixture(scope="session")
def empreinte() -> str:
    """The digest of everyone's password, made once: argon2 is slow on purpose."""
    return hacher(MOT_DE_PASSE)


@pytest.fixture
def mairie(session: Session, empreinte: str) -> dict[str, Agent]:
    """The town hall of this file's first lines, its people by their first names."""
    bureaux: dict[str, Bureau] = {}
    for cle, (nom, parent) in _BUREAUX.items():
        bureaux[cle] = Bureau(cle=cle, nom=nom, parent_id=bureaux[parent].id if parent else None)
        session.add(bureaux[cle])
        session.flush()
    agents = {
        cle: Agent(identifiant=cle, prenom=prenom, nom=nom, mot_de_passe=empreinte, courriel=f"{cle}@mairie.example")
        for cle, (prenom, nom, _, _) in _AGENTS.items()
    }
    session.add_all(agents.values())
    session.flush()
    for cle, (_, _, places, roles) in _AGENTS.items():
        session.add_all(
            Appartenance(agent_id=agents[cle].id, bureau_id=bureaux[ou].id, place=place) for ou, place in places.items()
        )
        session.add_all(AgentRole(agent_id=agents[cle].id, role=role) for role in roles)
    session.add_all([
        Nature(cle="courrier", nom="Courrier simple", circuit="arrivee", delai=15),
        Nature(
            cle="recours", nom="Recours gracieux", circuit="arrivee", delai=20, confidentialite="restreint", silence="SVR",
            bureau_id=bureaux["urbanisme"].id,
        ),
        Nature(cle="information", nom="Pour information", circuit="information", delai=0),
        Nature(cle="depart", nom="Courrier au départ", sens="depart", circuit="depart", delai=0),
    ])
    session.commit()
    return agents
