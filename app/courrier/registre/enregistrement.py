"""Registering: number, délai, rights and journal line of a courrier, in the one transaction of the entrance."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.courrier import delais, depot, habilitations, horloge, journal
from app.courrier.correspondants import Contact, creer, gardee
from app.courrier.errors import SaisieRefusee
from app.courrier.registre import mots_cles
from app.courrier.registre.numeros import chrono, code_suivi, numeroter
from app.courrier.registre.organismes import cle
from app.courrier.registre.saisie import Saisie, controler
from app.courrier.tables import Arrete, Correspondant, Courrier, Demande, Nature, Piece


def enregistrer(session: Session, saisie: Saisie, *, par: str, now: datetime, circuit: str = "") -> Courrier:
    """Register a courrier; its year is that of the town hall's clock at this moment, whatever the letter's date.

    `circuit`: the one it is about to take, for the journal.
    `SaisieRefusee` with what to correct; `DejaPris`, `DejaFait` when the depot is another clerk's or was registered.
    """
    nature = controler(session, saisie, now=now)
    inscrit = _courrier(session, saisie, nature, par, now)
    session.add(inscrit)
    session.flush()
    if saisie.depot_id is not None:
        depot.enregistre(session, saisie.depot_id, inscrit.id, par=par, now=now)
        session.execute(
            update(Piece).where(Piece.depot_id == saisie.depot_id, Piece.genre != "source").values(courrier_id=inscrit.id),
            execution_options={"synchronize_session": False},
        )
    if not (inscrit.sens == "depart" and inscrit.repond_a):  # the clock of an answer is that of what it answers
        horloge.noter(session, inscrit, "debut", moment=inscrit.recu_le, par=par)
    habilitations.accorder(session, inscrit, now=now)
    if saisie.mots:
        mots_cles.poser(session, inscrit, saisie.mots)
    for agent in saisie.destinataires:
        habilitations.ouvrir(session, inscrit.id, f"@{agent}", "destinataire", now=now)
    journal.noter(
        session, acteur=par, acte="enregistrer", sujet=f"courrier:{inscrit.id}", now=now, chrono=inscrit.chrono,
        canal=inscrit.canal, nature=nature.cle, bureau=inscrit.bureau_id, correspondant=inscrit.correspondant_id,
        depot=saisie.depot_id, repond_a=inscrit.repond_a, confidentialite=inscrit.confidentialite,
        **({"circuit": circuit} if circuit else {}),
    )
    return inscrit


def _courrier(session: Session, saisie: Saisie, nature: Nature, par: str, now: datetime) -> Courrier:
    registre, annee, recu_le = cle(saisie.organisme, saisie.sens), delais.jour(now).year, saisie.recu_le or now
    correspondant = saisie.correspondant
    if isinstance(correspondant, Contact):
        correspondant = creer(session, correspondant, par=par, now=now).id
    elif correspondant is not None:
        # What was chosen may have been merged into another since; `controler` holds it against one meanwhile.
        correspondant = gardee(session, session.get_one(Correspondant, correspondant)).id
    numero = numeroter(session, registre, annee)
    # Asked once the number is held: a day is closed under the same lock.
    if session.scalar(select(Arrete.id).where(Arrete.registre == registre, Arrete.jour == delais.jour(now))):
        raise SaisieRefusee({"recu_le": "Le registre de ce jour vient d’être arrêté : enregistrez de nouveau."})
    return Courrier(
        sens=saisie.sens, registre=registre, annee=annee, numero=numero, chrono=chrono(registre, annee, numero),
        canal=saisie.canal, objet=" ".join(saisie.objet.split()), nature_id=nature.id,
        bureau_id=saisie.bureau_id or nature.bureau_id, correspondant_id=correspondant,
        confidentialite=saisie.confidentialite or nature.confidentialite, priorite=saisie.priorite,
        reference=saisie.reference.strip(), recommande=saisie.recommande.strip(), date_courrier=saisie.date_courrier,
        recu_le=recu_le, repond_a=saisie.repond_a, code_suivi=_code(session, saisie),
        enregistre_le=now, enregistre_par=par, reponse_voulue=saisie.reponse_voulue,
        reponse_mots=saisie.reponse_mots.strip()[:200] if saisie.reponse_voulue else "",
    )


def _code(session: Session, saisie: Saisie) -> str:
    """The code that the usager has already when their demand came by the web form; a new one otherwise."""
    donne = session.scalar(select(Demande.code).where(Demande.depot_id == saisie.depot_id)) if saisie.depot_id else None
    return donne or code_suivi()
