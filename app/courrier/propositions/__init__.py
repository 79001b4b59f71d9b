"""What the registration form proposes: what was read, who is known, what was learned; and what the clerk chose, beside it."""

from app.courrier.propositions.confirmations import confirmer
from app.courrier.propositions.justesse import Ligne, confusions, par_champ, par_nature
from app.courrier.propositions.offre import Choix, Offre
from app.courrier.propositions.offres import proposer
from app.courrier.propositions.rapprochement import repondu
from app.courrier.propositions.trajet import noter, orientation, retenue

__all__ = [
    "Choix", "Ligne", "Offre", "confirmer", "confusions", "noter", "orientation", "par_champ", "par_nature",
    "proposer", "repondu", "retenue",
]
