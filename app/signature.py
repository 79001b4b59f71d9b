"""Signing, an entrance's work done before the transaction: the letter is sealed, vaulted, and only then said to be signed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.courrier import organisation, reponse, sceau
from app.courrier.habilitations import Moi
from app.courrier.ports import Range, Signataire
from app.courrier.tables import Courrier
from app.wiring import Parts
from engine import Task


def sceller(
    parts: Parts, session: Session, moi: Moi, tache: Task, courrier: Courrier, posted: Mapping[str, str], *, now: datetime
) -> Range | None:
    """Seal the letter that this agent is about to sign; nothing when the act is another, or was done already."""
    if tache.act != "signer" or tache.closed_at is not None or posted.get("decision") != "signer":
        return None
    lettre = reponse.chercher(session, courrier)
    if lettre is None or lettre.etat != "a_signer" or lettre.piece_id is None:
        return None
    agent = organisation.agent(session, moi.identifiant)
    qui = Signataire(cle=agent.identifiant, nom=f"{agent.prenom} {agent.nom}", qualite=agent.qualite)
    a_sceller = sceau.a_signer(session, moi, courrier.id)
    pdf = parts.coffre.get(a_sceller.sha256)
    lieu = parts.config.organisme.ville
    return parts.coffre.put(parts.sceau.sign(pdf, signataire=qui, motif=courrier.objet, lieu=lieu, now=now))
