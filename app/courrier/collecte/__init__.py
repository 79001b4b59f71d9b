"""What is collected without anyone dropping it: mailboxes and watched folders, each thing taken once, whatever happens."""

from app.courrier.collecte.boites import boite, changer_etat, creer, liste, modifier, nommee, noms, ouverture
from app.courrier.collecte.connexion import renouveler
from app.courrier.collecte.identite import Identite, fichier, message
from app.courrier.collecte.regles import CHAMPS, suggerer
from app.courrier.collecte.releve import BAIL, IMPREVU, SANS_PLACE, a_relever, demander, echouee, prendre, relevee, reserver
from app.courrier.collecte.saisie import CONNEXIONS, Saisie

__all__ = [
    "BAIL", "CHAMPS", "CONNEXIONS", "IMPREVU", "SANS_PLACE", "Identite", "Saisie", "a_relever", "boite", "changer_etat",
    "creer", "demander", "echouee", "fichier", "liste", "message", "modifier", "nommee", "noms", "ouverture", "prendre",
    "relevee", "renouveler", "reserver", "suggerer",
]
