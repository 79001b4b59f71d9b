"""The departure: an answer is a courrier of its own, numbered once, whatever happens to its signature."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import habilitations, journal, recherche, registre
from app.courrier.tables import Acces, Correction, Courrier, Envoi, Nature, Reponse


def preparer_depart(session: Session, courrier: Courrier, projet: Reponse, *, par: str, now: datetime) -> Courrier:
    """The departure courrier of this answer, registered at the first call; a spontaneous letter is its own departure.

    `SaisieRefusee` when nobody is named to write to.
    """
    session.flush()
    session.refresh(projet, with_for_update=True)
    depart = session.get(Courrier, projet.depart_id) if projet.depart_id else None
    if depart is None:
        depart = courrier if courrier.sens == "depart" else _enregistrer(session, courrier, projet, par, now)
        projet.depart_id = depart.id
        journal.noter(session, acteur=par, acte="numeroter-depart", sujet=f"courrier:{courrier.id}", now=now,
                      depart=depart.id, chrono=depart.chrono)
    elif depart.id != courrier.id:
        # Written anew after a refusal: the number stays, the subject follows the letter.
        _reecrire(session, depart, projet.objet, par, now)
    session.flush()
    recherche.marquer(session, depart)
    return depart


def _reecrire(session: Session, depart: Courrier, objet: str, par: str, now: datetime) -> None:
    """The register keeps the subject that it had, under the new one."""
    if depart.objet != objet:
        session.add(Correction(courrier_id=depart.id, champ="objet", ancien=depart.objet, nouveau=objet, par=par, faite_le=now,
                               motif="lettre réécrite"))  # fmt: skip
        depart.objet = objet


def annuler_depart(session: Session, courrier: Courrier, *, par: str, now: datetime) -> None:
    """A courrier closes and nobody has asked to send its answer: the departure that was numbered ends as «annule».

    Its number stays in the register with the reason, and is never given again.
    """
    projet = session.scalar(select(Reponse).where(Reponse.courrier_id == courrier.id).with_for_update())
    depart = session.get(Courrier, projet.depart_id) if projet and projet.depart_id else None
    if projet is None or depart is None or depart.id == courrier.id or depart.etat != "en_cours":
        return
    if session.scalar(select(Envoi.id).where(Envoi.courrier_id == courrier.id, Envoi.genre == "reponse").limit(1)):
        return
    depart.etat, depart.clos_le = "annule", now
    if projet.etat != "signee":
        projet.etat, projet.reprise_le = "projet", None  # no worker sets it any more, nobody signs it
    session.flush()
    journal.noter(session, acteur=par, acte="annuler-depart", sujet=f"courrier:{depart.id}", now=now, chrono=depart.chrono,
                  motif=f"{courrier.chrono} a été clos sans que cette lettre soit envoyée")
    recherche.marquer(session, depart)


def _enregistrer(session: Session, courrier: Courrier, projet: Reponse, par: str, now: datetime) -> Courrier:
    nature = session.scalar(select(Nature.id).where(Nature.sens == "depart").order_by(Nature.id).limit(1))
    saisie = registre.Saisie(
        sens="depart", canal="courriel" if courrier.canal == "courriel" else "papier", objet=projet.objet,
        nature_id=nature or courrier.nature_id, bureau_id=courrier.bureau_id, correspondant=courrier.correspondant_id,
        confidentialite=courrier.confidentialite, reference=courrier.reference, repond_a=courrier.id,
        organisme=registre.organisme_de(courrier.registre),
    )
    depart = registre.enregistrer(session, saisie, par=par, now=now)
    _ouvrir_comme(session, courrier, depart, now)
    return depart


def _ouvrir_comme(session: Session, courrier: Courrier, depart: Courrier, now: datetime) -> None:
    """Who may see the letter received may see the answer."""
    groupes = session.execute(select(Acces.groupe, Acces.motif).where(Acces.courrier_id == courrier.id)).all()
    for groupe, motif in groupes:
        habilitations.ouvrir(session, depart.id, groupe, motif if motif in ("acteur", "destinataire") else "circuit", now=now)
