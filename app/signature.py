"""Signing, an entrance's work done before the transaction: the letter is sealed, vaulted, and only then said to be signed."""

from collections.abc import Mapping
from datetime import datetime

from app.courrier import organisation, reponse, sceau
from app.courrier.errors import SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.ports import Signataire
from app.courrier.sceau import Scelle
from app.courrier.tables import Courrier
from app.db import Session
from app.wiring import Parts
from engine import Task


def sceller(
    parts: Parts, session: Session, moi: Moi, tache: Task, courrier: Courrier, posted: Mapping[str, str], *, now: datetime,
    lue: str | None = None,
) -> Scelle | None:  # fmt: skip
    """Seal the letter that this agent has read; nothing when the act is another, or was done already.

    `lue` is the digest of the PDF that was shown with the form: what is signed is what was read (`SaisieRefusee`); None
    where no page was shown.
    """
    if tache.act != "signer" or tache.closed_at is not None or posted.get("decision") != "signer":
        return None
    lettre = reponse.chercher(session, courrier)
    if lettre is None or lettre.etat != "a_signer" or lettre.piece_id is None:
        return None
    agent = organisation.agent(session, moi.identifiant)
    qui = Signataire(cle=agent.identifiant, nom=f"{agent.prenom} {agent.nom}", qualite=agent.qualite)
    a_sceller = sceau.a_signer(session, moi, courrier.id)
    if lue is not None and lue != a_sceller.sha256:
        raise SaisieRefusee({"decision": "La lettre a changé depuis que vous l’avez ouverte ; relisez-la avant de la signer."})
    lu, lieu = parts.coffre.get(a_sceller.sha256), parts.config.organisme.ville
    signe = parts.sceau.sign(lu, signataire=qui, motif=courrier.objet, lieu=lieu, now=now)
    return Scelle(pdf=parts.coffre.put(signe), attendu=a_sceller.sha256)
