"""A courrier registered by mistake: its circuit stops, its number stays in the register with the reason, its depot is free."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.courrier import circuits, depot, doublons, habilitations, horloge, journal, recherche, reponse
from app.courrier.deviations.commun import motif
from app.courrier.errors import DejaFait, SaisieRefusee
from app.courrier.habilitations import Moi
from app.courrier.tables import Avertissement, Courrier, Depot, Envoi, Piece
from engine import Engine, Phrase, Step

_SANS_SYNCHRO = {"synchronize_session": False}


def annulable(session: Session, moi: Moi, courrier: Courrier) -> bool:
    """Whether this agent may cancel it now: they register mail, it is being dealt with, no answer to it was sent."""
    return habilitations.peut(moi, "enregistrer") and courrier.etat == "en_cours" and _empeche(session, courrier) is None


def annuler(session: Session, engine: Engine, moi: Moi, courrier_id: int, *, raison: str, now: datetime) -> Step | None:
    """Cancel a courrier: open tasks, delays and what is still to be sent are withdrawn; the number is never given again.

    `DejaFait` when it is closed or its answer has been sent; `SaisieRefusee` without a reason, or for an answer in progress.
    """
    habilitations.exiger(moi, "enregistrer")
    courrier = habilitations.voir(session, moi, courrier_id)
    dit = motif(raison)
    if courrier.etat != "en_cours":
        raise DejaFait(quoi="La clôture de ce courrier")
    etape = None
    if courrier.instance_id is not None:
        # Locks the instance: whoever acts at this moment does it before, or is told that all is over.
        etape = engine.cancel(session, courrier.instance_id, by=moi.identifiant, reason=dit, now=now)
    refus = _empeche(session, courrier)
    if refus is not None:
        raise refus
    courrier.etat, courrier.clos_le = "annule", now
    horloge.noter(session, courrier, "fin", moment=now, par=moi.identifiant, motif=dit[:300])
    reponse.annuler_depart(session, courrier, par=moi.identifiant, now=now)
    _retirer(session, courrier, dit, now)
    nes = select(Depot.id).where(Depot.courrier_id == courrier.id, Depot.etat == "enregistre").order_by(Depot.id)
    source = session.scalar(nes.limit(1))
    sujet = circuits.sujet(courrier)
    journal.noter(session, acteur=moi.identifiant, acte="annuler", sujet=sujet, now=now, motif=dit, depot=source)
    recherche.marquer(session, courrier)
    session.flush()
    return etape


def a_reenregistrer(session: Session, courrier: Courrier) -> Depot | None:
    """The depot that a cancelled courrier came from; its `courrier_id` tells whether it has been registered anew."""
    if courrier.etat != "annule":
        return None
    for ligne in reversed(journal.lire(session, circuits.sujet(courrier))):
        source = journal.details(ligne).get("depot")
        if ligne.acte == "annuler" and isinstance(source, int):
            return session.get(Depot, source)
    return None


def rendre_depot(session: Session, moi: Moi, courrier_id: int, *, now: datetime) -> Depot:
    """Free the depot of a cancelled courrier, with its files, to be registered again; `DejaFait` when it was.

    The copies that had joined the courrier wait again beside it.
    """
    habilitations.exiger(moi, "enregistrer")
    courrier = habilitations.voir(session, moi, courrier_id)
    source = a_reenregistrer(session, courrier)
    if source is None or source.courrier_id != courrier.id:
        raise DejaFait(quoi="La remise de ce document aux dépôts")
    libre = depot.rouvrir(session, source.id, courrier.id, par=moi.identifiant, now=now)
    siennes = update(Piece).where(Piece.depot_id == libre.id, Piece.courrier_id == courrier.id)
    session.execute(siennes.values(courrier_id=None), execution_options=_SANS_SYNCHRO)
    for copie in session.scalars(select(Depot.id).where(Depot.courrier_id == courrier.id, Depot.etat == "joint")).all():
        doublons.detacher(session, moi, courrier.id, copie, now=now)
    recherche.marquer(session, courrier)
    return libre


def _empeche(session: Session, courrier: Courrier) -> DejaFait | SaisieRefusee | None:
    """What forbids to cancel it: an answer that is out, or being the answer to another courrier."""
    sorties = select(Envoi.id).where(Envoi.courrier_id == courrier.id, Envoi.genre == "reponse")
    if session.scalar(sorties.limit(1)) is not None:
        return DejaFait(quoi="L’envoi de la lettre")
    if courrier.instance_id is None and courrier.repond_a is not None:
        repondu = session.get_one(Courrier, courrier.repond_a).chrono
        return SaisieRefusee({"motif": Phrase("Cette lettre répond à {chrono} : c’est ce courrier qu’il faut annuler ou classer.",
                                              chrono=repondu)})  # fmt: skip
    return None


def _retirer(session: Session, courrier: Courrier, dit: str, now: datetime) -> None:
    """The due rows that nobody holds: dispatches, notices, the letter to be typeset. What is leaving leaves."""
    dus = update(Envoi).where(Envoi.courrier_id == courrier.id, Envoi.etat.in_(("a_envoyer", "echec")))
    dus = dus.where(or_(Envoi.reprise_le.is_(None), Envoi.reprise_le <= now))
    session.execute(dus.values(etat="annule", erreur=dit), execution_options=_SANS_SYNCHRO)
    siens = update(Avertissement).where(Avertissement.courrier_id == courrier.id)
    libres = or_(Avertissement.reprise_le.is_(None), Avertissement.reprise_le <= now)
    muets = siens.where(Avertissement.etat == "a_envoyer", libres).values(etat="affiche")
    session.execute(muets, execution_options=_SANS_SYNCHRO)
    session.execute(siens.where(Avertissement.lu_le.is_(None)).values(lu_le=now), execution_options=_SANS_SYNCHRO)
    projet = reponse.chercher(session, courrier)
    if projet is not None and projet.etat in ("a_composer", "a_signer", "non_composee"):
        projet.etat, projet.reprise_le = "projet", None
