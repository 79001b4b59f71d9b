"""The answer: drafted from a template, kept in versions, numbered at the departure register, set as a letter."""

from app.courrier.reponse.accuse import Accuse, accuse
from app.courrier.reponse.champs import CHAMPS, fusionner, inconnus, valeurs
from app.courrier.reponse.composition import IMPREVUE, a_composer, composee, demander_composition, echouee, recomposer, reserver
from app.courrier.reponse.depart import annuler_depart, preparer_depart
from app.courrier.reponse.lettre import Organisme, apercu, html
from app.courrier.reponse.modeles import Proposition, modeles, proposer, semer
from app.courrier.reponse.projet import FAITES, a_expedier, a_rediger, chercher, de, rediger
from app.courrier.reponse.propre import en_html

__all__ = [
    "CHAMPS", "FAITES", "IMPREVUE", "Accuse", "Organisme", "Proposition", "a_composer", "a_expedier", "a_rediger", "accuse",
    "annuler_depart", "apercu", "chercher", "composee", "de", "demander_composition", "echouee", "en_html", "fusionner",
    "html", "inconnus", "modeles", "preparer_depart", "proposer", "recomposer", "rediger", "reserver", "semer", "valeurs",
]
