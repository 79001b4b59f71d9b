"""The trade's rows, in the order of the letter's journey."""

from app.courrier.tables.affaire import (
    Acces,
    Annotation,
    Commentaire,
    Correction,
    Courrier,
    MotCle,
    PageRetenue,
    Piece,
    Texte,
)
from app.courrier.tables.apprentissage import Confirmation, ModeleAppris
from app.courrier.tables.arrivee import Correspondant, Depot, Registre
from app.courrier.tables.carnet import Changement, CleFiche, Distincts, Fusion, Groupe, ImportFiches, Membre
from app.courrier.tables.collecte import Boite, Reception
from app.courrier.tables.doublons import Bande, Comparaison, Empreinte, FilCourriel, LigneLien
from app.courrier.tables.figees import FIGEES
from app.courrier.tables.lots import Composition, Remaniement
from app.courrier.tables.maison import Agent, AgentRole, Appartenance, Brouillon, Bureau, JourFerme, Modele, Nature, Session
from app.courrier.tables.registres import Arrete, Organisme, Rattachement
from app.courrier.tables.suivi import Avertissement, Envoi, JournalTete, LigneHorloge, LigneJournal, Reponse
from app.courrier.tables.usagers import Demande, Frein, Partenaire

__all__ = [
    "FIGEES",
    "Acces", "Agent", "AgentRole", "Annotation", "Appartenance", "Arrete", "Avertissement", "Bande", "Boite", "Brouillon",
    "Bureau", "Changement", "CleFiche", "Commentaire", "Comparaison", "Composition", "Confirmation", "Correction",
    "Correspondant", "Courrier", "Demande", "Depot", "Distincts", "Empreinte", "Envoi", "FilCourriel", "Frein", "Fusion",
    "Groupe", "ImportFiches", "JourFerme", "JournalTete", "LigneHorloge", "LigneJournal", "LigneLien", "Membre", "Modele",
    "ModeleAppris", "MotCle", "Nature", "Organisme", "PageRetenue", "Partenaire", "Piece", "Rattachement", "Reception",
    "Registre", "Remaniement", "Reponse", "Session", "Texte",
]
