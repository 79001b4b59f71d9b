"""Keeping the registers: printed for a period, closed day by day in a chain, and read again to tell that nothing has moved."""

from app.courrier.tenue.arretes import (
    IMPREVU,
    a_arreter,
    a_garder,
    arreter,
    arretes_de,
    avis,
    du_jour,
    echouee,
    garde,
    liste,
    reserver,
)
from app.courrier.tenue.cahiers import CAHIER, Cahier, cahier, decoupe
from app.courrier.tenue.etat import Etat, annees, etats
from app.courrier.tenue.lignes import Ligne, de_portion, empreinte, fichier, lignes, par_portions, tout_ouvert
from app.courrier.tenue.page import Titre, html, nom, sommaire
from app.courrier.tenue.periode import nombre, nombres, portions
from app.courrier.tenue.tableur import csv_de
from app.courrier.tenue.verification import Bilan, Ecart, verifier

__all__ = [
    "CAHIER", "IMPREVU", "Bilan", "Cahier", "Ecart", "Etat", "Ligne", "Titre", "a_arreter", "a_garder", "annees", "arreter",
    "arretes_de", "avis", "cahier", "csv_de", "de_portion", "decoupe", "du_jour", "echouee", "empreinte", "etats", "fichier",
    "garde", "html", "lignes", "liste", "nom", "nombre", "nombres", "par_portions", "portions", "reserver", "sommaire",
    "tout_ouvert", "verifier",
]
