"""What people do about dispatches: say that a letter was posted or handed over, set right one that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.courrier import journal, recherche
from app.courrier.errors import DejaFait, Introuvable, SaisieRefusee
from app.courrier.habilitations import Moi, visible
from app.courrier.tables import Courrier, Envoi, Reponse
from engine import Phrase

_PREUVE_MAX = 300
_ATTEND = or_(Envoi.etat == "echec", (Envoi.etat == "a_envoyer") & (Envoi.canal != "courriel"))


@dataclass(frozen=True, kw_only=True)
class Attente:
    """A dispatch that awaits someone: failed, or to be posted."""

    envoi: Envoi
    courrier: Courrier


def en_attente(session: Session, moi: Moi, *, limite: int = 100) -> Sequence[Attente]:
    """Failed dispatches and letters to post, among the courriers that the reader may see, oldest first."""
    requete = (
        select(Envoi, Courrier).join(Courrier, Courrier.id == Envoi.courrier_id).where(_ATTEND, visible(moi))
        .order_by(Envoi.demande_le, Envoi.id).limit(limite)
    )
    return [Attente(envoi=envoi, courrier=courrier) for envoi, courrier in session.execute(requete)]


def combien_attendent(session: Session, moi: Moi) -> int:
    """How many dispatches await someone, among the courriers that the reader may see."""
    requete = select(func.count(Envoi.id)).join(Courrier, Courrier.id == Envoi.courrier_id).where(_ATTEND, visible(moi))
    return session.scalar(requete) or 0


def confirmer(session: Session, envoi_id: int, preuve: str, *, par: str, now: datetime) -> Envoi:
    """It was posted or handed over, as `preuve` tells in words; `SaisieRefusee`, `DejaFait` when it has left already."""
    envoi = _verrouiller(session, envoi_id)
    dite = " ".join(preuve.split())
    if not dite or len(dite) > _PREUVE_MAX:
        raise SaisieRefusee({"preuve": Phrase(
            "Dites en {maximum} signes au plus comment le pli est parti, et quand.", maximum=_PREUVE_MAX)})
    envoi.etat, envoi.preuve = "remis", dite
    accomplir(session, envoi, par=par, now=now)
    return envoi


def reprendre(session: Session, envoi_id: int, *, canal: str, destinataire: str, par: str, now: datetime) -> Envoi:
    """Set right one that failed, and ask for it again, to another address or by another way; `DejaFait`, `SaisieRefusee`."""
    envoi = _verrouiller(session, envoi_id)
    if envoi.etat != "echec":
        raise DejaFait(quoi="La demande de cet envoi")
    if not envoi.texte and envoi.piece_id is None:
        raise SaisieRefusee({"texte": Phrase("Cet envoi n’a rien à porter : {cause}", cause=envoi.erreur)})
    if not destinataire.strip():
        raise SaisieRefusee({"destinataire": "Donnez l’adresse du destinataire."})
    envoi.canal, envoi.destinataire = canal, destinataire.strip()[:300]
    envoi.etat, envoi.essais, envoi.erreur = "a_envoyer", 0, ""
    session.flush()
    journal.noter(session, acteur=par, acte="envoi-demande", sujet=f"courrier:{envoi.courrier_id}", now=now, envoi=envoi.id,
                  genre=envoi.genre, canal=canal)
    return envoi


def accomplir(session: Session, envoi: Envoi, *, par: str, now: datetime) -> None:
    """What follows when a dispatch has left: noted, and for a letter the departure is closed and the answer sent."""
    envoi.fait_le, envoi.reprise_le, envoi.erreur = now, None, ""
    session.flush()
    journal.noter(session, acteur=par, acte="envoi-parti", sujet=f"courrier:{envoi.courrier_id}", now=now, envoi=envoi.id,
                  genre=envoi.genre, canal=envoi.canal, preuve=envoi.preuve)
    if envoi.genre != "reponse":
        return
    projet = session.scalar(select(Reponse).where(Reponse.courrier_id == envoi.courrier_id))
    if projet is None:
        return
    projet.etat = "envoyee"
    depart = session.get(Courrier, projet.depart_id) if projet.depart_id else None
    if depart is not None and depart.id != envoi.courrier_id and depart.etat == "en_cours":
        depart.etat, depart.clos_le = "clos", now
        recherche.marquer(session, depart)
    session.flush()


def _verrouiller(session: Session, envoi_id: int) -> Envoi:
    envoi = session.get(Envoi, envoi_id, populate_existing=True, with_for_update=True)
    if envoi is None:
        raise Introuvable(quoi="Cet envoi")
    if envoi.etat in ("envoye", "remis"):
        raise DejaFait(quoi="Cet envoi")
    return envoi
