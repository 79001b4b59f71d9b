"""What a clerk typed to register a courrier, and what is wrong with it, all fields at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import delais
from app.courrier.correspondants import Contact, suivre, valider
from app.courrier.errors import SaisieRefusee
from app.courrier.registre import mots_cles
from app.courrier.registre.organismes import organisme_de
from app.courrier.tables import Agent, Bureau, Courrier, Nature, Organisme
from engine import Phrase

SENS = ("arrivee", "depart", "interne")
CANAUX = ("papier", "courriel", "formulaire", "guichet", "telephone", "api")
CONFIDENTIALITES = ("interne", "restreint", "personnel")
PRIORITES = ("normale", "urgente")
_LONGUEURS = {"objet": 500, "reference": 100, "recommande": 30}
_AVANCE = timedelta(minutes=5)  # clocks differ a little


@dataclass(frozen=True, kw_only=True)
class Saisie:
    """A courrier to register.

    `correspondant`: the id of a sheet, or a `Contact` to make one of. `confidentialite`: the nature's when empty.
    `destinataires`: agents, by name, who see it even when it is «personnel». `recu_le`: now when not given.
    `mots`: keywords. `reponse_voulue`: the day before which the letter asks for an answer, in the words `reponse_mots`.
    `organisme`: the sign of the body whose register it is; that of the settings when empty.
    """

    sens: str
    canal: str
    objet: str
    nature_id: int
    bureau_id: int | None = None
    correspondant: int | Contact | None = None
    date_courrier: date | None = None
    recu_le: datetime | None = None
    confidentialite: str = ""
    priorite: str = "normale"
    reference: str = ""
    recommande: str = ""
    depot_id: int | None = None
    repond_a: int | None = None
    destinataires: tuple[str, ...] = ()
    mots: tuple[str, ...] = ()
    reponse_voulue: date | None = None
    reponse_mots: str = ""
    organisme: str = ""


def controler(session: Session, saisie: Saisie, *, now: datetime) -> Nature:
    """The nature of what was typed; `SaisieRefusee` with a sentence for each wrong field."""
    nature = session.get(Nature, saisie.nature_id)
    erreurs = {**_choix(saisie), **_textes(saisie), **_dates(saisie, now), **_liens(session, saisie),
               **mots_cles.controler(saisie.mots)}
    if nature is None:
        erreurs["nature_id"] = "Choisissez une nature."
    if isinstance(saisie.correspondant, Contact):
        try:
            valider(saisie.correspondant, "correspondant.")
        except SaisieRefusee as refus:
            erreurs |= refus.erreurs
    if erreurs or nature is None:
        raise SaisieRefusee(erreurs)
    return nature


def _choix(saisie: Saisie) -> dict[str, str]:
    permis = {
        "sens": (saisie.sens, SENS), "canal": (saisie.canal, CANAUX), "priorite": (saisie.priorite, PRIORITES),
        "confidentialite": (saisie.confidentialite, ("", *CONFIDENTIALITES)),
    }
    return {champ: "Choisissez dans la liste." for champ, (valeur, valeurs) in permis.items() if valeur not in valeurs}


def _textes(saisie: Saisie) -> dict[str, str]:
    erreurs: dict[str, str] = {
        champ: Phrase("Écrivez au plus {maximum} signes.", maximum=maximum)
        for champ, maximum in _LONGUEURS.items() if len(getattr(saisie, champ).strip()) > maximum
    }
    if not saisie.objet.strip():
        erreurs["objet"] = "Écrivez l’objet du courrier."
    if saisie.sens == "depart" and saisie.correspondant is None:
        erreurs["correspondant"] = "Dites à qui ce courrier est adressé."
    return erreurs


def _dates(saisie: Saisie, now: datetime) -> dict[str, str]:
    erreurs = {}
    recu_le = saisie.recu_le or now
    if recu_le > now + _AVANCE:
        erreurs["recu_le"] = "La date d’arrivée est dans l’avenir."
    if saisie.sens == "arrivee" and saisie.date_courrier and saisie.date_courrier > delais.jour(recu_le):
        erreurs["date_courrier"] = "Le courrier ne peut pas être daté d’après son arrivée."
    if saisie.reponse_voulue and saisie.reponse_voulue < (saisie.date_courrier or delais.jour(recu_le)):
        erreurs["reponse_voulue"] = "La réponse ne peut pas être demandée pour un jour d’avant le courrier."
    return erreurs


def _liens(session: Session, saisie: Saisie) -> dict[str, str]:
    erreurs = {}
    repondu = session.get(Courrier, saisie.repond_a) if saisie.repond_a is not None else None
    if saisie.organisme:
        # Held until the number is given, so that the body is not closed or taken away meanwhile.
        organisme = session.get(Organisme, saisie.organisme, with_for_update={"read": True})
        if organisme is None:
            erreurs["organisme"] = "Choisissez dans la liste."
        elif organisme.ferme_le and (repondu is None or organisme_de(repondu.registre) != organisme.cle):
            erreurs["organisme"] = "Cet organisme est fermé : seules les réponses à ses courriers s’y inscrivent encore."
    if saisie.bureau_id is not None and session.get(Bureau, saisie.bureau_id) is None:
        erreurs["bureau_id"] = "Choisissez un bureau de la liste."
    if isinstance(saisie.correspondant, int) and suivre(session, saisie.correspondant) is None:
        erreurs["correspondant"] = "Ce correspondant n’existe plus ; choisissez-en un autre."
    if saisie.repond_a is not None and repondu is None:
        erreurs["repond_a"] = "Le courrier auquel celui-ci répond n’existe pas."
    if saisie.destinataires:
        connus = set(session.scalars(
            select(Agent.identifiant).where(Agent.identifiant.in_(saisie.destinataires), Agent.parti_le.is_(None))
        ))
        inconnus = [nom for nom in saisie.destinataires if nom not in connus]
        if inconnus:
            erreurs["destinataires"] = Phrase("Ne travaille pas ici : {noms}.", noms=", ".join(inconnus))
    return erreurs
