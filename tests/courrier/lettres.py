"""A letter of Madame Caradec's and its answer at each stage, for the tests of answers, signatures and dispatches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courrier import registre, reponse
from app.courrier.ports import Coffre, Compositeur, Lecture, PageLue
from app.courrier.registre import Contact, Saisie
from app.courrier.tables import Agent, Bureau, Courrier, Nature, Reponse

CARADEC = Contact(
    civilite="Mme", nom="Caradec", prenom="Yolande", organisme="Les Amis du lavoir", adresse="3 rue de l’Église\nBâtiment B",
    code_postal="49999", ville="Saint-Aubin-des-Prés", courriel="y.caradec@example.org",
)
CORPS = "Madame,\n\nLe chantier s’arrête à 20 h :\n\n- en semaine\n- le samedi\n\nVeuillez agréer mes salutations."


@dataclass(frozen=True, kw_only=True)
class Commune:
    """The town hall as its letters print it."""

    nom: str = "Mairie de Saint-Aubin-des-Prés"
    adresse: Sequence[str] = ("1 place de la Mairie",)
    code_postal: str = "49999"
    ville: str = "Saint-Aubin-des-Prés"
    telephone: str = "02 61 91 00 00"
    courriel: str = "mairie@saint-aubin.example"
    site: str = ""


def decrire_bureaux(session: Session) -> None:
    """Addresses and telephones, as R112-5 wants them printed."""
    for bureau in session.scalars(select(Bureau)):
        bureau.adresse, bureau.telephone = "1 place de la Mairie, 49999 Saint-Aubin-des-Prés", "02 61 91 00 01"
        bureau.courriel = f"{bureau.cle}@saint-aubin.example"
    session.scalars(select(Agent).where(Agent.identifiant == "marin")).one().qualite = "Le maire"
    session.scalars(select(Agent).where(Agent.identifiant == "claire")).one().qualite = "Instructrice"
    session.flush()


def arrivee(session: Session, *, now: datetime, nature: str = "courrier", contact: Contact | None = CARADEC,
            bureau: str | None = "urbanisme", **options: str) -> Courrier:
    """A courrier that arrived the day before."""
    cle = session.scalars(select(Nature.id).where(Nature.cle == nature)).one()
    place = session.scalars(select(Bureau.id).where(Bureau.cle == bureau)).one() if bureau else None
    saisie = Saisie(sens="arrivee", canal="papier", objet="Bruit du chantier", nature_id=cle, bureau_id=place,
                    correspondant=contact, recu_le=now - timedelta(days=1), **options)
    courrier = registre.enregistrer(session, saisie, par="bruno", now=now)
    session.commit()
    return courrier


def rediger(session: Session, courrier: Courrier, *, now: datetime, corps: str = CORPS, objet: str = "Bruit du chantier",
            par: str = "claire") -> Reponse:
    """Claire's draft."""
    projet = reponse.rediger(session, courrier, modele="", objet=objet, corps=corps, par=par, now=now)
    session.commit()
    return projet


def composer(session: Session, projet: Reponse, coffre: Coffre, compositeur: Compositeur, *, now: datetime) -> bytes:
    """The departure number, then the job's work: the PDF, ready to be signed."""
    courrier = session.get_one(Courrier, projet.courrier_id)
    reponse.preparer_depart(session, courrier, projet, par="claire", now=now)
    reponse.demander_composition(session, projet, now=now)
    session.commit()
    prise = reponse.reserver(session, projet.id, now=now)
    assert prise is not None
    html = reponse.html(session, prise, organisme=Commune(), now=now)
    session.commit()
    pdf = compositeur.pdf(html, titre=prise.objet, auteur=Commune().nom)
    assert reponse.composee(session, prise.id, coffre.put(pdf), version=prise.version, lecture=UNE_PAGE, now=now) is not None
    session.commit()
    return pdf


UNE_PAGE = Lecture(mime="application/pdf", pages=(
    PageLue(numero=1, largeur=595, hauteur=842, texte="Le chantier s’arrête à 20 h", mots=(), source="couche"),))
