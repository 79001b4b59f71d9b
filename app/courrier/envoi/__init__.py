"""Dispatch: what leaves for outside people is a row, due until it has left, then filed with its proof."""

from app.courrier.envoi.demandes import CANAUX, accuser, de_vive_voix, demander, expedier, refaire_accuse
from app.courrier.envoi.depart import BAIL, a_envoyer, echoue, message, parti, reserver
from app.courrier.envoi.suivi import Attente, combien_attendent, confirmer, en_attente, reprendre

__all__ = [
    "BAIL", "CANAUX", "Attente", "a_envoyer", "accuser", "combien_attendent", "confirmer", "de_vive_voix", "demander",
    "echoue", "en_attente", "expedier", "message", "parti", "refaire_accuse", "reprendre", "reserver",
]
