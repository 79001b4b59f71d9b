"""The house's people: bureaux and their chefs, agents and their roles, what a circuit's words mean, who is at the door."""

from app.courrier.organisation.annuaire import (
    CHEF,
    ROLES,
    Noeud,
    agent,
    appartenances,
    arbre,
    arbre_lu,
    bureau,
    chefs,
    composer,
    groupe_chef,
    groupes,
    lignee,
    membres,
    nom,
    tous,
)
from app.courrier.organisation.gens import MACHINES, creer_agent, creer_bureau, donner_role, partir, placer, retirer_role
from app.courrier.organisation.mots import plier, resoudre
from app.courrier.organisation.porte import (
    Empreinte,
    changer_mot_de_passe,
    choisir,
    conclure,
    eprouver,
    fermer_session,
    fermer_sessions,
    hacher,
    ouvrir_session,
    prolonger_session,
    session_a_prolonger,
    session_ouverte,
)

__all__ = [
    "CHEF", "MACHINES", "ROLES", "Empreinte", "Noeud", "agent", "appartenances", "arbre", "arbre_lu", "bureau",
    "changer_mot_de_passe", "chefs", "choisir", "composer", "conclure", "creer_agent", "creer_bureau", "donner_role",
    "eprouver", "fermer_session", "fermer_sessions", "groupe_chef", "groupes", "hacher", "lignee", "membres", "nom",
    "ouvrir_session", "partir", "placer", "plier", "prolonger_session", "resoudre", "retirer_role", "session_a_prolonger",
    "session_ouverte", "tous",
]
