"""What the letter names and the house knows: its sender's sheet, the bureau or the agent it is for, the courrier it answers."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import organisation, registre
from app.courrier.errors import SaisieRefusee
from app.courrier.habilitations import Moi, visible
from app.courrier.propositions.offre import Choix, Offre, offre
from app.courrier.registre import Contact
from app.courrier.tables import Agent, Courrier


def connus(session: Session, contact: Contact) -> Offre | None:
    """The sheets that may be this sender's."""
    return offre("correspondant", [
        Choix(valeur=str(trouve.correspondant.id), nom=registre.nom_complet(trouve.correspondant), confiance=trouve.confiance,
              raison=trouve.raison)
        for trouve in registre.trouver(session, contact)
    ])  # fmt: skip


def bureau_designe(session: Session, mots: str) -> str | None:
    """The bureau that «Service urbanisme» or «À l’attention de Mme Montel» means: the agent's own when one is named."""
    arbre = organisation.arbre(session)
    plie = organisation.plier(mots)
    for agent in _nommes(session, plie):
        siens = [cle for cle in organisation.appartenances(session, agent)[0] if cle in arbre]
        if len(siens) == 1:
            return siens[0]
    groupes = [groupe for groupe in organisation.resoudre(session, mots, {}) if groupe in arbre]
    if groupes:
        return groupes[0]
    # The name of a bureau within more words: «Pôle urbanisme et habitat».
    nommes = [noeud.cle for noeud in arbre.values() if re.search(rf"\b{re.escape(organisation.plier(noeud.nom))}\b", plie)]
    return nommes[0] if len(nommes) == 1 else None


def personne(session: Session, lue: Mapping[str, Any] | None) -> Offre | None:
    """The agents that «À l’attention de Mme Montel» may mean."""
    if lue is None:
        return None
    nommes = _nommes(session, organisation.plier(lue["valeur"]))
    sure = lue["confiance"] if len(nommes) == 1 else 0.5
    choix = [Choix(valeur=un.identifiant, nom=f"{un.prenom} {un.nom}", confiance=sure, raison=lue["raison"]) for un in nommes]
    return offre("personne", choix, page=lue["page"], boite=tuple(lue["boite"]) if lue["boite"] else None)


def _nommes(session: Session, plie: str) -> list[Agent]:
    """The agents whom these folded words name."""
    return [
        agent for agent in organisation.tous(session)
        if re.search(rf"\b{re.escape(organisation.plier(agent.nom))}\b", plie) and _prenom_convient(agent, plie)
    ]


def _prenom_convient(agent: Agent, plie: str) -> bool:
    """The first name, its initial, or a title before the name: «Monsieur Roche» is someone, «la roche» is not."""
    nom, prenom = (re.escape(organisation.plier(mot)) for mot in (agent.nom, agent.prenom))
    return bool(re.search(rf"\b(?:{prenom}|{prenom[0]}\.?|m\.|mme|mlle|madame|monsieur)\s+{nom}\b|\b{nom}\s+{prenom}\b", plie))


def fil(session: Session, moi: Moi, lue: Mapping[str, Any] | None) -> Offre | None:
    """The courrier of ours that the letter quotes by its number, if it is open to who registers."""
    if lue is None:
        return None
    cite = _cite(session, moi, lue["valeur"])
    if cite is None:
        return None
    choix = Choix(valeur=cite.chrono, nom=f"{cite.chrono}, {cite.objet}", confiance=lue["confiance"], raison=lue["raison"])
    return offre("repond_a", [choix], page=lue["page"], boite=tuple(lue["boite"]) if lue["boite"] else None)


def repondu(session: Session, moi: Moi, chrono: str) -> int | None:
    """The courrier that the clerk says is answered, by its number; `SaisieRefusee` when it is not open to them."""
    if not chrono:
        return None
    cite = _cite(session, moi, chrono)
    if cite is None:
        raise SaisieRefusee({"repond_a": "Le courrier auquel celui-ci répond n’existe pas."})
    return cite.id


def _cite(session: Session, moi: Moi, chrono: str) -> Courrier | None:
    return session.scalar(select(Courrier).where(Courrier.chrono == chrono, visible(moi)))
