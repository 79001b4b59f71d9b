"""What people of the demo do at each step: who does it, and what they answer in its form."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import delais, habilitations, journey, organisation, reponse
from app.courrier.habilitations import Moi
from app.courrier.tables import Courrier
from app.demo.recits import Pas, Recit
from engine import Task

_FORMULE = "{{ correspondant.appel }}"
LETTRE = _FORMULE + "\n\n{corps}\n\nJe vous prie d’agréer, " + _FORMULE + " l’expression de ma considération distinguée."
SUPPLEANTS = {"signer": "bruno"}
"""Who now and then does a step in place of the one who usually does."""


def quelquun(session: Session, tache: Task, pas: Pas) -> Moi:
    """Somebody who may do the step: an agent before their chef, the mayor before her deputy, but not always."""
    gens = journey.collegues_de(session, tache)
    if pas.bureau:
        dedans = {agent.identifiant for agent in organisation.membres(session, pas.bureau)}
        gens = [agent for agent in gens if agent.identifiant in dedans]
    tous = [habilitations.moi(session, agent) for agent in gens]
    suppleant = SUPPLEANTS.get(tache.step)
    usuels = [moi for moi in tous if (moi.identifiant == suppleant) == (pas.quand.day % 5 == 0)] if suppleant else tous
    agents = [moi for moi in usuels if not moi.chef_de]
    direction = [moi for moi in usuels if "direction" in moi.chef_de]
    return (direction or agents or usuels or tous)[0]


def reponses(session: Session, recit: Recit, pas: Pas, courrier: Courrier) -> dict[str, str]:
    """What is posted in the form of this step."""
    match pas.etape:
        case "qualifier" if pas.decision == "reorienter":
            return {"decision": "reorienter", "bureau": recit.donnees["vers"], "motif": recit.texte("motif")}
        case "qualifier":
            return {"decision": "traiter", **({"urgent": "on"} if recit.donnees.get("urgent") else {})}
        case "annoter":
            return {"suite": pas.decision or "repondre", "note": recit.texte("note")}
        case "rediger":
            return lettre(recit, courrier)
        case "valider":
            return _decision(recit, pas, "approuver")
        case "signer":
            return _decision(recit, pas, "signer")
        case "viser":
            return _decision(recit, pas, "viser")
        case "traiter":
            return {"note": recit.texte("suite")}
        case "expedier":
            return expedition(session, recit, courrier, quand=pas.quand)
        case _:
            return {}


def lettre(recit: Recit, courrier: Courrier) -> dict[str, str]:
    """The letter that answers, or that leaves by itself."""
    objet = f"Votre courrier : {courrier.objet}" if recit.sens == "arrivee" else courrier.objet
    return {"objet": objet, "corps": LETTRE.replace("{corps}", recit.texte("reponse"))}


def expedition(session: Session, recit: Recit, courrier: Courrier, *, quand: datetime) -> dict[str, str]:
    """How the letter leaves: a registered one is answered by another, the others by e-mail when there is an address."""
    if courrier.recommande:
        return {"canal": "recommande", "preuve": f"Recommandé 1A 207 55{courrier.id % 10} {courrier.numero:04d} 3"}
    choisi = reponse.a_expedier(session, courrier)
    if choisi["canal"] == "courriel" and recit.donnees.get("canal") != "postal":
        return choisi
    return {"canal": "postal", "preuve": f"Affranchi le {delais.long(delais.jour(quand))}"}


def _decision(recit: Recit, pas: Pas, favorable: str) -> dict[str, str]:
    return {"decision": pas.decision, "motif": recit.texte("motif")} if pas.decision else {"decision": favorable}
