"""What people do beside the drawn circuit: ask an opinion, send back, take back, pass over; each with who, when and why."""

from app.courrier.deviations.annulation import a_reenregistrer, annulable, annuler, rendre_depot
from app.courrier.deviations.commun import peut_deroger
from app.courrier.deviations.correction import Inscrit, corrections, inscrit, mentions, rectifier
from app.courrier.deviations.demandes import GENRES, JOURS, demander, demandes, destinataires, retirer
from app.courrier.deviations.etapes import corriger, passer, renvoi, renvoyer
from app.courrier.deviations.exemplaire import joindre_exemplaire
from app.courrier.deviations.gestes import Gestes, gestes
from app.courrier.deviations.reprise import a_reprendre, reprendre

__all__ = [
    "GENRES", "JOURS", "Gestes", "Inscrit", "a_reenregistrer", "a_reprendre", "annulable", "annuler", "corrections", "corriger",
    "demander", "demandes", "destinataires", "gestes", "inscrit", "joindre_exemplaire", "mentions", "passer", "peut_deroger",
    "rectifier", "rendre_depot", "renvoi", "renvoyer", "reprendre", "retirer",
]
