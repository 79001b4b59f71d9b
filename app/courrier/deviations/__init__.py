"""What people do beside the drawn circuit: ask an opinion, send back, take back, pass over; each with who, when and why."""

from app.courrier.deviations.commun import peut_deroger
from app.courrier.deviations.demandes import GENRES, JOURS, demander, demandes, destinataires, retirer
from app.courrier.deviations.etapes import corriger, passer, renvoi, renvoyer
from app.courrier.deviations.gestes import Gestes, gestes
from app.courrier.deviations.reprise import a_reprendre, reprendre

__all__ = [
    "GENRES", "JOURS", "Gestes", "a_reprendre", "corriger", "demander", "demandes", "destinataires", "gestes", "passer",
    "peut_deroger", "renvoi", "renvoyer", "reprendre", "retirer",
]
