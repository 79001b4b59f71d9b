"""The corbeille: the open tasks that await an agent or their bureau (`listes`), and one task, through rights (`tache`)."""

from app.courrier.corbeille.attente import JAMAIS, PLAFOND, Suite
from app.courrier.corbeille.listes import TAILLE, Filtre, Ligne, Page, choix, compteurs, liste, suivante
from app.courrier.corbeille.tache import a_faire, a_ma_portee, avec_la_maison, peut_agir, retenir_la_maison, tache, tenir

__all__ = [
    "JAMAIS", "PLAFOND", "TAILLE", "Filtre", "Ligne", "Page", "Suite", "a_faire", "a_ma_portee", "avec_la_maison", "choix",
    "compteurs", "liste", "peut_agir", "retenir_la_maison", "suivante", "tache", "tenir",
]
