"""The demo's other ways in: a mailbox, which is paused so that no server is called, and the form that usagers fill."""

from datetime import datetime
from typing import Any

from app import travaux
from app.courrier import collecte, demandes
from app.courrier.demandes import Missive
from app.courrier.ports import Attente
from app.db import Session, db, transaction
from app.demo import lettres
from app.demo.maison import lire
from app.releve import EML
from app.wiring import Parts

BOITE = "Courriels de l’accueil"


def ouvrir_boite(session: Session, parts: Parts, *, now: datetime) -> None:
    """The mailbox that the administrator has added, and paused: its server exists nowhere."""
    domaine = parts.config.expediteur.rpartition("@")[2]
    regle = {"champ": "objet", "contient": "salle des fêtes", "bureau": "direction"}
    saisie = collecte.Saisie(
        nom=BOITE, adresse=f"imaps://courriel.{domaine}", utilisateur=parts.config.organisme.courriel,
        mot_de_passe="demonstration", destination="Relevés", regles=[regle],
    )  # fmt: skip
    boite = collecte.creer(session, saisie, cachette=parts.cachette, par="ines", now=now)
    collecte.changer_etat(session, boite.id, "pause", par="ines", now=now)


def relever(parts: Parts, message: bytes, *, rang: int, quand: datetime) -> int:
    """A message that came to the mailbox before it was paused, with the proof of its reception; the number of its depot."""
    rangee = parts.coffre.put(message)
    attente = Attente(repere=str(rang), lieu=f"INBOX, UID {rang}", nom="", taille=len(message), arrivee_le=quand)
    with transaction() as session:
        boite = collecte.nommee(session, BOITE)
        arrive = collecte.prendre(
            session, boite, attente, collecte.message(message), coffre_range=rangee, mime=EML, canal="courriel", now=quand,
        )
        assert arrive is not None  # noqa: S101  # each message of the story is another
        collecte.relevee(session, boite.id, position="", pris=1, refuses=(), now=quand)
    return arrive.id


def ecrire(parts: Parts, table: dict[str, Any], *, corps: str, quand: datetime) -> int:
    """What an usager wrote by the form, its receipt sent at once; the number of its depot."""
    [personne] = [une for une in lire("correspondants.toml")["correspondants"] if une["cle"] == table["de"]]
    missive = Missive(contact=lettres.contact(personne), nature=table["nature"], objet=table["objet"], texte=corps)
    missive = demandes.controler(db.session(), missive)
    preuve = parts.coffre.put(demandes.releve(missive, ()))
    with transaction() as session:
        recue = demandes.recevoir(
            session, missive, (), preuve=preuve, cle=f"demonstration:{table['nom']}", canal="formulaire", origine=table["nom"],
            par="usager", accuser=True, now=quand,
        )
    travaux.accuser(parts, recue.id, clock=lambda: quand)
    return recue.depot_id
