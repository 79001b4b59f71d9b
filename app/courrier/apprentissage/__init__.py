"""What the clerks' choices teach: a model of nature and bureau, learned again by the clock, versioned, that gives its reasons.

To learn (`entrainement`) loads numpy and is called by the worker alone; to propose needs nothing but what is here.
"""

from app.courrier.apprentissage.exemples import PAGES, combien, exemples, texte_de
from app.courrier.apprentissage.modele import CONFIRMES, PAR_CLASSE, SUR, Candidat, Exemple, Mesure, Modele
from app.courrier.apprentissage.rarete import rarete
from app.courrier.apprentissage.termes import mots_lus, termes
from app.courrier.apprentissage.versions import a_apprendre, appris, du, en_service, historique, prevoir, reserver, servir

__all__ = [
    "CONFIRMES", "PAGES", "PAR_CLASSE", "SUR", "Candidat", "Exemple", "Mesure", "Modele", "a_apprendre", "appris", "combien",
    "du", "en_service", "exemples", "historique", "mots_lus", "prevoir", "rarete", "reserver", "servir", "termes", "texte_de",
]
